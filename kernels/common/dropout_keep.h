/* dropout_keep.h - which elements dropout keeps: shared by the backends and by whoever wants to foretell a
 * mask.
 *
 * The word of an element is named by (seed, stream, draw, site, sample, element) alone (philox.h), so a mask
 * depends neither on the layout of a batch nor on what was drawn before. An element is kept when its word >=
 * threshold, with threshold = round(probability * 2^32); what is kept is multiplied by 1 / (1 - probability).
 */
#ifndef FTBENCH_KERNELS_COMMON_DROPOUT_KEEP_H
#define FTBENCH_KERNELS_COMMON_DROPOUT_KEEP_H

#include "kernels/common/philox.h"

/* The word of one element: word element % 4 of block element / 4. */
FT_INLINE uint32_t ft_dropout_word(uint32_t seed, uint32_t stream, uint32_t draw, uint32_t site,
                                   uint32_t sample, uint64_t element)
{
    struct philox4 words = philox4x32_10(seed, stream, draw, site, sample, (uint32_t)(element / 4));
    return words.word[element % 4];
}

/* round(probability * 2^32) for 0 <= probability < 1, half away from zero; at most 2^32 - 1. */
FT_INLINE uint32_t ft_dropout_threshold(double probability)
{
    double threshold = probability * 4294967296.0 + 0.5;
    return threshold >= 4294967295.0 ? 4294967295u : (uint32_t)threshold;
}

/* x * scale where kept, else +0. */
FT_INLINE float ft_dropout_apply(uint32_t word, uint32_t threshold, float scale, float x)
{
    float kept = x * scale;
    return word >= threshold ? kept : 0.0f;
}

#endif
