/* constant.h - the best that answering every example with one and the same class gets, and whether a run does
 * better: what a run must beat to have learned anything, whatever its loss curve shows. */
#ifndef FTBENCH_HARNESS_STATS_CONSTANT_H
#define FTBENCH_HARNESS_STATS_CONSTANT_H

#include "harness/stats/influence.h"

#include <stdbool.h>

struct constant {
    double value; /* of the metric; NaN without examples */
    int class;    /* the answer that gets it, the first of several */
};

/* The best constant answer to examples of these `labels`[examples], in 0 .. classes - 1 (>= 2): the share of
 * the most frequent class for accuracy; 2p / (1 + p) for the F1 of class 1, p its share; for a macro average
 * the most frequent class's F1 divided by the number of classes. */
enum status constant_best(const int32_t *labels, size_t examples, int classes, enum influence_metric metric,
                          struct constant *best, struct error *error);

/* Whether run `run` of the table beats that answer by more than the noise of these examples: with d_i the
 * difference of the two influence values of example i (influence.h), mean(d) > 1.96 sd(d) / sqrt(examples).
 * The examples are the same for both, so the difference is that of pairs. False where either is undefined. */
enum status constant_beaten(const struct prediction_table *table, int run, const struct constant *best,
                            enum influence_metric metric, bool *beaten, struct error *error);

#endif
