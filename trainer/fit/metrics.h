/* metrics.h - what a classifier got right, from counts. All values are fractions.
 *
 * Two classes: precision, recall and f1 are those of class 1, as scikit-learn's average="binary". More
 * classes: they are the macro averages. f1_macro is the mean of the classes' F1 in both cases. A macro
 * average is over the classes that occur among the labels or the predictions, as scikit-learn's
 * average="macro" without labels=. Precision of a class that was never predicted and recall of one that never
 * occurs are undefined (NaN; 0 in a macro average, as there); F1 = 2 tp / (2 tp + fp + fn) is 0 for them, and
 * NaN only when the class neither occurs nor is predicted. */
#ifndef FTBENCH_TRAINER_FIT_METRICS_H
#define FTBENCH_TRAINER_FIT_METRICS_H

#include "base/status.h"

#include <stdint.h>

struct metrics {
    double accuracy, precision, recall, f1, f1_macro;
};

/* One class: a tally, and what follows from it. */
struct class_metrics {
    long rows, predicted, right; /* of this label; predicted as it; both */
    double precision, recall, f1;
};

/* The metrics of each class into each[classes]. */
void metrics_by_class(const int32_t *labels, const int32_t *predictions, int count, int classes,
                      struct class_metrics *each);

/* From `count` labels and predictions, all in 0 .. classes - 1. All NaN when count is 0. */
enum status metrics_compute(const int32_t *labels, const int32_t *predictions, int count, int classes,
                            struct metrics *metrics, struct error *error);

#endif
