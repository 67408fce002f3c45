/* spread_ratio.h - do the runs of a setting lie further apart than they did: the ratio of two SDs.
 *
 * With normal runs (s_now / s_then)^2 / (sd_now / sd_then)^2 has the distribution F(n_now - 1, n_then - 1).
 * Runs that are paired by their seeds are alike in what they do, which makes the interval too wide and never
 * too short. With three runs on each side it reaches from a quarter to four times the ratio: few runs say
 * little of a spread. */
#ifndef FTBENCH_HARNESS_STATS_SPREAD_RATIO_H
#define FTBENCH_HARNESS_STATS_SPREAD_RATIO_H

#include "base/status.h"
#include "harness/stats/intervals.h"
#include "harness/stats/summary.h"

struct spread_ratio {
    double ratio;           /* s_now / s_then; NaN with fewer than two runs on a side, or where s_then is 0 */
    struct interval bounds; /* of the ratio of the true SDs, each end at alpha; NaN likewise */
    double p;               /* of "not larger", one-sided; NaN likewise */
};

/* Needs stats_init. STATUS_INTERNAL for an alpha that is not in (0, 0.5). */
enum status spread_ratio_compute(const struct summary *now, const struct summary *then, double alpha,
                                 struct spread_ratio *result, struct error *error);

#endif
