#include "harness/plan/seeds.h"

#include "kernels/common/philox.h"

enum { ROUNDS = 4 };

uint32_t seed_derive(uint32_t base, uint32_t stream, uint32_t repeat)
{
    uint32_t left = repeat >> 16, right = repeat & 0xffff;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t mixed = philox4x32_10(base, stream, right, round, 0, 0).word[0] & 0xffff;
        uint32_t next = left ^ mixed;
        left = right;
        right = next;
    }
    return left << 16 | right;
}

static uint32_t of_stream(const struct experiment *experiment, unsigned varied, uint32_t stream, int repeat)
{
    return seed_derive(experiment->seed, stream, (experiment->vary & varied) != 0 ? (uint32_t)repeat : 0);
}

void seeds_of_repeat(const struct experiment *experiment, int repeat, struct plan_run *run)
{
    run->seed_init = of_stream(experiment, VARY_INIT, STREAM_INIT, repeat);
    run->seed_order = of_stream(experiment, VARY_ORDER, STREAM_ORDER, repeat);
    run->seed_dropout = of_stream(experiment, VARY_DROPOUT, STREAM_DROPOUT, repeat);
}
