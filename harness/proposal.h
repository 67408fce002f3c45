/* proposal.h - the part of the findings that says what follows from them: the recommendation, what to try
 * next, and remedies that a curve alone does not show. */
#ifndef FTBENCH_HARNESS_PROPOSAL_H
#define FTBENCH_HARNESS_PROPOSAL_H

#include "harness/findings.h"

/* Fill recommendation and advice, and correct the runs' remedies. The findings must be judged (judgement.h),
 * certain (certainty.h), and their origins known (origins.h). */
void proposal_fill(struct findings *findings);

#endif
