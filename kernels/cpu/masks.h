/* masks.h - dropout applied to consecutive elements, many Philox blocks at a time so that they become vector
 * code. */
#ifndef FTBENCH_KERNELS_CPU_MASKS_H
#define FTBENCH_KERNELS_CPU_MASKS_H

#include "kernels/common/dropout_keep.h"
#include "kernels/cpu/isa.h"
#include "kernels/ops.h"

#include <string.h>

#define MASK_BLOCKS 16 /* Philox blocks in one vector loop: 64 elements */
#define MASK_WORDS 256 /* words drawn at a time */

/* The words of MASK_BLOCKS blocks from `block` on. */
FT_INLINE void masks_draw(const struct dropout *dropout, uint32_t sample, uint32_t block,
                          uint32_t words[4 * MASK_BLOCKS])
{
    for (uint32_t b = 0; b < MASK_BLOCKS; b++) {
        struct philox4 four =
            philox4x32_10(dropout->seed, dropout->stream, dropout->draw, dropout->site, sample, block + b);
        words[4 * b] = four.word[0];
        words[4 * b + 1] = four.word[1];
        words[4 * b + 2] = four.word[2];
        words[4 * b + 3] = four.word[3];
    }
}

/* y[i] = kept ? x[i] * scale : +0 for elements [element, element + count) of a sample; y may be x.
 * Probability 0: a copy, and no bits are drawn. */
FT_INLINE void masks_apply(const struct dropout *dropout, uint32_t sample, uint64_t element, int count,
                           const float *x, float *y)
{
    if (!(dropout->probability > 0.0f)) {
        if (x != y) memcpy(y, x, (size_t)count * sizeof(float));
        return;
    }
    uint32_t words[MASK_WORDS];
    const uint32_t threshold = dropout->threshold;
    const float scale = dropout->scale;
    for (int done = 0, here; done < count; done += here) {
        uint64_t first = element + (uint64_t)done;
        int skip = (int)(first % 4); /* elements of the first block that are not ours */
        here = MASK_WORDS - skip < count - done ? MASK_WORDS - skip : count - done;
        for (int drawn = 0; drawn < skip + here; drawn += 4 * MASK_BLOCKS)
            masks_draw(dropout, sample, (uint32_t)(first / 4) + (uint32_t)drawn / 4, words + drawn);
        FT_INDEPENDENT
        for (int i = 0; i < here; i++)
            y[done + i] = ft_dropout_apply(words[skip + i], threshold, scale, x[done + i]);
    }
}

#endif
