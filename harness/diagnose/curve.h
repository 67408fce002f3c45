/* curve.h - a run's loss curves, and the few robust numbers that a diagnosis is made of.
 *
 * A curve as it was logged has any number of points, outliers and noise. It is first reduced to a short
 * series of medians (struct series), and every measure is taken on that: one strange value never decides.
 * Measures compare losses with each other only, so that they do not depend on a loss's unit. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_CURVE_H
#define FTBENCH_HARNESS_DIAGNOSE_CURVE_H

#include "base/status.h"
#include "harness/stats/influence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct curve_point {
    double step, loss; /* the loss may be non-finite */
};

/* Not owned. Points are in the order of their steps. */
struct curve {
    const struct curve_point *train; /* (train_count) */
    size_t train_count;
    const struct curve_point *evaluation; /* (evaluation_count); that of step 0 too when there is one */
    size_t evaluation_count;
    bool diverged; /* training was stopped by a loss or gradient norm that is not finite */
    const struct curve_point *gradient; /* (gradient_count) norms of the gradient, where they were logged */
    size_t gradient_count;
    const float *const *examples; /* (evaluation_count), each (example_count): the losses of the validation
                                     examples, in one order; NULL, or NULL for an evaluation: not known */
    size_t example_count;
};

/* What a classifier's evaluations were worth, beside their loss. Not owned. Higher is better. */
struct metric_curve {
    const char *name;                 /* static, as people write it: "F1"; NULL: there is no metric */
    const struct curve_point *points; /* (count) by step; the metric in place of a loss, NaN: undefined */
    size_t count;
    long samples;          /* that each value was measured on, which makes it a fraction; 0: not known */
    const int32_t *labels; /* (samples) what the examples are, in 0 .. classes - 1; or NULL */
    const int32_t *const *predictions; /* (count), each (samples), the same; NULL, or NULL for a value: not
                                          known */
    int classes;
    enum influence_metric kind; /* how the values follow from these */
};

/* At most so many medians make a series. */
enum { SERIES_TRAIN = 20, SERIES_EVALUATION = 40, SERIES_MOST = 40 };

struct series {
    double loss[SERIES_MOST];
    size_t count;
};

/* Medians of at most `most` consecutive blocks of the finite losses; all of them as they are when there are
 * no more. */
enum status series_reduce(const struct curve_point *points, size_t count, size_t most, struct series *series,
                          struct error *error);

/* Each value replaced by the median of itself and its neighbours (two at the ends). A series of fewer than
 * `least` values stays as it is: there the smoothing would eat the minimum itself. */
void series_smooth(const struct series *series, size_t least, struct series *smooth);

/* Each value raised to at least `floor`: swings far below the losses of the start are of no consequence. */
void series_raise(const struct series *series, double floor, struct series *raised);

/* The place of the smallest value, and of the largest; the first of equal ones. The series has values. */
size_t series_lowest(const struct series *series);
size_t series_highest(const struct series *series);

/* How many values the last tenth has (part 10): one at least; the last quarter (part 4): three at least,
 * where there are so many. */
size_t series_tail(const struct series *series, size_t part);

/* Relative fall from `start` to the smallest value: 1 - min / start. Negative when all values are above it;
 * NaN without values or when the start is not positive. */
double series_fall(const struct series *series, double start);

/* Relative height of the largest value above `start`: max / start - 1. Negative when all values are below it;
 * NaN without values or when the start is not positive. */
double series_excess(const struct series *series, double start);

/* Relative rise from the smallest value to the end: median of the last tenth / min - 1. NaN without values or
 * when the smallest is not positive. */
double series_rise(const struct series *series);

/* The part of the fall that was lost again: (last - min) / (first - min); 0 when nothing fell. */
double series_rebound(const struct series *series);

/* The highest surge that was recovered from: max over inner values of value / max(smallest before, smallest
 * after), at least 1. A rise that stays is none. 1 for fewer than three values. Values must be positive. */
double series_surge(const struct series *series);

/* Sustained swinging of the logarithm of the loss after the first fifth. NaN for fewer than `least` steps. */
struct swing {
    double size;  /* mean |step - median step| of the log loss */
    double flips; /* fraction of steps whose deviation changes its sign */
    double path;  /* path length / net change */
};
struct swing series_swing(const struct series *series, size_t least);

/* Theil-Sen slope (median of all pairwise slopes) of the last quarter, at least three values, as a relative
 * change over that quarter; NaN for fewer than three values. The level is at least `floor`. */
double series_trend(const struct series *series, double floor);

#endif
