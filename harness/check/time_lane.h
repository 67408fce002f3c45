/* time_lane.h - step times of a check, each over the time of a fixed loop that the same process ran between
 * its steps (trainer/step_times.h), so that a machine that is faster tonight is not a faster program.
 *
 * Two clocks. The processor's decides where both sides have it: other programs do not count in it. Where they
 * have not (a GPU, another trainer), or where the terms ask for it, the wall's. Of another machine (CPU, GPU,
 * backend, instruction set, threads) nothing is decided: loop and steps need not gain by the same. */
#ifndef FTBENCH_HARNESS_CHECK_TIME_LANE_H
#define FTBENCH_HARNESS_CHECK_TIME_LANE_H

#include "harness/check/contest.h"

/* Fill contest->times from the finished runs of all settings with the same keys on both sides, and add an
 * item for the whole: regression    the lower bound of the ratio, now over baseline, lies above the margin
 *   passed        the upper bound lies within it
 *   inconclusive  otherwise; it counts where the terms say that times decide
 * and one that only tells where the wall's clock alone says that steps take longer. Where no run says
 * its loop nothing is added, or that nothing is known if times are to decide. */
enum status time_lane_check(struct contest *contest, struct error *error);

#endif
