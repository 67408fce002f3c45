/* seeds.h - the seeds of every repeat, from the experiment's base seed.
 *
 * seed(base, stream, level) is a permutation of the 32-bit numbers applied to the level's number: a Feistel
 * network of four rounds over its two halves, whose round function is Philox4x32-10 under the key (base,
 * stream) with the counter (half, round, 0, 0), first word, low 16 bits. So different levels never share a
 * seed, whatever the base, and streams are independent of each other. Which level a stream has in a repeat
 * the experiment's design says (design.h): in a joint one the repeat's number, or 0 for a stream that does
 * not vary. */
#ifndef FTBENCH_HARNESS_PLAN_SEEDS_H
#define FTBENCH_HARNESS_PLAN_SEEDS_H

#include "harness/plan/plan.h"

#include <stdint.h>

/* The seed itself; `stream` as in kernels/common/philox.h. */
uint32_t seed_derive(uint32_t base, uint32_t stream, uint32_t level);

/* The three seeds of a repeat (0 first) under the experiment's base seed, vary and design. */
void seeds_of_repeat(const struct experiment *experiment, int repeat, struct plan_run *run);

#endif
