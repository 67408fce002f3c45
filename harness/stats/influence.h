/* influence.h - what each validation example adds to a metric of one run: values whose mean is the metric and
 * whose differences between runs say which examples moved it. They turn a ratio like F1, which has no terms
 * of its own, into a mean of terms, and so into something that an analysis of variance can split (churn.h).
 */
#ifndef FTBENCH_HARNESS_STATS_INFLUENCE_H
#define FTBENCH_HARNESS_STATS_INFLUENCE_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* What several runs of one setting said about the same validation examples. Not owned. */
struct prediction_table {
    const int32_t *labels;      /* [examples], in 0 .. classes - 1 */
    const int32_t *predictions; /* [runs][examples], in 0 .. classes - 1 */
    size_t examples;
    int runs;
    int classes; /* >= 2 */
};

/* The trainer's metrics that have influence values. */
enum influence_metric {
    INFLUENCE_ACCURACY, /* u_i is 1 or 0 */
    INFLUENCE_F1,       /* of class 1 for two classes, else the macro average */
    INFLUENCE_F1_MACRO  /* the mean over the classes, for two as well */
};

/* Influence values of run `run` into influence[examples], and the metric itself, their mean, into `value`:
 *     u_i = F + (2 tp_i - F (2 tp_i + fp_i + fn_i)) / mean(2 tp + fp + fn)
 * for the F1 of one class (the linearisation of a ratio of means about itself), 1 or 0 for accuracy; a macro
 * average has the average of its classes' values, in which a class that neither occurs nor is predicted
 * counts 0. Where the metric is undefined (no examples; F1 of a class that neither occurs nor is predicted)
 * all of it is NaN. A label or a prediction outside the classes is STATUS_BAD_INPUT. */
enum status influence_of_run(const struct prediction_table *table, int run, enum influence_metric metric,
                             double *influence, double *value, struct error *error);

#endif
