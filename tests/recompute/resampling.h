/* resampling.h - bootstrap numbers of a report from draws of our own (GSL's generator, not the harness's): a
 * band in which the report's number must lie, five Monte-Carlo standard errors of the two together to either
 * side. */
#ifndef FTBENCH_TESTS_RECOMPUTE_RESAMPLING_H
#define FTBENCH_TESTS_RECOMPUTE_RESAMPLING_H

enum { RESAMPLES = 4999, OWN_RESAMPLES = 100000 }; /* the report's; ours */

struct band {
    double low, high; /* both NaN: the number must be undefined */
};

struct group {
    const double *values;
    int n;
};

/* The ends of the 95% interval of a mean, by the studentised bootstrap. */
void resample_mean(struct group group, struct band ends[2]);

struct luck_bands {
    struct band bias, most, again;
};

/* By how much the best of several means is too good because it was chosen; groups of two values or more. */
void resample_best(const struct group *groups, int count, int best, struct luck_bands *bands);

#endif
