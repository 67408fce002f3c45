/* component.h - a variance component: a sum of mean squares of an analysis of variance, some of them
 * subtracted, with its interval.
 *
 * A subtraction can come out below zero although no variance is: then the data cannot tell the component from
 * nothing. `variance` and its interval keep such values as they are (averaged over experiments they are
 * right; cut off at zero they would not be); `sd` and its interval are the roots with negative values cut off
 * at zero, for display. */
#ifndef FTBENCH_HARNESS_STATS_COMPONENT_H
#define FTBENCH_HARNESS_STATS_COMPONENT_H

#include "base/status.h"

#include <stddef.h>

struct mean_square {
    double value;       /* sum of squares / df, in the metric's unit squared */
    double df;          /* degrees of freedom, > 0 */
    double coefficient; /* of this mean square in the component; negative: subtracted */
};

struct component {
    double variance, low, high; /* the estimate and its interval; may be negative */
    double sd, sd_low, sd_high; /* their roots in the metric's unit, cut off at 0 */
};

enum { COMPONENT_MOST_TERMS = 8 };

/* All six values NaN. */
struct component component_undefined(void);

/* sum of coefficient * value over `count` <= COMPONENT_MOST_TERMS terms into `component`; undefined when a
 * value is NaN or a df is below 1. The interval is the modified large-sample one of Ting, Burdick, Graybill,
 * Jeyaratnam and Lu (1990, "Confidence intervals on linear combinations of variance components"), with its
 * terms for pairs of an added and a subtracted mean square: for one term it is the chi-square interval, exact
 * for normal values; for a difference of two, `low` is above 0 exactly when the F test at (1 - confidence) /
 * 2 says so. Needs stats_init. */
enum status component_estimate(const struct mean_square *terms, size_t count, double confidence,
                               struct component *component, struct error *error);

#endif
