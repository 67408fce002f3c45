/* machine.h - on what the two sides of a check were computed, where that decides: with fast arithmetic the
 * results depend on the GPU, its driver and its libraries, and a baseline of others does not fit. Strict
 * arithmetic depends on none of it. */
#ifndef FTBENCH_HARNESS_CHECK_MACHINE_H
#define FTBENCH_HARNESS_CHECK_MACHINE_H

#include "harness/check/contest.h"

/* Whether the setting's results depend on the machine, on either side. */
bool machine_decides(const struct contest *contest, size_t setting);

/* Add an item for each such setting of which a run, on either side, was computed by another machine than the
 * baseline's first run that says its own. */
enum status machine_check(struct contest *contest, struct error *error);

#endif
