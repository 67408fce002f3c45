#include "harness/stats/stability.h"

#include "harness/stats/range.h"

#include <math.h>

bool stability_within(double spread, double limit)
{
    return spread <= limit + STABILITY_SLACK;
}

enum status stability_judge(const struct summary *summary, int failed, double max_spread,
                            struct stability *stability, struct error *error)
{
    *stability = (struct stability){.verdict = failed > 0 ? STABILITY_UNSTABLE : STABILITY_UNDEFINED,
                                    .rule = STABILITY_UNDEFINED,
                                    .n = summary->n,
                                    .failed = failed,
                                    .few_seeds = summary->n < STABILITY_ENOUGH_RUNS,
                                    .noisy_sd = max_spread,
                                    .noisy_passes = NAN,
                                    .quiet_sd = max_spread / 2,
                                    .quiet_fails = NAN};
    TRY(interval_of_fraction(failed, summary->n + failed, SUMMARY_CONFIDENCE, &stability->failing, error));
    if (summary->n < 2) return STATUS_OK;
    stability->rule = stability_within(summary->spread, max_spread) ? STABILITY_STABLE : STABILITY_UNSTABLE;
    if (failed == 0) stability->verdict = stability->rule;
    /* A limit of 0 asks for equal runs; it has no noise scale of its own. */
    if (!(max_spread > 0)) return STATUS_OK;
    TRY(range_probability(max_spread / stability->noisy_sd, summary->n, &stability->noisy_passes, error));
    double passes;
    TRY(range_probability(max_spread / stability->quiet_sd, summary->n, &passes, error));
    stability->quiet_fails = 1 - passes;
    return STATUS_OK;
}
