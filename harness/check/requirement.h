/* requirement.h - a limit that a user sets to a check besides its baseline, in one line:
 *
 *     f1>=0.85                       every setting
 *     learning_rate=1e-3: f1>=0.85   one, by its label, the start of one, or its number
 *
 * Names: f1, f1_macro, accuracy, eval_loss (or loss): the mean of the setting's runs; spread: max - min of
 * the metric that is judged, in points unless that is a loss; failed: runs without a result. Signs: >=, >,
 * <=, <. A value that is undefined (no run finished) meets no limit.
 *
 * A limit outside of what its subject can be, or that nothing can meet, is refused: f1, f1_macro and accuracy
 * are fractions from 0 to 1, a spread is 0 or more, failed a whole number. A loss may be anything. */
#ifndef FTBENCH_HARNESS_CHECK_REQUIREMENT_H
#define FTBENCH_HARNESS_CHECK_REQUIREMENT_H

#include "harness/check/contest.h"

enum requirement_sign { REQUIREMENT_LEAST, REQUIREMENT_ABOVE, REQUIREMENT_MOST, REQUIREMENT_BELOW };

struct requirement {
    char setting[PLAN_LABEL_BYTES]; /* "": every one */
    int subject;                    /* enum metric, or one of the two ... */
    enum requirement_sign sign;
    double value;
    char words[96]; /* "f1 >= 0.85" */
};
enum { REQUIREMENT_SPREAD = 100, REQUIREMENT_FAILED };

/* STATUS_USAGE says what would be right. */
enum status requirement_parse(const char *text, struct requirement *requirement, struct error *error);

/* Whether a value meets it; with the slack of the recipe's rule (harness/stats/stability.h), so that 0.85 is
 * no less than 0.85. NaN does not. */
bool requirement_met(const struct requirement *requirement, double value);

/* Add an item for each setting that a requirement of the terms, or max_spread, is for. STATUS_USAGE for one
 * that cannot be read, or names no setting. */
enum status requirements_check(struct contest *contest, struct error *error);

#endif
