#include "harness/stats/draws.h"

#include "kernels/common/normal.h"
#include "kernels/common/philox.h"

/* The second word of Philox's key: far from the streams of a training run (kernels/common/philox.h), so that
 * a resample never repeats the numbers that shuffled an epoch. */
#define STREAM_STATISTICS 0x53544154u

struct draws draws_begin(uint32_t seed, enum draws_purpose purpose)
{
    return (struct draws){.seed = seed, .purpose = (uint32_t)purpose};
}

static uint32_t next(struct draws *draws)
{
    if (draws->left == 0) {
        struct philox4 block =
            philox4x32_10(draws->seed, STREAM_STATISTICS, draws->block, draws->high, draws->purpose, 0);
        for (int i = 0; i < 4; i++)
            draws->word[i] = block.word[i];
        draws->left = 4;
        if (++draws->block == 0) draws->high++;
    }
    return draws->word[--draws->left];
}

uint32_t draws_below(struct draws *draws, uint32_t bound)
{
    uint32_t reject_below = (0u - bound) % bound;
    for (;;) {
        uint64_t product = (uint64_t)next(draws) * bound;
        if ((uint32_t)product >= reject_below) return (uint32_t)(product >> 32);
    }
}

double draws_uniform(struct draws *draws)
{
    return ft_uniform(next(draws));
}

double draws_normal(struct draws *draws)
{
    uint32_t a = next(draws), b = next(draws);
    return ft_normal(a, b);
}
