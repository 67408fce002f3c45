/* stability.h - the recipe's rule: train one setting two or three times; it is stable when the spread of the
 * metric is at most so many points (2 by default; 0.83..0.85 passes, 0.78..0.86 does not). And what that rule
 * is worth.
 *
 * The rule looks at finished runs only; the verdict looks at all. One run that failed makes a setting
 * unstable however well the others agree: three equal runs and seven that diverged are not a stable setting,
 * and of settings that fail one time in ten the rule alone passes three quarters with three runs. What the
 * rule alone says is kept beside the verdict. */
#ifndef FTBENCH_HARNESS_STATS_STABILITY_H
#define FTBENCH_HARNESS_STATS_STABILITY_H

#include "base/status.h"
#include "harness/stats/intervals.h"
#include "harness/stats/summary.h"

#include <stdbool.h>

/* Slack of the comparison spread <= limit, in the metric's unit. 0.85 - 0.83 is 0.020000000000000018 in
 * doubles, and means 0.02. One validation example is worth about 1 / N of a metric: a slack of 1e-9 is far
 * below that for any validation set, and far above the rounding of a difference of two fractions (1e-16). */
#define STABILITY_SLACK 1e-9

/* From how many runs of different seeds on a verdict is not called thin. */
enum { STABILITY_ENOUGH_RUNS = 3 };

enum stability_verdict {
    STABILITY_UNDEFINED, /* fewer than two finished runs, so that there is no spread, and none that failed */
    STABILITY_STABLE,
    STABILITY_UNSTABLE /* the spread is too large, or a run failed */
};

struct stability {
    enum stability_verdict verdict;
    enum stability_verdict rule; /* the spread of the finished runs alone */
    int n;                       /* finished runs of different seeds that it rests on */
    int failed;                  /* runs without a metric: not in the spread, not to be forgotten */
    struct interval failing;     /* Wilson's of the fraction of runs that fail, at SUMMARY_CONFIDENCE */
    bool few_seeds;              /* n < STABILITY_ENOUGH_RUNS */
    double noisy_sd;     /* a true SD that is too much: as large as the whole spread that the rule allows */
    double noisy_passes; /* the rule's worth: probability that a setting with that SD passes it with n runs */
    double quiet_sd;     /* half of that SD: a setting that one would like to keep */
    double quiet_fails;  /* probability that it fails the rule with n runs; NaN like the other when n < 2 */
};

/* The comparison alone: spread and limit in the metric's unit. */
bool stability_within(double spread, double limit);

/* Judge a setting by the summary of its finished runs of different seeds; `max_spread` in the metric's unit
 * (0.02 for 2 points); `failed`: its runs that did not finish, or finished with an undefined metric. Needs
 * stats_init. */
enum status stability_judge(const struct summary *summary, int failed, double max_spread,
                            struct stability *stability, struct error *error);

#endif
