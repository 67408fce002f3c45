/* outcome_lane.h - what became of the runs of a check: the class of their loss curves, and whether they end
 * at all. Rules, not tests; the probability that chance alone did it is told beside them. */
#ifndef FTBENCH_HARNESS_CHECK_OUTCOME_LANE_H
#define FTBENCH_HARNESS_CHECK_OUTCOME_LANE_H

#include "harness/check/contest.h"

/* For each setting that has a baseline:
 *     class     most runs of the baseline converged, and most have another class now: a regression. No
 * majority now: inconclusive. Other changes are told failures  a run that the baseline finished diverged: a
 * regression; it has no result for another reason: runs failed. Of runs without a partner it counts that more
 * fail than did. What failed in the baseline too is told */
void outcome_lane_check(struct contest *contest);

#endif
