/* needs.h - the memory that a plan's runs need, from what the trainer says of each setting (observed_begin).
 */
#ifndef FTBENCH_HARNESS_NEEDS_H
#define FTBENCH_HARNESS_NEEDS_H

#include "base/text.h"
#include "harness/plan/plan.h"
#include "trainer/spec/observation.h"

/* Runs that go on at the same time. */
size_t needs_at_once(const struct plan *plan);

/* What a run holds of its device's memory; of the machine's where that is the same. */
double needs_bytes(const struct observed_begin *begin);

/* The setting whose runs need most. begins[i] is what the trainer said of setting i. */
const struct observed_begin *needs_largest(const struct plan *plan, const struct observed_begin *begins);

/* Append a line, ended by a line feed: what the largest run takes, in parts where the trainer says them.
 * Nothing when it does not even say the whole. */
void needs_describe(const struct plan *plan, const struct observed_begin *begins, struct text *line);

/* Append a line when the runs that go on at the same time need more memory together than the `available`
 * bytes of the machine (NaN: not known, no line), and what would fit; and one when they need more than their
 * device has free. */
void needs_warn(const struct plan *plan, const struct observed_begin *begins, double available,
                struct text *lines);

#endif
