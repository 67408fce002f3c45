/* promise.h - how often the verdicts on a setting whose true SD is known say which word, computed: what
 * ci/error_rates compares whole experiments with.
 *
 * Nothing here asks the code under test for a threshold. Those of the verdict by SD are chi-square's, from
 * the limits that the documents promise; those of the spread come from the distribution of the range
 * (harness/stats/range.h, whose tables test_calibrated.c checks), and the sequential test's curve from
 * harness/stats/operating.h for the SDs and the error rate that docs/configuration.md names. */
#ifndef FTBENCH_TESTS_ERROR_RATES_PROMISE_H
#define FTBENCH_TESTS_ERROR_RATES_PROMISE_H

#include "base/status.h"

#include <stdbool.h>

enum word { WORD_STABLE, WORD_UNSTABLE, WORD_UNDETERMINED, WORDS };

enum rule {
    RULE_SD,         /* calibrated, by the SD of a fixed number of runs: the verdict */
    RULE_SPREAD,     /* calibrated, by their spread */
    RULE_RECIPE,     /* spread of at most 2 points */
    RULE_SEQUENTIAL, /* repeats as a span */
    RULES
};

struct promise {
    double probability[WORDS];
    bool wrong[WORDS]; /* the words that this SD must not get more often than `limit`; none for the recipe */
    double limit;
    double runs;  /* expected number of runs */
    double slack; /* how exact the probabilities are */
};

/* `sd` in points, `least` .. `most` runs (one number for all rules but RULE_SEQUENTIAL), with the default
 * limits: 2 points, one wrong word in twenty. Needs stats_init. */
enum status promise_make(enum rule rule, double sd, int least, int most, struct promise *promise,
                         struct error *error);

/* Which counts of `experiments` are no surprise where each hits with `probability`, give or take `slack`: one
 * in 1000 lies outside of *least .. *most, half of them on either side. */
void promise_counts(double probability, double slack, int experiments, int *least, int *most);

/* The same for the sum of squares of standard normal values with `freedom` degrees of freedom. */
void promise_squares(double freedom, double *least, double *most);

/* And for how many standard errors a mean may be off. */
double promise_errors(void);

#endif
