/* half.h - binary32 numbers rounded to a 16-bit format and back, as operands of products in mixed precision.
 *
 * To nearest, ties to even; what is too large becomes an infinity of its sign, a NaN stays a NaN. The result
 * is the binary32 number of the same value, so a product of two of them is exact in binary32 (binary16: 11
 * and 11 bits) or rounded once by the fma that adds it (bfloat16 products may underflow). Integer operations
 * and two additions only. tests/kernels/test_half_rounding.c compares every boundary between two values with
 * the formats' definition (IEEE 754-2019, 3.6 and 4.3.1; bfloat16: the upper half of a binary32),
 * ci/exhaustive all 2^32 inputs. */
#ifndef FTBENCH_KERNELS_COMMON_HALF_H
#define FTBENCH_KERNELS_COMMON_HALF_H

#include "kernels/common/elementary.h"

/* binary16: 11 significant bits, largest 65504, subnormals in steps of 2^-24. */
FT_INLINE float ft_round_fp16(float x)
{
    uint32_t sign = ft_bits(x) & 0x80000000u, size = ft_bits(x) & 0x7fffffffu;
    uint32_t normal = (size + 0xfffu + ((size >> 13) & 1u)) & ~0x1fffu;
    normal =
        normal >= 0x47800000u ? 0x7f800000u : normal; /* 65520 and more rounds to 2^16, which is not there */
    uint32_t tiny = ft_bits((ft_from_bits(size) + 0.5f) - 0.5f); /* below 2^-14: to a multiple of 2^-24 */
    uint32_t rounded = size < 0x38800000u ? tiny : normal;
    rounded = size > 0x7f800000u ? 0x7fc00000u : rounded;
    return ft_from_bits(sign | rounded);
}

/* bfloat16: 8 significant bits, the exponents of binary32. */
FT_INLINE float ft_round_bf16(float x)
{
    uint32_t bits = ft_bits(x);
    uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u;
    return ft_from_bits((bits & 0x7fffffffu) > 0x7f800000u ? (bits & 0x80000000u) | 0x7fc00000u : rounded);
}

#endif
