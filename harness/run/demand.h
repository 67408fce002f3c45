/* demand.h - who says how many repeats of a setting are needed, where that depends on how the earlier ones
 * ended. The executor tells how runs ended and asks; it knows no statistics itself. */
#ifndef FTBENCH_HARNESS_RUN_DEMAND_H
#define FTBENCH_HARNESS_RUN_DEMAND_H

#include "harness/store/store.h"

struct demand {
    void *context;

    /* A run has its end, from before or now, and will not be started any more. `end`: what it said; NULL:
     * nothing. */
    void (*tell)(void *context, size_t run, enum run_outcome outcome, const struct observed_end *end);

    /* How many repeats of the setting are to be trained by all that was told. The answer never shrinks when
     * more is told, and must not depend on the order of telling. */
    enum status (*ask)(void *context, size_t setting, int *repeats, struct error *error);
};

#endif
