/* detectable.h - what a check could have found: the smallest loss of a setting's mean that it calls worse 8
 * times in 10 (harness/stats/power.h), if the SDs that were seen are the true ones. Of few runs they need not
 * be: the SD of three is half the true one or less one time in five. */
#ifndef FTBENCH_HARNESS_CHECK_DETECTABLE_H
#define FTBENCH_HARNESS_CHECK_DETECTABLE_H

#include "harness/check/contest.h"
#include "harness/stats/noninferiority.h"

/* Fill pair_sd and detectable of a setting whose numbers are there, one of `tested` settings whose means are
 * judged together. They stay NaN where nothing varies. */
enum status detectable_fill(const struct noninferiority *mean, int tested, struct welch_tests *tests,
                            struct check_setting *setting, struct error *error);

#endif
