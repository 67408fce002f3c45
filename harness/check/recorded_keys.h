/* recorded_keys.h - the keys and digests that decide the bits of a run, as the baseline has them and as they
 * are now: a changed value is a regression that is named. */
#ifndef FTBENCH_HARNESS_CHECK_RECORDED_KEYS_H
#define FTBENCH_HARNESS_CHECK_RECORDED_KEYS_H

#include "harness/check/contest.h"

/* Add an item for each key that has another value in some setting, with both values, and for settings and
 * runs that only one side has. */
void recorded_keys_check(struct contest *contest);

/* Whether all that decides the bits is the same on both sides of a setting that has a baseline; seeds aside.
 */
bool recorded_keys_same(const struct contest *contest, size_t setting);

/* Whether both sides were validated on the same examples and are judged by the same metric, so that numbers
 * can be compared. */
bool recorded_keys_comparable(const struct contest *contest, size_t setting);

#endif
