/* calibrated.h - a verdict on a setting's spread that says how sure it is: stable, unstable, or undetermined.
 *
 * The recipe's rule (stability.h) calls two thirds of good settings unstable or a quarter of bad ones stable,
 * depending on n. This one asks whether the true SD is below or above sigma0 and answers only when it would
 * be wrong at most with probability alpha: a setting whose SD is sigma0 or more is called stable with
 * probability alpha at most, one whose SD is sigma0 or less is called unstable with probability alpha at
 * most. Otherwise it is undetermined, and the number of further runs that would decide it is given.
 *
 * Exact for normal runs and a number of runs fixed beforehand; runs added until a verdict appears are wrong
 * more often (sequential.h is made for that). A metric moves in steps of about 1 / (validation examples):
 * thresholds below such a step, as for n = 2 and 3, are met by equal values only. All in the metric's unit.
 */
#ifndef FTBENCH_HARNESS_STATS_CALIBRATED_H
#define FTBENCH_HARNESS_STATS_CALIBRATED_H

#include "base/status.h"
#include "harness/stats/intervals.h"
#include "harness/stats/summary.h"

#include <stdbool.h>

#define CALIBRATED_ALPHA 0.05

/* With what probability calibrated.further_likely runs decide, if the SD is what it seems. */
#define CALIBRATED_LIKELY 0.8

/* Where the counting of further runs ends; more than that is CALIBRATED_TOO_MANY. */
enum { CALIBRATED_MOST_RUNS = 1000, CALIBRATED_TOO_MANY = -1 };

struct calibrated_rule {
    double sigma0; /* the SD that separates stable from unstable, >= 0 */
    double alpha;  /* probability of a wrong word, in (0, 0.5) */
};

/* Stable at or below the low ones, unstable at or above the high ones. NaN for n < 2. */
struct calibrated_thresholds {
    double range_low, range_high; /* sigma0 * quantile of the range of n normals at alpha, 1 - alpha */
    double sd_low, sd_high;       /* sigma0 * sqrt(chi2(alpha or 1 - alpha; n - 1) / (n - 1)) */
};

enum calibrated_verdict {
    CALIBRATED_UNDEFINED, /* fewer than two finished runs, and none that failed */
    CALIBRATED_STABLE,
    CALIBRATED_UNSTABLE,
    CALIBRATED_UNDETERMINED
};

struct calibrated {
    struct calibrated_rule rule;
    struct calibrated_thresholds thresholds;
    int n;                            /* finished runs of different seeds */
    int failed;                       /* runs that failed, diverged or collapsed */
    enum calibrated_verdict by_range; /* from the spread alone, the number that the recipe looks at */
    enum calibrated_verdict by_sd;    /* from s, which decides sooner for n > 2 */
    enum calibrated_verdict verdict;  /* by_sd; unstable when a run failed */
    bool few_seeds;                   /* n < STABILITY_ENOUGH_RUNS: too thin to gate anything on */
    struct interval sd;      /* of the true SD, at 1 - 2 alpha: sigma0 lies outside when by_sd decides */
    struct interval failing; /* Wilson's of the fraction of runs that fail, at SUMMARY_CONFIDENCE */
    int further;             /* runs to add until s would decide if it stayed what it is; 0: decided;
                                CALIBRATED_TOO_MANY: over CALIBRATED_MOST_RUNS in all; 0 too when undefined */
    int further_by_range; /* runs to add until the spread would decide if s stayed what it is and the spread
                             grew as it does on average; same special values; 0 too with a failed run */
    int further_likely;   /* runs to add so that, if the true SD is s, the right word comes with
                             probability CALIBRATED_LIKELY; same special values */
};

/* "undefined", "stable", "unstable", "undetermined". */
const char *calibrated_verdict_name(enum calibrated_verdict verdict);

/* The rule for a recipe that allows `max_spread` (0.02 for 2 points): sigma0 is the SD whose expected range
 * of three runs is max_spread, max_spread * sqrt(pi) / 3 (1.1816 points for 2); alpha is CALIBRATED_ALPHA.
 * Needs stats_init. */
enum status calibrated_rule_default(double max_spread, struct calibrated_rule *rule, struct error *error);

enum status calibrated_thresholds(const struct calibrated_rule *rule, int n,
                                  struct calibrated_thresholds *thresholds, struct error *error);

/* Judge by the summary of the finished runs of different seeds. `failed` counts runs that failed by
 * themselves (diverged, collapsed, not a number); a run that the machine or a person ended says nothing about
 * the setting and is not counted. One failed run makes the setting unstable whatever the rest does: no SD
 * describes it. Needs stats_init. */
enum status calibrated_judge(const struct calibrated_rule *rule, const struct summary *summary, int failed,
                             struct calibrated *calibrated, struct error *error);

#endif
