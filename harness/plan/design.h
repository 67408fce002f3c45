/* design.h - which seeds the repeats of a setting have, so that the effects of the seed streams can be told
 * apart.
 *
 * Each stream of `vary` has levels 0, 1, ..., each a seed of its own (seeds.h); the others stay at level 0.
 *   joint          repeat r has level r of every stream: their effects together, as a user meets them
 *   one at a time  the base, all streams at level 0, then the other levels of one stream after the other:
 *                  1 + streams * (levels - 1) runs
 *   crossed        every combination, the last stream changing fastest: levels ^ streams runs
 *   latin          repeat r has level r / levels of init, r % levels of order, and the sum of both modulo
 * levels of dropout: each pair of levels of two streams once in levels ^ 2 runs No two repeats have the same
 * seeds (but with nothing varied). harness/stats/streams.h recognises each of them by its seeds and splits
 * the variance. */
#ifndef FTBENCH_HARNESS_PLAN_DESIGN_H
#define FTBENCH_HARNESS_PLAN_DESIGN_H

#include "harness/plan/plan.h"

enum { DESIGN_STREAMS = 3 }; /* init, order, dropout: the bits of enum vary_stream, from the lowest */

/* "joint", "one_at_a_time", "crossed", "latin". */
const char *design_name(int design);

/* How many streams `vary` has. */
int design_streams(unsigned vary);

/* The repeats of a setting, as a number that cannot overflow; for joint the most of experiment.span. */
double design_size(const struct experiment *experiment);

/* The level of init, order and dropout in a repeat, 0 first. */
void design_levels(const struct experiment *experiment, int repeat, int level[DESIGN_STREAMS]);

#endif
