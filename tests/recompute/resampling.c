#include "resampling.h"

#include "observations.h"

#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

static gsl_rng *generator(void)
{
    static gsl_rng *made;
    if (made == NULL) made = gsl_rng_alloc(gsl_rng_mt19937);
    return made;
}

static double draw(struct group group)
{
    return group.values[gsl_rng_uniform_int(generator(), (unsigned long)group.n)];
}

static double mean_of(struct group group)
{
    double sum = 0;
    for (int i = 0; i < group.n; i++)
        sum += group.values[i];
    return sum / group.n;
}

/* Mean of the group or of a resample, and its variance. */
static double take(struct group group, bool resample, double *variance)
{
    double sum = 0, squares = 0, value[64];
    if (group.n > 64) fail("a group of %d", group.n);
    for (int i = 0; i < group.n; i++)
        sum += value[i] = resample ? draw(group) : group.values[i];
    for (int i = 0; i < group.n; i++)
        squares += (value[i] - sum / group.n) * (value[i] - sum / group.n);
    *variance = squares / (group.n - 1) / group.n;
    return sum / group.n;
}

/* Where the p-quantile of RESAMPLES draws may lie, by OWN_RESAMPLES sorted ones. */
static struct band quantile(const double *sorted, double p)
{
    double error = 5 * sqrt(p * (1 - p) * (1.0 / RESAMPLES + 1.0 / OWN_RESAMPLES));
    int low = (int)((p - error) * OWN_RESAMPLES), high = (int)((p + error) * OWN_RESAMPLES);
    if (low < 0) low = 0;
    if (high >= OWN_RESAMPLES) high = OWN_RESAMPLES - 1;
    return (struct band){sorted[low], sorted[high]};
}

void resample_mean(struct group group, struct band ends[2])
{
    double variance, own, *t = allocate(OWN_RESAMPLES, sizeof *t), mean;
    ends[0] = ends[1] = (struct band){NAN, NAN};
    if (group.n < 2) return;
    mean = take(group, false, &variance);
    if (variance < 1e-30) {
        ends[0] = ends[1] = (struct band){mean, mean};
        return;
    }
    for (int i = 0; i < OWN_RESAMPLES; i++) {
        double away = take(group, true, &own) - mean;
        t[i] = own > 1e-20 ? away / sqrt(own) : fabs(away) < 1e-12 ? 0 : copysign(INFINITY, away);
    }
    gsl_sort(t, 1, OWN_RESAMPLES);
    struct band low = quantile(t, 0.025), high = quantile(t, 0.975);
    free(t);
    if (isfinite(high.low))
        ends[0] = (struct band){mean - high.high * sqrt(variance), mean - high.low * sqrt(variance)};
    if (isfinite(low.low))
        ends[1] = (struct band){mean - low.high * sqrt(variance), mean - low.low * sqrt(variance)};
}

static struct band mean_band(double sum, double squares)
{
    double mean = sum / OWN_RESAMPLES, sd = sqrt(fmax(squares / OWN_RESAMPLES - mean * mean, 0));
    double error = 5 * sd * sqrt(1.0 / RESAMPLES + 1.0 / OWN_RESAMPLES) + 1e-12;
    return (struct band){mean - error, mean + error};
}

void resample_best(const struct group *groups, int count, int best, struct luck_bands *bands)
{
    double sums[3] = {0}, squares[3] = {0};
    for (int r = 0; r < OWN_RESAMPLES; r++) {
        double highest = -INFINITY, number[3] = {0, -INFINITY, 0};
        for (int g = 0; g < count; g++) {
            double sum = 0, mean = mean_of(groups[g]);
            for (int i = 0; i < groups[g].n; i++)
                sum += draw(groups[g]) - mean;
            double away = sum / groups[g].n * sqrt(groups[g].n / (groups[g].n - 1.0));
            number[1] = fmax(number[1], away);
            if (mean + away <= highest) continue;
            highest = mean + away;
            number[0] = away;
            number[2] = g == best;
        }
        for (int i = 0; i < 3; i++) {
            sums[i] += number[i];
            squares[i] += number[i] * number[i];
        }
    }
    bands->bias = mean_band(sums[0], squares[0]);
    bands->most = mean_band(sums[1], squares[1]);
    bands->again = mean_band(sums[2], squares[2]);
}
