/* bootstrap.h - intervals of a mean, and of a difference of two means, from resamples of the values
 * themselves.
 *
 * They assume no normal distribution, but have little to work with when runs are few. With a true level of
 * 95% and normal runs they cover (ci/simulate prints it):
 *
 *     n             3     5     8    10    20
 *     percentile  .74   .84   .89   .90   .93     about P(|t(n - 1)| < 1.96 sqrt((n - 1) / n)): too short
 *     BCa         .72   .84   .89   .90   .93     no better, where values are symmetrical
 *     studentised   -   .95   .95   .95   .95     resamples t instead of the mean; wide, as it must be
 *
 * so the studentised one is the default, and n is printed beside any of them. */
#ifndef FTBENCH_HARNESS_STATS_BOOTSTRAP_H
#define FTBENCH_HARNESS_STATS_BOOTSTRAP_H

#include "base/status.h"
#include "harness/stats/intervals.h"

#include <stddef.h>
#include <stdint.h>

enum bootstrap_method {
    BOOTSTRAP_PERCENTILE,  /* quantiles of the resampled estimate (Efron 1979) */
    BOOTSTRAP_BCA,         /* the same, corrected for bias and skewness (Efron 1987) */
    BOOTSTRAP_STUDENTISED, /* estimate - quantiles of t* times the standard error (Hall 1988) */
};

/* Resamples in a report. The tail of 2.5% is then known to sqrt(.025 * .975 / 4999) = .0022 (one SD), and
 * (B + 1) * .025 is whole. */
enum { BOOTSTRAP_RESAMPLES = 4999 };

struct bootstrap_plan {
    enum bootstrap_method method;
    double confidence; /* in (0, 1) */
    int resamples;     /* B >= 1 */
    uint32_t seed;     /* the same seed, values and plan give the same interval, bit by bit */
};

/* Values of one group of runs, not owned; those that are not finite are left out. */
struct bootstrap_sample {
    const double *values;
    size_t count;
};

/* Studentised, 95%, BOOTSTRAP_RESAMPLES, the given seed. */
struct bootstrap_plan bootstrap_plan_default(uint32_t seed);

/* Interval of the mean of `sample`, in the metric's unit. Undefined for fewer than two finite values. Equal
 * values give mean..mean. An end of the studentised interval is NaN where so many resamples consist of one
 * value repeated (their standard error is 0) that its quantile is infinite: always so at 95% for n = 2 and 3,
 * where 1/2 and 1/9 of all resamples are such; from n = 4 on (1/64) hardly ever. */
enum status bootstrap_mean(struct bootstrap_sample sample, const struct bootstrap_plan *plan,
                           struct interval *interval, struct error *error);

/* Interval of mean(a) - mean(b) of independent groups, each resampled by itself; the studentised one divides
 * by Welch's standard error sqrt(var(a) / n(a) + var(b) / n(b)). Undefined when either group has fewer than
 * two finite values. */
enum status bootstrap_difference(struct bootstrap_sample a, struct bootstrap_sample b,
                                 const struct bootstrap_plan *plan, struct interval *interval,
                                 struct error *error);

#endif
