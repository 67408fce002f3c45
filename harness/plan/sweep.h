/* sweep.h - lists of values for keys, and the settings that follow from them.
 *
 * grid: every combination, the last list changing fastest. one_at_a_time: the base once, then for each list
 * in turn each value that is not the base's own, all other keys staying as the base has them. Without lists
 * there is one setting, the base. The values of a list are distinct. */
#ifndef FTBENCH_HARNESS_PLAN_SWEEP_H
#define FTBENCH_HARNESS_PLAN_SWEEP_H

#include "base/status.h"
#include "harness/plan/plan.h"
#include "trainer/spec/keys.h"

enum { SWEEP_VALUE_BYTES = 64, SWEEP_MOST_SETTINGS = 5000 };

/* A value: as key_get writes it, by which values are compared and set, and as the user wrote it, for labels.
 */
struct sweep_value {
    char canonical[SWEEP_VALUE_BYTES], written[SWEEP_VALUE_BYTES];
};

/* One list. */
struct sweep_axis {
    const struct key *key;
    struct sweep_value *values; /* (count), owned; allowed by the key, distinct */
    int count;
};

/* Read a list separated by commas and blanks. STATUS_USAGE names the value by its position: "value 3: ...".
 */
enum status sweep_axis_read(const struct key *key, const char *list, struct sweep_axis *axis,
                            struct error *error);
void sweep_axis_free(struct sweep_axis *axis);

/* How many settings there will be, as a number that cannot overflow. */
double sweep_count(const struct experiment *experiment, const struct sweep_axis *axes);

/* The settings of an experiment whose `sweeps` lists stand in axes[0 .. sweeps - 1]. `*settings` is freed by
 * the caller with memory_free. STATUS_USAGE when there are more than SWEEP_MOST_SETTINGS. */
enum status sweep_expand(const struct experiment *experiment, const struct sweep_axis *axes,
                         struct plan_setting **settings, size_t *count, struct error *error);

#endif
