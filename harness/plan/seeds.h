/* seeds.h - the seeds of every repeat, from the experiment's base seed.
 *
 * seed(base, stream, repeat) is a permutation of the 32-bit numbers applied to the repeat's number: a Feistel
 * network of four rounds over its two halves, whose round function is Philox4x32-10 under the key (base,
 * stream) with the counter (half, round, 0, 0), first word, low 16 bits. So different repeats never share a
 * seed, whatever the base, and streams are independent of each other. A stream that does not vary has repeat
 * 0's seed in every repeat. */
#ifndef FTBENCH_HARNESS_PLAN_SEEDS_H
#define FTBENCH_HARNESS_PLAN_SEEDS_H

#include "harness/plan/plan.h"

#include <stdint.h>

/* The seed itself; `stream` as in kernels/common/philox.h. */
uint32_t seed_derive(uint32_t base, uint32_t stream, uint32_t repeat);

/* The three seeds of a repeat (0 first) under the experiment's base seed and vary. */
void seeds_of_repeat(const struct experiment *experiment, int repeat, struct plan_run *run);

#endif
