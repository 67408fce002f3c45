/* certainty.h - the part of the findings that says how sure one can be of them: each setting's calibrated
 * verdict, or that of the sequential test where it chose the number of runs, and the intervals of its SD and
 * of its mean. */
#ifndef FTBENCH_HARNESS_CERTAINTY_H
#define FTBENCH_HARNESS_CERTAINTY_H

#include "harness/findings.h"
#include "harness/sequence.h"

/* Fill the certainty of each setting. The findings must be judged (judgement.h); `sequence` knows of their
 * runs, and is asked only when they are sequential. */
enum status certainty_fill(const struct sequence *sequence, struct findings *findings, struct error *error);

#endif
