#include "harness/stats/calibrated.h"

#include "harness/stats/range.h"
#include "harness/stats/stability.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

const char *calibrated_verdict_name(enum calibrated_verdict verdict)
{
    switch (verdict) {
    case CALIBRATED_UNDEFINED:
        return "undefined";
    case CALIBRATED_STABLE:
        return "stable";
    case CALIBRATED_UNSTABLE:
        return "unstable";
    case CALIBRATED_UNDETERMINED:
        return "undetermined";
    }
    return "unknown";
}

enum status calibrated_rule_default(double max_spread, struct calibrated_rule *rule, struct error *error)
{
    double of_three;
    TRY(range_expected(3, &of_three, error));
    *rule = (struct calibrated_rule){.sigma0 = max_spread / of_three, .alpha = CALIBRATED_ALPHA};
    return STATUS_OK;
}

static enum status check(const struct calibrated_rule *rule, struct error *error)
{
    if (!(rule->sigma0 >= 0 && isfinite(rule->sigma0)))
        return error_set(error, STATUS_INTERNAL, "calibrated verdict: a sigma0 of %g is no SD", rule->sigma0);
    if (!(rule->alpha > 0 && rule->alpha < 0.5))
        return error_set(error, STATUS_INTERNAL,
                         "calibrated verdict: an alpha of %g is not between 0 and 0.5", rule->alpha);
    return STATUS_OK;
}

static double sd_low(const struct calibrated_rule *rule, int n)
{
    return rule->sigma0 * sqrt(gsl_cdf_chisq_Pinv(rule->alpha, n - 1) / (n - 1));
}

static double sd_high(const struct calibrated_rule *rule, int n)
{
    return rule->sigma0 * sqrt(gsl_cdf_chisq_Qinv(rule->alpha, n - 1) / (n - 1));
}

enum status calibrated_thresholds(const struct calibrated_rule *rule, int n,
                                  struct calibrated_thresholds *thresholds, struct error *error)
{
    *thresholds = (struct calibrated_thresholds){NAN, NAN, NAN, NAN};
    TRY(check(rule, error));
    if (n < 2) return STATUS_OK;
    double low, high;
    TRY(range_quantile(rule->alpha, n, &low, error));
    TRY(range_quantile(1 - rule->alpha, n, &high, error));
    *thresholds = (struct calibrated_thresholds){.range_low = rule->sigma0 * low,
                                                 .range_high = rule->sigma0 * high,
                                                 .sd_low = sd_low(rule, n),
                                                 .sd_high = sd_high(rule, n)};
    if (isfinite(thresholds->sd_low) && isfinite(thresholds->sd_high)) return STATUS_OK;
    return error_set(error, STATUS_INTERNAL, "calibrated verdict: no quantile of chi-square for %d runs", n);
}

/* Stable first: at sigma0 = 0 equal runs meet both thresholds. */
static enum calibrated_verdict compare(double value, double low, double high)
{
    if (stability_within(value, low)) return CALIBRATED_STABLE;
    return stability_within(high, value) ? CALIBRATED_UNSTABLE : CALIBRATED_UNDETERMINED;
}

/* Would n runs with this very s be decided? */
static bool decides(const struct calibrated_rule *rule, double sd, int n)
{
    return sd <= sd_low(rule, n) || sd >= sd_high(rule, n);
}

/* Probability that n runs of this true SD get the right word is at least CALIBRATED_LIKELY. (n - 1) s^2 /
 * sd^2 is chi-square, and the thresholds on s^2 are sigma0^2 times its quantiles. */
static bool decides_likely(const struct calibrated_rule *rule, double sd, int n)
{
    if (sd == rule->sigma0) return false;
    if (sd == 0) return true;
    double square = rule->sigma0 * rule->sigma0 / (sd * sd);
    double right = sd < rule->sigma0
                       ? gsl_cdf_chisq_P(square * gsl_cdf_chisq_Pinv(rule->alpha, n - 1), n - 1)
                       : gsl_cdf_chisq_Q(square * gsl_cdf_chisq_Qinv(rule->alpha, n - 1), n - 1);
    return right >= CALIBRATED_LIKELY;
}

static int further(const struct calibrated *calibrated, double sd,
                   bool (*enough)(const struct calibrated_rule *, double, int))
{
    for (int n = calibrated->n + 1; n <= CALIBRATED_MOST_RUNS; n++) {
        if (enough(&calibrated->rule, sd, n)) return n - calibrated->n;
    }
    return CALIBRATED_TOO_MANY;
}

/* Would the spread that n runs of this SD have on average be decided? */
static enum status decides_by_range(const struct calibrated_rule *rule, double sd, int n, bool *decided,
                                    struct error *error)
{
    double expected, low, high;
    TRY(range_expected(n, &expected, error));
    TRY(range_quantile(rule->alpha, n, &low, error));
    TRY(range_quantile(1 - rule->alpha, n, &high, error));
    *decided = sd * expected <= rule->sigma0 * low || sd * expected >= rule->sigma0 * high;
    return STATUS_OK;
}

/* With n both quantiles of the range draw nearer to its mean, so what is decided stays so, and the first n is
 * found by doubling and halving: each look costs three integrals. */
static enum status further_by_range(const struct calibrated *calibrated, double sd, int *further,
                                    struct error *error)
{
    int n = calibrated->n, open = n, closed = n;
    bool decided = false;
    *further = CALIBRATED_TOO_MANY;
    for (int step = 1; !decided && closed < CALIBRATED_MOST_RUNS; step *= 2) {
        open = closed;
        closed = n + step < CALIBRATED_MOST_RUNS ? n + step : CALIBRATED_MOST_RUNS;
        TRY(decides_by_range(&calibrated->rule, sd, closed, &decided, error));
    }
    if (!decided) return STATUS_OK;
    while (closed - open > 1) {
        int middle = open + (closed - open) / 2;
        TRY(decides_by_range(&calibrated->rule, sd, middle, &decided, error));
        if (decided)
            closed = middle;
        else
            open = middle;
    }
    *further = closed - n;
    return STATUS_OK;
}

enum status calibrated_judge(const struct calibrated_rule *rule, const struct summary *summary, int failed,
                             struct calibrated *calibrated, struct error *error)
{
    *calibrated = (struct calibrated){
        .rule = *rule, .n = summary->n, .failed = failed, .few_seeds = summary->n < STABILITY_ENOUGH_RUNS};
    TRY(calibrated_thresholds(rule, summary->n, &calibrated->thresholds, error));
    TRY(interval_of_sd(summary, 1 - 2 * rule->alpha, &calibrated->sd, error));
    TRY(interval_of_fraction(failed, summary->n + failed, SUMMARY_CONFIDENCE, &calibrated->failing, error));
    if (summary->n >= 2) {
        const struct calibrated_thresholds *at = &calibrated->thresholds;
        calibrated->by_range = compare(summary->spread, at->range_low, at->range_high);
        calibrated->by_sd = compare(summary->sd, at->sd_low, at->sd_high);
    }
    calibrated->verdict = failed > 0 ? CALIBRATED_UNSTABLE : calibrated->by_sd;
    if (calibrated->verdict == CALIBRATED_UNDETERMINED) {
        calibrated->further = further(calibrated, summary->sd, decides);
        calibrated->further_likely = further(calibrated, summary->sd, decides_likely);
    }
    if (failed == 0 && calibrated->by_range == CALIBRATED_UNDETERMINED)
        TRY(further_by_range(calibrated, summary->sd, &calibrated->further_by_range, error));
    return STATUS_OK;
}
