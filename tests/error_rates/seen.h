/* seen.h - what summary.json says of many settings, each of which counts as an experiment of its own. */
#ifndef FTBENCH_TESTS_ERROR_RATES_SEEN_H
#define FTBENCH_TESTS_ERROR_RATES_SEEN_H

#include "promise.h"

/* Many experiments of one true SD and one number of repeats. */
struct seen {
    int least, most; /* repeats; equal when their number was fixed */
    int experiments;
    int count[RULES][WORDS];   /* RULE_SEQUENTIAL, or the other three */
    double runs, runs_squares; /* sum of the numbers of runs, and of their squares */
    double squares;            /* sum of (n - 1) variance, in the metric's unit squared */
    double *means;             /* (experiments), owned */
};

/* Add the settings of the summary at `path`. STATUS_BAD_INPUT, naming the file, when it is no summary of runs
 * that all finished, with as many repeats as `seen` has. */
enum status seen_add(const char *path, struct seen *seen, struct error *error);

/* STATUS_BAD_INPUT when two experiments have the same mean: they would not be independent draws. */
enum status seen_check_independent(struct seen *seen, struct error *error);

void seen_free(struct seen *seen);

#endif
