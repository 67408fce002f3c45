/* ranks.h - how often a run of one setting beats a run of another, and whether that could be chance: the test
 * of Mann and Whitney (1947), which looks at the order of the values only. A run that failed takes part as an
 * infinite value, beaten by every other. */
#ifndef FTBENCH_HARNESS_STATS_RANKS_H
#define FTBENCH_HARNESS_STATS_RANKS_H

#include "base/status.h"
#include "harness/stats/bootstrap.h"
#include "harness/stats/intervals.h"

#include <stdbool.h>
#include <stddef.h>

/* From how many runs on each side the test is made: with three on each its smallest two-sided p is 2 / 20 =
 * 0.10, so that it could never say anything at 5%: that is inconclusive, not "no difference". With four it is
 * 2 / 70 = 0.03. */
enum { RANKS_ENOUGH = 4 };

/* Up to how many runs on both sides together p is exact. */
enum { RANKS_EXACT_MOST = 60 };

struct ranks {
    int n_a, n_b;
    double superiority; /* probability that a run of A has a larger value than one of B: pairs of runs in
                           which it has, ties counting half, over all pairs; NaN when a side is empty */
    struct interval interval; /* of that probability: Newcombe (2006, "Confidence intervals for an effect size
                                 measure based on the Mann-Whitney statistic. Part 2", method 5), at the
                                 confidence asked for; has a width even for 0 and 1. NaN below RANKS_ENOUGH on
                                 either side: with three and three, fully apart, it would exclude 1/2 where
                                 the test cannot, and cover it 89% of the time (test_ranks.c), not 95% */
    double p;          /* two-sided, of "neither tends to be larger"; NaN below RANKS_ENOUGH on either side */
    double smallest_p; /* the smallest p that so many runs could have given: 2 / (n_a + n_b choose n_a),
                          capped at 1 */
    bool exact; /* p counts all ways to deal the values out, ties as they are; else a normal approximation
                   with corrections for ties and continuity */
};

/* Twice the rank of each of `count` values, 1 for the least, ties sharing the middle of theirs: whole
 * numbers. `order`: the values' indices, sorted by value. */
void ranks_double(const double *values, const size_t *order, size_t count, int *doubled);

/* Compare `a` and `b`, infinite values allowed. A NaN is STATUS_INTERNAL: decide first what it is worth.
 * Needs stats_init. */
enum status ranks_compare(struct bootstrap_sample a, struct bootstrap_sample b, double confidence,
                          struct ranks *ranks, struct error *error);

#endif
