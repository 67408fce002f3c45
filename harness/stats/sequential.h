/* sequential.h - `repeats = 3..10`: a rule that looks after every run and stops as soon as it knows.
 *
 * Wald's sequential probability ratio test (1945) on the variance: is the true SD `stable_sd` or
 * `unstable_sd`? After n runs with variance s^2 ~ sigma^2 chi2(n - 1) / (n - 1) the logarithm of the
 * likelihood ratio (unstable over stable) is (n - 1) s^2 / 2 * (1 / stable_sd^2 - 1 / unstable_sd^2) - (n -
 * 1) ln(unstable_sd / stable_sd) It depends on the differences between runs only, so the mean need not be
 * known. Stable at or below ln(e / (1 - e)), unstable at or above ln((1 - e) / e), e the error rate;
 * undetermined when max_runs have not decided. A true SD of stable_sd or less is then called unstable, and
 * one of unstable_sd or more stable, with probability e at most (tested by simulation; operating.h computes
 * what happens between them).
 *
 * Deciding by the fixed-n rule (calibrated.h) after every run of 3..10 would call a setting at sigma0 stable
 * 16% of the time instead of 5%: with repeats as a span this rule alone decides. */
#ifndef FTBENCH_HARNESS_STATS_SEQUENTIAL_H
#define FTBENCH_HARNESS_STATS_SEQUENTIAL_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/* The SDs of the two hypotheses as shares of the spread that the recipe allows: 0.6 and 1.8 points for 2. */
#define SEQUENTIAL_STABLE_SHARE 0.3
#define SEQUENTIAL_UNSTABLE_SHARE 0.9
#define SEQUENTIAL_ERROR_RATE 0.05

struct sequential_plan {
    double stable_sd, unstable_sd; /* in the metric's unit; 0 < stable_sd < unstable_sd */
    double error_rate;             /* e, in (0, 0.5) */
    int min_runs, max_runs;        /* STABILITY_ENOUGH_RUNS <= min_runs <= max_runs */
};

enum sequential_state {
    SEQUENTIAL_CONTINUE, /* another run is needed */
    SEQUENTIAL_STABLE,
    SEQUENTIAL_UNSTABLE,
    SEQUENTIAL_UNDETERMINED /* max_runs reached without a decision */
};

struct sequential {
    enum sequential_state state;
    int n;            /* runs that the answer rests on: later ones were not looked at */
    bool failed;      /* unstable because of a run that failed, not by the ratio */
    double log_ratio; /* after those runs; NaN when fewer than two of them finished, or failed */
    double low, high; /* the two bounds of log_ratio */
    int saved;        /* runs of max_runs that a decision spares; 0 while undecided */
};

/* "continue", "stable", "unstable", "undetermined". */
const char *sequential_state_name(enum sequential_state state);

/* The plan for a recipe that allows `max_spread` > 0 (0.02 for 2 points) and repeats = min_runs..max_runs. */
struct sequential_plan sequential_plan_default(double max_spread, int min_runs, int max_runs);

/* The same against another limit: both SDs times sigma0 / the sigma0 that such a recipe has by default
 * (calibrated.h), so that the two hypotheses stand to the limit that was asked for as they do to the default.
 * Needs stats_init. */
enum status sequential_plan_scale(double sigma0, double max_spread, struct sequential_plan *plan,
                                  struct error *error);

/* STATUS_OK for a plan that keeps to the limits above. */
enum status sequential_check(const struct sequential_plan *plan, struct error *error);

/* After `count` values in the order in which the runs were planned (not in which they ended: a quick end must
 * not decide what is looked at first). A value that is not finite is a run that failed by itself: the answer
 * is unstable as soon as min_runs are there. The first decision stands, whatever comes after. Needs no heap.
 */
enum status sequential_judge(const struct sequential_plan *plan, const double *values, size_t count,
                             struct sequential *sequential, struct error *error);

#endif
