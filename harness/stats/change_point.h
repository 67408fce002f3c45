/* change_point.h - where a series of nights moved to another level: after which value, by how much, and how
 * often chance alone would say so.
 *
 * The test asks whether the values come in an order that chance would give. Its statistic is the largest
 * standardised cumulative sum, of normal scores (van der Waerden 1952: s_i is the normal quantile of
 * rank / (n + 1), ties share; m their mean), with weights by which a change near an end, such as that of the
 * last nights, counts like one in the middle:
 *     max over k of |sum of (s_i - m) over the first k| * sqrt(n / (k (n - k))),   2 <= k <= n - 2
 * p is the share of random orders whose statistic is as large: exact, whatever the distribution, one wild
 * value included, for values that could have come in any order. Values that drift or swing by themselves (a
 * machine that is slower at weekends) could not.
 *
 * Of a series that moved the parts on both sides are asked again, each with its p doubled for every cut above
 * it (binary segmentation). Series are corrected for each other by Holm. So of a family of series in which
 * nothing moved at most alpha of the time any of them is said to have.
 *
 * The place is where the statistic is largest. The range around it leaves out the places that the residuals
 * exclude: those whose sum of squares is larger by more than 7.35 residual variances, where (1 - exp(-x /
 * 2))^2 is 0.95 (Hansen 2000, for a likelihood ratio of a place): too wide for large moves, right for small
 * ones. */
#ifndef FTBENCH_HARNESS_STATS_CHANGE_POINT_H
#define FTBENCH_HARNESS_STATS_CHANGE_POINT_H

#include "base/status.h"
#include "harness/stats/compare.h"
#include "harness/stats/summary.h"

#include <stddef.h>
#include <stdint.h>

/* No place has fewer values on a side, so a move is seen after its second value at the earliest. */
enum { CHANGE_EDGE = 2 };

/* Values in time, not owned; what is not finite is left out. */
struct change_series {
    const double *values;
    size_t count;
};

struct change_question {
    double alpha;      /* how often a family in which nothing moved may be said to have, in (0, 0.5) */
    double confidence; /* of the intervals of differences */
    uint32_t seed;     /* of the random orders */
};

/* 0.01, 95%, seed 1. */
struct change_question change_question_default(void);

struct change_point {
    size_t first;                 /* index in the series of the first value after the move */
    size_t from, to;              /* indices: it came after value `from`, and no later than value `to` */
    struct summary before, after; /* of the values from the move before it, and up to the one behind it */
    struct difference difference; /* after - before (compare.h), as if the place were known */
    double p, adjusted_p; /* of "nothing moved": of this part of the series, and with all corrections */
};

/* What was found in one series. */
struct change_points {
    size_t values;              /* finite ones */
    double p, adjusted_p;       /* of the whole series, alone and by Holm; NaN: too few values to ask */
    struct change_point *items; /* (count) in time; owned */
    size_t count;
};

/* Ask a family of `count` series; `found` has as many. Free each with change_points_free, also after a
 * failure. Needs stats_init. */
enum status change_points_find(const struct change_series *series, size_t count,
                               const struct change_question *question, struct change_points *found,
                               struct error *error);
void change_points_free(struct change_points *points);

#endif
