/* summary.h - what the runs of one setting have in common: a few numbers about one metric.
 *
 * Undefined is NaN: without a value everything but n is NaN; with a single one the variance, the SD and the
 * interval of the mean are. Values are in the metric's own unit (a fraction for F1); so are all results but
 * the variance. */
#ifndef FTBENCH_HARNESS_STATS_SUMMARY_H
#define FTBENCH_HARNESS_STATS_SUMMARY_H

#include "base/status.h"

#include <stddef.h>

/* The level of the interval of the mean that reports show. */
#define SUMMARY_CONFIDENCE 0.95

struct summary {
    int n;         /* values that are finite */
    int undefined; /* values that are not: a metric can be undefined for a run that finished */
    double mean;
    double variance; /* unbiased: divided by n - 1 */
    double sd;       /* its root */
    double min, max;
    double spread;    /* max - min */
    double low, high; /* interval of the mean by Student's t: mean -+ t(n - 1) * sd / sqrt(n) */
};

/* Summary of `count` values, in any order; `confidence` in (0, 1), usually SUMMARY_CONFIDENCE. Needs
 * stats_init. */
enum status summary_compute(const double *values, size_t count, double confidence, struct summary *summary,
                            struct error *error);

#endif
