/* philox.h - Philox4x32-10, the counter-based generator of Salmon et al., "Parallel Random Numbers: As Easy
 * as 1, 2, 3" (SC'11); constants and test vectors as in Random123. Integer arithmetic only, so the same on
 * every machine.
 *
 * Key = (seed, stream), counter = (draw, site, sample, block). There is no state: a value is named by its
 * counter. */
#ifndef FTBENCH_KERNELS_COMMON_PHILOX_H
#define FTBENCH_KERNELS_COMMON_PHILOX_H

#include "kernels/common/portable.h"

#include <stdint.h>

/* Second word of the key: draws of different streams never meet, even under the same seed. */
enum philox_stream {
    STREAM_INIT = 1,    /* weights */
    STREAM_ORDER = 2,   /* order of the training samples in each epoch */
    STREAM_DROPOUT = 3, /* dropout masks */
    STREAM_SPLIT = 4,   /* which rows are validation */
    STREAM_DATA = 5     /* the generators of data */
};

struct philox4 {
    uint32_t word[4];
};

FT_INLINE struct philox4 philox4x32_10(uint32_t seed, uint32_t stream, uint32_t c0, uint32_t c1, uint32_t c2,
                                       uint32_t c3)
{
    uint32_t k0 = seed, k1 = stream;
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c0;
        uint64_t b = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        uint32_t n2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)b;
        c3 = (uint32_t)a;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    struct philox4 result = {{c0, c1, c2, c3}};
    return result;
}

/* A whole number in [0, bound), bound >= 1, without bias: Lemire's multiply-and-reject over the words of
 * successive blocks (draw, site, sample, block), block starting at *block, which is moved on past what was
 * used. */
FT_INLINE uint32_t philox_below(uint32_t seed, uint32_t stream, uint32_t draw, uint32_t site, uint32_t sample,
                                uint32_t *block, uint32_t bound)
{
    uint32_t reject_below = (0u - bound) % bound;
    for (;;) {
        struct philox4 words = philox4x32_10(seed, stream, draw, site, sample, (*block)++);
        for (int i = 0; i < 4; i++) {
            uint64_t product = (uint64_t)words.word[i] * bound;
            if ((uint32_t)product >= reject_below) return (uint32_t)(product >> 32);
        }
    }
}

#endif
