/* median.h - the middle of a few values, and between which of them the true median lies, whatever their
 * distribution: the j-th smallest of n lies above it with the probability that fewer than j of n tosses of a
 * coin fall one way. */
#ifndef FTBENCH_HARNESS_STATS_MEDIAN_H
#define FTBENCH_HARNESS_STATS_MEDIAN_H

#include "base/status.h"
#include "harness/stats/intervals.h"

#include <stddef.h>

struct median {
    double value;           /* the mean of the two middle ones when `count` is even; NaN without values */
    struct interval bounds; /* each end at alpha; NaN when so few values give none (fewer than 5 at 0.05) */
};

/* Of `count` finite values, in any order. */
enum status median_compute(const double *values, size_t count, double alpha, struct median *median,
                           struct error *error);

/* The same where its value is all that is wanted. */
enum status median_value(const double *values, size_t count, double *value, struct error *error);

#endif
