#include "harness/stats/bootstrap.h"

#include "base/memory.h"
#include "harness/stats/draws.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdbool.h>

/* One group: its finite values, and what a resample of them is made with. */
struct group {
    double *values; /* [n], owned; NULL for the group that a single mean has not */
    int n;
    struct draws draws;
};

struct estimate {
    double value;    /* mean(a) - mean(b), or mean(a) */
    double variance; /* of that value: the square of its standard error */
};

struct bootstrap_plan bootstrap_plan_default(uint32_t seed)
{
    return (struct bootstrap_plan){.method = BOOTSTRAP_STUDENTISED,
                                   .confidence = SUMMARY_CONFIDENCE,
                                   .resamples = BOOTSTRAP_RESAMPLES,
                                   .seed = seed};
}

static enum status take(struct bootstrap_sample sample, struct group *group, struct error *error)
{
    group->values = memory_zeroed(sample.count, sizeof *group->values);
    if (group->values == NULL) return error_no_memory(error, sample.count * sizeof *group->values);
    for (size_t i = 0; i < sample.count; i++) {
        if (isfinite(sample.values[i])) group->values[group->n++] = sample.values[i];
    }
    return STATUS_OK;
}

/* Mean and variance of the mean of the group's values, or of n of them drawn with replacement. One pass about
 * the first value: deviations are small, so the differences of sums cost no digits that matter, and a sample
 * of one repeated value has a variance of exactly 0. */
static struct estimate group_mean(struct group *group, bool resample)
{
    if (group->values == NULL) return (struct estimate){0};
    double origin = group->values[0], sum = 0, squares = 0, first = NAN;
    bool equal = true;
    for (int i = 0; i < group->n; i++) {
        double value = group->values[resample ? (int)draws_below(&group->draws, (uint32_t)group->n) : i];
        if (i == 0) first = value;
        equal = equal && value == first;
        sum += value - origin;
        squares += (value - origin) * (value - origin);
    }
    if (equal) return (struct estimate){.value = first, .variance = 0};
    double mean = sum / group->n;
    return (struct estimate){.value = origin + mean,
                             .variance = fmax(squares / group->n - mean * mean, 0) / (group->n - 1)};
}

static struct estimate difference(struct group *a, struct group *b, bool resample)
{
    struct estimate of_a = group_mean(a, resample), of_b = group_mean(b, resample);
    return (struct estimate){.value = of_a.value - of_b.value, .variance = of_a.variance + of_b.variance};
}

/* The p-quantile of `count` sorted numbers at the position (count + 1) p, between two neighbours linearly. */
static double quantile(const double *sorted, int count, double p)
{
    double position = fmin(fmax((count + 1) * p, 1), count);
    int below = (int)position;
    double fraction = position - below;
    if (fraction < 1e-9 || below == count) return sorted[below - 1];
    if (fraction > 1 - 1e-9 || sorted[below - 1] == sorted[below]) return sorted[below];
    return sorted[below - 1] + fraction * (sorted[below] - sorted[below - 1]);
}

/* t of a resample. Without a standard error it is infinite, on the side on which the resample lies. */
static double studentise(struct estimate resampled, struct estimate seen)
{
    double deviation = resampled.value - seen.value;
    if (resampled.variance > 0) return deviation / sqrt(resampled.variance);
    return deviation == 0 ? 0 : copysign(INFINITY, deviation);
}

static double finite_or_nan(double value)
{
    return isfinite(value) ? value : (double)NAN;
}

/* Sums of the squares and cubes of the empirical influence values (x - mean) / n of a group; those of the
 * second group of a difference enter with a minus. */
static void add_influence(const struct group *group, double sign, double *squares, double *cubes)
{
    if (group->values == NULL) return;
    double mean = 0;
    for (int i = 0; i < group->n; i++)
        mean += group->values[i] / group->n;
    for (int i = 0; i < group->n; i++) {
        double influence = sign * (group->values[i] - mean) / group->n;
        *squares += influence * influence;
        *cubes += influence * influence * influence;
    }
}

