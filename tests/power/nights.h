/* nights.h - what the check.json of many nights say, each of one setting against its baseline. */
#ifndef FTBENCH_TESTS_POWER_NIGHTS_H
#define FTBENCH_TESTS_POWER_NIGHTS_H

#include "base/status.h"

/* Nights of one design and one true drop. */
struct nights {
    char basis[8]; /* "pairs", "sides", "one" */
    int n;         /* runs of either side */
    double sd, drop;
    int count;
    int worse, within, undecided; /* of the mean */
    int spread;                   /* called larger */
    int alarms;                   /* the whole check: exit code 1 */
    double squares;               /* sum of (n - 1) (SD now)^2, in the metric's unit squared */
    double *differences;          /* (count) of means, owned */
};

/* Add the night at `path`. STATUS_BAD_INPUT, naming the file, when it is no check of one setting that has
 * `n` finished runs on each side, paired as the basis says. */
enum status nights_add(const char *path, struct nights *nights, struct error *error);

/* STATUS_BAD_INPUT when the nights are no evidence: two have the same difference, as they would with the same
 * draws, or the runs have not the SD that they are said to have (one set of nights in 1000 has not). */
enum status nights_check(const struct nights *nights, struct error *error);

void nights_free(struct nights *nights);

#endif
