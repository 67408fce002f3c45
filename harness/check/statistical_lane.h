/* statistical_lane.h - the statistical lane of a check: what the runs of a setting have in common, beside
 * what they had in the baseline. Its error rates are those of the tests that it makes, for normal runs: of
 * all settings together it calls a mean, or a spread, worse that is not at most alpha of the time, and it
 * lets a loss of the margin pass at most alpha of the time. What it says of classes and of failures is a
 * rule, and no rate is promised; the probabilities stand beside it. docs/check.md says all of it. */
#ifndef FTBENCH_HARNESS_CHECK_STATISTICAL_LANE_H
#define FTBENCH_HARNESS_CHECK_STATISTICAL_LANE_H

#include "harness/check/contest.h"

/* After the exact lane. Add items on mean, spread, class and failures of each setting that has a baseline,
 * and fill the settings' numbers. Where the runs have the baseline's bits there is nothing to test: all of it
 * is equal. */
enum status statistical_lane_check(struct contest *contest, struct error *error);

#endif
