#include "harness/check/detectable.h"

#include "harness/stats/power.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* The bounds lie t standard errors off. */
static double sd_of_pairs(const struct noninferiority *mean)
{
    double half = (mean->bounds.high - mean->bounds.low) / 2;
    return half / gsl_cdf_tdist_Qinv(mean->question.alpha, mean->pairs - 1) * sqrt(mean->pairs);
}

enum status detectable_fill(const struct noninferiority *mean, int tested, struct welch_tests *tests,
                            struct check_setting *setting, struct error *error)
{
    const bool paired = mean->basis == COMPARE_BY_PAIRS;
    if (mean->basis == COMPARE_BY_NOTHING || isnan(mean->p)) return STATUS_OK;
    if (paired) setting->pair_sd = sd_of_pairs(mean);
    const struct power_design design = {.paired = paired,
                                        .n = paired ? mean->pairs : setting->n,
                                        .base_n = setting->base_n,
                                        .sd = paired ? setting->pair_sd : setting->sd,
                                        .base_sd = setting->base_sd,
                                        .alpha = mean->question.alpha,
                                        .margin = mean->question.margin,
                                        .settings = tested,
                                        .tests = tests};
    if (!(design.sd > 0) || (!paired && !(design.base_sd > 0))) return STATUS_OK;
    return power_detectable(&design, POWER_LIKELY, &setting->detectable, error);
}
