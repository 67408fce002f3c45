/* power.h - what a check of n runs against a baseline can find: how often it calls a mean worse, within the
 * margin, or neither, when the true drop is known (the three answers of noninferiority.h), and the smallest
 * drop that it finds with a given probability.
 *
 * Computed, for normal runs none of which fails. The mean and the standard error of normal runs are
 * independent, so that an answer's probability is the normal one for a given standard error, integrated over
 * the chi distribution of that error: for pairs this is Student's non-central t (Owen, "A special case of a
 * bivariate non-central t-distribution", Biometrika 52, 1965), cut off where the loss is within the margin.
 * For Welch's test (welch.h) the share of one side in the squared error, which alone decides how many errors
 * a bound lies off, has a beta distribution of its own and is integrated too (Nel, van der Merwe and Moser,
 * "The exact distributions of the univariate and multivariate Behrens-Fisher statistics with a comparison of
 * several solutions in the univariate case", Communications in Statistics 19, 1990). */
#ifndef FTBENCH_HARNESS_STATS_POWER_H
#define FTBENCH_HARNESS_STATS_POWER_H

#include "base/status.h"
#include "harness/stats/welch.h"

#include <stdbool.h>

/* "8 times in 10": what is meant by "finds". */
#define POWER_LIKELY 0.8

/* One setting of a check. */
struct power_design {
    bool paired;
    int n;          /* runs of the night, or pairs; >= 3 */
    int base_n;     /* runs of the baseline, >= 3; not read for pairs */
    double sd;      /* of the night's runs, or of the differences within pairs; > 0, in the metric's unit */
    double base_sd; /* of the baseline's runs; not read for pairs */
    double alpha;   /* of each claim, in (0, 0.5) */
    double margin;  /* >= 0, in the metric's unit */
    int settings;   /* that are tested together, >= 1: one of them is called worse at alpha / settings, which
                       is Holm's first step. What the others do can only add to that */
    struct welch_tests *tests; /* where many designs keep what they have computed; NULL: each on its own */
};

/* Probabilities of the three answers; their sum is 1. */
struct power_point {
    double worse, within, undecided;
};

/* The answers where the mean has dropped by `drop` (negative: it rose), to 1e-6. Needs stats_init. */
enum status power_point(const struct power_design *design, double drop, struct power_point *point,
                        struct error *error);

/* The smallest drop that is called worse with `probability` (such as POWER_LIKELY), in (alpha, 1). */
enum status power_detectable(const struct power_design *design, double probability, double *drop,
                             struct error *error);

/* How often at least one of all settings is called worse where nothing has changed and the settings' runs are
 * independent: alpha at most. */
enum status power_false_alarm(const struct power_design *design, double *probability, struct error *error);

/* How often the spread of one setting is called larger (spread_ratio.h: the lower bound above 1 and the upper
 * one above `spread_margin`) where the true SD is `ratio` times what it was. Of pairs as of others: the two
 * sides must be independent, else it is less. */
enum status power_of_spread(const struct power_design *design, double ratio, double spread_margin,
                            double *probability, struct error *error);

#endif
