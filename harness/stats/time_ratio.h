/* time_ratio.h - how much longer something takes than it did, from runs of several kinds on both sides.
 *
 * Of each kind the mean logarithm of a side's times is taken, and of the differences, now less then, the mean
 * over all kinds: the logarithm of the ratio. Its error is taken from how far the runs of a kind and side lie
 * from their mean, or, where the runs of all kinds are pairs, the differences of the pairs from theirs: all
 * together, their variance pooled. Bounds are from Student's t, exact for times that are lognormal with one
 * coefficient of variation. They treat runs as independent; what all runs of one night have in common is not
 * in them.
 */
#ifndef FTBENCH_HARNESS_STATS_TIME_RATIO_H
#define FTBENCH_HARNESS_STATS_TIME_RATIO_H

#include "base/status.h"
#include "harness/stats/intervals.h"

#include <stdbool.h>
#include <stddef.h>

/* Times of one kind, each above 0, in any unit that is the same on both sides. */
struct time_kind {
    const double *now, *then; /* (now_count), (then_count) */
    size_t now_count, then_count;
    bool pairs; /* now[i] and then[i] did the same work, and the counts are equal */
};

struct time_ratio {
    int now, then;          /* times that count: of kinds that have some on both sides */
    bool pairs;             /* the error is that of pairs */
    double ratio;           /* now over then; NaN where no kind counts */
    struct interval bounds; /* each end at alpha; NaN where no degree of freedom is left */
};

/* Needs stats_init. STATUS_INTERNAL for an alpha that is not in (0, 0.5). */
enum status time_ratio_compute(const struct time_kind *kinds, size_t count, double alpha,
                               struct time_ratio *result, struct error *error);

#endif