/* Efron (1987), equations 2.3 and 4.4, with the influence values of both groups in the acceleration. */
static struct interval bca(const double *sorted, int count, double seen, double tail,
                           const struct group groups[2])
{
    double below = 0, squares = 0, cubes = 0;
    for (int i = 0; i < count; i++)
        below += sorted[i] < seen ? 1 : sorted[i] == seen ? 0.5 : 0;
    double least = 0.5 / count; /* none below, or all, would put the correction at infinity */
    double bias = gsl_cdf_ugaussian_Pinv(fmin(fmax(below / count, least), 1 - least));
    add_influence(&groups[0], 1, &squares, &cubes);
    add_influence(&groups[1], -1, &squares, &cubes);
    double acceleration = cubes / (6 * pow(squares, 1.5));
    double ends[2];
    for (int end = 0; end < 2; end++) {
        double z = bias + (end == 0 ? -1 : 1) * gsl_cdf_ugaussian_Qinv(tail);
        ends[end] = quantile(sorted, count, gsl_cdf_ugaussian_P(bias + z / (1 - acceleration * z)));
    }
    return (struct interval){.low = ends[0], .high = ends[1]};
}

static struct interval ends(const double *sorted, const struct bootstrap_plan *plan, struct estimate seen,
                            const struct group groups[2])
{
    double tail = (1 - plan->confidence) / 2;
    if (plan->method == BOOTSTRAP_BCA) return bca(sorted, plan->resamples, seen.value, tail, groups);
    double low = quantile(sorted, plan->resamples, tail);
    double high = quantile(sorted, plan->resamples, 1 - tail);
    if (plan->method == BOOTSTRAP_PERCENTILE) return (struct interval){.low = low, .high = high};
    double error = sqrt(seen.variance);
    return (struct interval){.low = finite_or_nan(seen.value - high * error),
                             .high = finite_or_nan(seen.value - low * error)};
}

static enum status resample(struct group groups[2], const struct bootstrap_plan *plan,
                            struct interval *interval, struct error *error)
{
    struct estimate seen = difference(&groups[0], &groups[1], false);
    if (seen.variance == 0) {
        *interval = (struct interval){.low = seen.value, .high = seen.value};
        return STATUS_OK;
    }
    double *resampled = memory_zeroed((size_t)plan->resamples, sizeof *resampled);
    if (resampled == NULL) return error_no_memory(error, (size_t)plan->resamples * sizeof *resampled);
    for (int i = 0; i < plan->resamples; i++) {
        struct estimate estimate = difference(&groups[0], &groups[1], true);
        resampled[i] = plan->method == BOOTSTRAP_STUDENTISED ? studentise(estimate, seen) : estimate.value;
    }
    gsl_sort(resampled, 1, (size_t)plan->resamples);
    *interval = ends(resampled, plan, seen, groups);
    memory_free(resampled);
    return STATUS_OK;
}

static enum status check(const struct bootstrap_plan *plan, struct error *error)
{
    TRY(interval_check_confidence(plan->confidence, "bootstrap", error));
    if (plan->resamples >= 1) return STATUS_OK;
    return error_set(error, STATUS_INTERNAL, "bootstrap: %d resamples, fewer than 1", plan->resamples);
}

enum status bootstrap_mean(struct bootstrap_sample sample, const struct bootstrap_plan *plan,
                           struct interval *interval, struct error *error)
{
    *interval = interval_undefined();
    TRY(check(plan, error));
    struct group groups[2] = {{.draws = draws_begin(plan->seed, DRAWS_BOOTSTRAP)}};
    enum status status;
    TRY_TO(done, take(sample, &groups[0], error));
    if (groups[0].n >= 2) TRY_TO(done, resample(groups, plan, interval, error));
done:
    memory_free(groups[0].values);
    return status;
}

enum status bootstrap_difference(struct bootstrap_sample a, struct bootstrap_sample b,
                                 const struct bootstrap_plan *plan, struct interval *interval,
                                 struct error *error)
{
    *interval = interval_undefined();
    TRY(check(plan, error));
    struct group groups[2] = {{.draws = draws_begin(plan->seed, DRAWS_BOOTSTRAP)},
                              {.draws = draws_begin(plan->seed, DRAWS_SECOND)}};
    enum status status;
    TRY_TO(done, take(a, &groups[0], error));
    TRY_TO(done, take(b, &groups[1], error));
    if (groups[0].n >= 2 && groups[1].n >= 2) TRY_TO(done, resample(groups, plan, interval, error));
done:
    memory_free(groups[0].values);
    memory_free(groups[1].values);
    return status;
}
