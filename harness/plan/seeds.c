#include "harness/plan/seeds.h"

#include "harness/plan/design.h"
#include "kernels/common/philox.h"

enum { ROUNDS = 4 };

uint32_t seed_derive(uint32_t base, uint32_t stream, uint32_t level)
{
    uint32_t left = level >> 16, right = level & 0xffff;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t mixed = philox4x32_10(base, stream, right, round, 0, 0).word[0] & 0xffff;
        uint32_t next = left ^ mixed;
        left = right;
        right = next;
    }
    return left << 16 | right;
}

void seeds_of_repeat(const struct experiment *experiment, int repeat, struct plan_run *run)
{
    int level[DESIGN_STREAMS];
    design_levels(experiment, repeat, level);
    run->seed_init = seed_derive(experiment->seed, STREAM_INIT, (uint32_t)level[0]);
    run->seed_order = seed_derive(experiment->seed, STREAM_ORDER, (uint32_t)level[1]);
    run->seed_dropout = seed_derive(experiment->seed, STREAM_DROPOUT, (uint32_t)level[2]);
}
