#include "promise.h"

#include "harness/stats/operating.h"
#include "harness/stats/range.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <math.h>

/* Points, and how often a word may be wrong. */
#define MAX_SPREAD 2.0
#define ALPHA 0.05
#define STABLE_SD 0.6
#define UNSTABLE_SD 1.8

/* Where counts are a surprise, on either side. */
#define SURPRISE 0.0005

/* The SD whose expected range of three is MAX_SPREAD: E = 3 / sqrt(pi). */
static double sigma0(void)
{
    return MAX_SPREAD * M_SQRTPI / 3;
}

/* (n - 1) s^2 / sd^2 is chi-square. */
static void by_sd(double sd, int n, struct promise *promise)
{
    double square = sigma0() * sigma0() / (sd * sd), freedom = n - 1;
    promise->probability[WORD_STABLE] = gsl_cdf_chisq_P(square * gsl_cdf_chisq_Pinv(ALPHA, freedom), freedom);
    promise->probability[WORD_UNSTABLE] =
        gsl_cdf_chisq_Q(square * gsl_cdf_chisq_Qinv(ALPHA, freedom), freedom);
}

static enum status by_spread(double sd, int n, struct promise *promise, struct error *error)
{
    double low, high, below, above;
    TRY(range_quantile(ALPHA, n, &low, error));
    TRY(range_quantile(1 - ALPHA, n, &high, error));
    TRY(range_probability(low * sigma0() / sd, n, &below, error));
    TRY(range_probability(high * sigma0() / sd, n, &above, error));
    promise->probability[WORD_STABLE] = below;
    promise->probability[WORD_UNSTABLE] = 1 - above;
    return STATUS_OK;
}

static enum status by_recipe(double sd, int n, struct promise *promise, struct error *error)
{
    TRY(range_probability(MAX_SPREAD / sd, n, &promise->probability[WORD_STABLE], error));
    promise->probability[WORD_UNSTABLE] = 1 - promise->probability[WORD_STABLE];
    return STATUS_OK;
}

static enum status sequentially(double sd, int least, int most, struct promise *promise, struct error *error)
{
    const struct sequential_plan plan = {.stable_sd = STABLE_SD,
                                         .unstable_sd = UNSTABLE_SD,
                                         .error_rate = ALPHA,
                                         .min_runs = least,
                                         .max_runs = most};
    struct operating_point point;
    TRY(operating_point(&plan, sd, &point, error));
    promise->probability[WORD_STABLE] = point.stable;
    promise->probability[WORD_UNSTABLE] = point.unstable;
    promise->runs = point.runs;
    promise->slack = 1e-4;
    return STATUS_OK;
}

/* At sigma0 itself, as near to it as people write it, both words are wrong. */
static void mark_wrong(double sd, double stable_sd, double unstable_sd, struct promise *promise)
{
    const double rounding = 1e-4;
    promise->wrong[WORD_UNSTABLE] = sd <= stable_sd * (1 + rounding);
    promise->wrong[WORD_STABLE] = sd >= unstable_sd * (1 - rounding);
}

enum status promise_make(enum rule rule, double sd, int least, int most, struct promise *promise,
                         struct error *error)
{
    *promise = (struct promise){.limit = ALPHA, .runs = most};
    switch (rule) {
    case RULE_SD:
        by_sd(sd, most, promise);
        mark_wrong(sd, sigma0(), sigma0(), promise);
        break;
    case RULE_SPREAD:
        TRY(by_spread(sd, most, promise, error));
        mark_wrong(sd, sigma0(), sigma0(), promise);
        break;
    case RULE_RECIPE:
        TRY(by_recipe(sd, most, promise, error));
        break;
    case RULE_SEQUENTIAL:
        TRY(sequentially(sd, least, most, promise, error));
        mark_wrong(sd, STABLE_SD, UNSTABLE_SD, promise);
        break;
    case RULES:
        break;
    }
    promise->probability[WORD_UNDETERMINED] =
        fmax(1 - promise->probability[WORD_STABLE] - promise->probability[WORD_UNSTABLE], 0);
    return STATUS_OK;
}

void promise_counts(double probability, double slack, int experiments, int *least, int *most)
{
    double low = fmax(probability - slack, 0), high = fmin(probability + slack, 1);
    *least = 0;
    *most = experiments;
    while (*least < experiments &&
           gsl_cdf_binomial_P((unsigned)*least, low, (unsigned)experiments) <= SURPRISE)
        ++*least;
    while (*most > 0 && gsl_cdf_binomial_Q((unsigned)*most - 1, high, (unsigned)experiments) <= SURPRISE)
        --*most;
}

void promise_squares(double freedom, double *least, double *most)
{
    *least = gsl_cdf_chisq_Pinv(SURPRISE, freedom);
    *most = gsl_cdf_chisq_Qinv(SURPRISE, freedom);
}

double promise_errors(void)
{
    return gsl_cdf_ugaussian_Qinv(SURPRISE);
}
