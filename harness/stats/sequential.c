#include "harness/stats/sequential.h"

#include "harness/stats/calibrated.h"
#include "harness/stats/stability.h"

#include <math.h>

const char *sequential_state_name(enum sequential_state state)
{
    switch (state) {
    case SEQUENTIAL_CONTINUE:
        return "continue";
    case SEQUENTIAL_STABLE:
        return "stable";
    case SEQUENTIAL_UNSTABLE:
        return "unstable";
    case SEQUENTIAL_UNDETERMINED:
        return "undetermined";
    }
    return "unknown";
}

struct sequential_plan sequential_plan_default(double max_spread, int min_runs, int max_runs)
{
    return (struct sequential_plan){.stable_sd = SEQUENTIAL_STABLE_SHARE * max_spread,
                                    .unstable_sd = SEQUENTIAL_UNSTABLE_SHARE * max_spread,
                                    .error_rate = SEQUENTIAL_ERROR_RATE,
                                    .min_runs = min_runs,
                                    .max_runs = max_runs};
}

enum status sequential_plan_scale(double sigma0, double max_spread, struct sequential_plan *plan,
                                  struct error *error)
{
    struct calibrated_rule usual;
    TRY(calibrated_rule_default(max_spread, &usual, error));
    plan->stable_sd *= sigma0 / usual.sigma0;
    plan->unstable_sd *= sigma0 / usual.sigma0;
    return STATUS_OK;
}

enum status sequential_check(const struct sequential_plan *plan, struct error *error)
{
    if (!(plan->stable_sd > 0 && plan->unstable_sd > plan->stable_sd && isfinite(plan->unstable_sd)))
        return error_set(error, STATUS_INTERNAL,
                         "sequential test: SDs of %g and %g, not 0 < stable < unstable", plan->stable_sd,
                         plan->unstable_sd);
    if (!(plan->error_rate > 0 && plan->error_rate < 0.5))
        return error_set(error, STATUS_INTERNAL,
                         "sequential test: an error rate of %g is not between 0 and 0.5", plan->error_rate);
    if (plan->min_runs < STABILITY_ENOUGH_RUNS || plan->max_runs < plan->min_runs)
        return error_set(error, STATUS_INTERNAL, "sequential test: %d to %d runs; at least %d, and a span",
                         plan->min_runs, plan->max_runs, STABILITY_ENOUGH_RUNS);
    return STATUS_OK;
}

/* Mean and sum of squares about it, updated by one value (Welford 1962): equal values keep a sum of exactly
 * 0. */
struct running {
    int n;
    double mean, squares;
};

static void add(struct running *running, double value)
{
    double before = value - running->mean;
    running->n++;
    running->mean += before / running->n;
    running->squares += before * (value - running->mean);
}

static double log_ratio(const struct sequential_plan *plan, const struct running *running)
{
    if (running->n < 2) return NAN;
    double precisions = 1 / (plan->stable_sd * plan->stable_sd) - 1 / (plan->unstable_sd * plan->unstable_sd);
    return running->squares / 2 * precisions - (running->n - 1) * log(plan->unstable_sd / plan->stable_sd);
}

static void look(const struct sequential_plan *plan, struct sequential *sequential)
{
    if (sequential->n < plan->min_runs) return;
    if (sequential->failed || sequential->log_ratio >= sequential->high)
        sequential->state = SEQUENTIAL_UNSTABLE;
    else if (sequential->log_ratio <= sequential->low)
        sequential->state = SEQUENTIAL_STABLE;
    else if (sequential->n == plan->max_runs)
        sequential->state = SEQUENTIAL_UNDETERMINED;
    sequential->saved = sequential->state == SEQUENTIAL_CONTINUE ? 0 : plan->max_runs - sequential->n;
}

enum status sequential_judge(const struct sequential_plan *plan, const double *values, size_t count,
                             struct sequential *sequential, struct error *error)
{
    TRY(sequential_check(plan, error));
    double bound = log((1 - plan->error_rate) / plan->error_rate);
    *sequential =
        (struct sequential){.state = SEQUENTIAL_CONTINUE, .log_ratio = NAN, .low = -bound, .high = bound};
    struct running running = {0};
    for (size_t i = 0; i < count && sequential->state == SEQUENTIAL_CONTINUE; i++) {
        sequential->n++;
        if (isfinite(values[i]))
            add(&running, values[i]);
        else
            sequential->failed = true;
        sequential->log_ratio = sequential->failed ? (double)NAN : log_ratio(plan, &running);
        look(plan, sequential);
    }
    return STATUS_OK;
}
