#include "harness/stats/stability.h"

#include "harness/stats/range.h"

#include <math.h>

const char *stability_verdict_name(enum stability_verdict verdict)
{
    switch (verdict) {
    case STABILITY_UNDEFINED:
        return "undefined";
    case STABILITY_STABLE:
        return "stable";
    case STABILITY_UNSTABLE:
        return "unstable";
    }
    return "unknown";
}

bool stability_within(double spread, double limit)
{
    return spread <= limit + STABILITY_SLACK;
}

enum status stability_judge(const struct summary *summary, int failed, double max_spread,
                            struct stability *stability, struct error *error)
{
    *stability = (struct stability){.verdict = STABILITY_UNDEFINED,
                                    .n = summary->n,
                                    .failed = failed,
                                    .few_seeds = summary->n < STABILITY_ENOUGH_RUNS,
                                    .noisy_sd = max_spread,
                                    .noisy_passes = NAN,
                                    .quiet_sd = max_spread / 2,
                                    .quiet_fails = NAN};
    if (summary->n < 2) return STATUS_OK;
    stability->verdict =
        stability_within(summary->spread, max_spread) ? STABILITY_STABLE : STABILITY_UNSTABLE;
    /* A limit of 0 asks for equal runs; it has no noise scale of its own. */
    if (!(max_spread > 0)) return STATUS_OK;
    TRY(range_probability(max_spread / stability->noisy_sd, summary->n, &stability->noisy_passes, error));
    double passes;
    TRY(range_probability(max_spread / stability->quiet_sd, summary->n, &passes, error));
    stability->quiet_fails = 1 - passes;
    return STATUS_OK;
}
