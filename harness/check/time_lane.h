/* time_lane.h - step times of a check, each over the time of a fixed loop that the same process measured:
 * what is left of a machine's speed and its other work in that ratio is noise, which the bounds show only as
 * far as runs differ. */
#ifndef FTBENCH_HARNESS_CHECK_TIME_LANE_H
#define FTBENCH_HARNESS_CHECK_TIME_LANE_H

#include "harness/check/contest.h"

/* Fill contest->times from the finished runs of all settings with the same keys on both sides, the first with
 * the first, and add an item for the whole: regression    the lower bound of the ratio, now over baseline,
 * lies above the margin passed        the upper bound lies within it inconclusive  otherwise; it counts where
 * the terms say that times decide Nothing is added where no run says its loop. */
enum status time_lane_check(struct contest *contest, struct error *error);

#endif
