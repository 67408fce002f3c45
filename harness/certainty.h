/* certainty.h - the part of the findings that says how sure one can be of them: each setting's calibrated
 * verdict, or that of the sequential test where it chose the number of runs, and the intervals of its SD and
 * of its mean. */
#ifndef FTBENCH_HARNESS_CERTAINTY_H
#define FTBENCH_HARNESS_CERTAINTY_H

#include "harness/findings.h"

/* Fill the certainty of each setting. The findings must be judged (judgement.h); `store` is the one that they
 * were read from. */
enum status certainty_fill(struct store *store, struct findings *findings, struct error *error);

#endif
