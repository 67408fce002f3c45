/* exact_lane.h - the exact lane of a check: with strict arithmetic a run has the bits that the same run of
 * the baseline had, step by step; where it has not, the first step is named, and the tensor if its record is
 * there.
 *
 * A run is missing when the baseline has it and the results do not. Where the bits cannot be compared (other
 * seeds, another numeric version), the baseline does not fit; with --lenient that is only told, and the other
 * lane decides.
 */
#ifndef FTBENCH_HARNESS_CHECK_EXACT_LANE_H
#define FTBENCH_HARNESS_CHECK_EXACT_LANE_H

#include "harness/check/contest.h"

/* Compare the chains of all runs of both sides and add an item for each setting that has a baseline. Fills
 * compared and equal of the settings. */
enum status exact_lane_check(struct contest *contest, struct error *error);

/* Whether the setting's runs have the same bits on both sides, all of them. */
bool exact_lane_same(const struct check_setting *setting);

/* Whether all runs of the side that has fewer have the bits of the other's: whatever else the other has are
 * other seeds of the same program, which say nothing of a change. */
bool exact_lane_repeated(const struct check_setting *setting);

/* After the statistical lane, with --lenient: a difference in bits alone is a warning in a setting whose
 * other items all pass, and inconclusive in one whose mean is. */
void exact_lane_excuse(struct contest *contest);

#endif
