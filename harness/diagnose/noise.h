/* noise.h - by how much two losses of a run's validation may differ without meaning anything, from the loss
 * of every example.
 *
 * A validation set is a sample. Of two evaluations on the same examples, i = 1 .. N with losses a_i and b_i,
 * the difference has the standard error sqrt(sum (a_i - b_i)^2) / N (stats/paired.h), mostly far smaller than
 * that of either loss: an example that is hard for one is hard for the other. The noise is PAIRED_ERRORS of
 * these. Where several evaluations stand on a side, as in a median of three, a_i is the mean of their losses
 * of the example: for the mean that is exact, for the median of neighbours close. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_NOISE_H
#define FTBENCH_HARNESS_DIAGNOSE_NOISE_H

#include "harness/diagnose/curve.h"

#include <stdbool.h>
#include <stddef.h>

/* Evaluations of a curve, `from` to before `to`; at least one. */
struct evaluations {
    size_t from, to;
};

/* Whether all evaluations have a finite loss, those of their examples, and these have it as their mean (to
 * 1e-4 of it: a trainer that weighs or smooths only one of the two speaks of different things). */
bool noise_is_known(const struct curve *curve);

/* The noise of the difference between the losses of two sides, in the loss's unit. It must be known. */
double noise_between(const struct curve *curve, struct evaluations left, struct evaluations right);

#endif
