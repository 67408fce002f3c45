/* elementary.h - exp, log, tanh, erf and what is made of them, in binary32; the same bits from C and from
 * CUDA.
 *
 * Only +, -, *, /, sqrt, fma, comparisons and integer operations, in the order written: so the bits are a
 * function of the argument alone, whatever compiler, vector width or machine. Without branches, so that a
 * loop over any of them becomes vector code. Not affected by (and not honouring) a rounding mode other than
 * to nearest; subnormals count.
 *
 * Polynomials: minimax fits of our own (least squares with Lawson's iterative reweighting on Chebyshev nodes,
 * the coefficients rounded to binary32 one after the other, lowest power first, refitting the rest). Each
 * function states its largest error in units in the last place (ulp) of the correctly rounded result,
 * measured against binary64 functions over every float from 2^-13 to 128, both signs, and a sample of all
 * others; tests/kernels/test_elementary.c asserts these bounds and pins the bits. */
#ifndef FTBENCH_KERNELS_COMMON_ELEMENTARY_H
#define FTBENCH_KERNELS_COMMON_ELEMENTARY_H

#include "kernels/common/portable.h"

#include <stdint.h>
#include <string.h>

FT_INLINE uint32_t ft_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

FT_INLINE float ft_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

FT_INLINE float ft_absf(float x)
{
    return ft_from_bits(ft_bits(x) & 0x7fffffffu);
}

/* The maximum of the arithmetic contract: b when either is NaN. */
FT_INLINE float ft_maxf(float a, float b)
{
    return a > b ? a : b;
}

/* exp(x). Exactly +0 below -104, +infinity above 88.73, NaN for NaN; subnormal results are right. At most
 * 0.90 ulp.
 *
 * x = n ln 2 + r with n whole and |r| <= ln 2 / 2, ln 2 in two parts (Cody and Waite); exp(r) is a
 * polynomial; 2^n is multiplied in two halves, so that neither leaves the exponents and only the last product
 * rounds to a subnormal. */
FT_INLINE float ft_expf(float x)
{
    const float shift =
        12582912.0f; /* 1.5 * 2^23: adding it rounds to a whole number, left in the low bits */
    x = x < -104.0f ? -104.0f : x;
    x = x > 89.0f ? 89.0f : x;
    float shifted = FT_FMAF(x, 0x1.715476p+0f, shift); /* 1 / ln 2 */
    float n = shifted - shift;
    float r = FT_FMAF(n, -0x1.62e400p-1f, x); /* ln 2, leading 16 bits: the product with n is exact */
    r = FT_FMAF(n, -0x1.7f7d1cp-20f, r);      /* the rest of ln 2 */
    float p = 0x1.6a5250p-10f;
    p = FT_FMAF(p, r, 0x1.12396ep-7f);
    p = FT_FMAF(p, r, 0x1.5558aap-5f);
    p = FT_FMAF(p, r, 0x1.555492p-3f);
    p = FT_FMAF(p, r, 0x1.fffffcp-2f);
    p = FT_FMAF(p, r, 1.0f);
    p = FT_FMAF(p, r, 1.0f);
    uint32_t biased = ft_bits(shifted) - ft_bits(12582912.0f) + 256u; /* n + 256, n from -150 to 128 */
    uint32_t half = biased >> 1;
    float low = ft_from_bits((half - 1u) << 23); /* 2^(half - 128) */
    float high = ft_from_bits((biased - half - 1u) << 23);
    return (p * low) * high;
}

/* log(x), natural. -infinity for 0, NaN below 0 and for NaN, +infinity for +infinity. At most 0.94 ulp.
 *
 * x = 2^e (1 + f) with 2/3 <= 1 + f < 4/3; log(1 + f) = f - f^2 / 2 + f^3 P(f). */
FT_INLINE float ft_logf(float x)
{
    float scaled = x < 0x1p-126f ? x * 0x1p23f : x; /* a subnormal made normal */
    float e0 = x < 0x1p-126f ? -23.0f : 0.0f;
    uint32_t exponent = (ft_bits(scaled) - 0x3f2aaaabu) & 0xff800000u; /* of x / (2/3) */
    float f = ft_from_bits(ft_bits(scaled) - exponent) - 1.0f;
    float e = FT_FMAF((float)(int32_t)exponent, 0x1p-23f, e0);
    float square = f * f;
    float p = -0x1.07d2f6p-3f;
    p = FT_FMAF(p, f, 0x1.1e77d6p-3f);
    p = FT_FMAF(p, f, -0x1.f3299ap-4f);
    p = FT_FMAF(p, f, 0x1.1ed37ep-3f);
    p = FT_FMAF(p, f, -0x1.559cdep-3f);
    p = FT_FMAF(p, f, 0x1.99d064p-3f);
    p = FT_FMAF(p, f, -0x1.fffef6p-3f);
    p = FT_FMAF(p, f, 0x1.555506p-2f);
    p = FT_FMAF(p, f, -0.5f);
    p = FT_FMAF(p, square, f);
    float y = FT_FMAF(e, 0x1.62e430p-1f, p); /* ln 2 */
    y = x > 0x1.fffffep+127f ? x : y;        /* +infinity */
    y = x > 0.0f ? y : ft_from_bits(0x7fc00000u);
    return x == 0.0f ? ft_from_bits(0xff800000u) : y;
}

/* tanh(x), odd. At most 1.37 ulp.
 *
 * x + x^3 P(x^2) up to 0.625; beyond, 1 - 2 / (exp(2 |x|) + 1). */
FT_INLINE float ft_tanhf(float x)
{
    float size = ft_absf(x);
    float square = x * x;
    float p = -0x1.716c7ap-8f;
    p = FT_FMAF(p, square, 0x1.512d48p-6f);
    p = FT_FMAF(p, square, -0x1.b8173ap-5f);
    p = FT_FMAF(p, square, 0x1.110614p-3f);
    p = FT_FMAF(p, square, -0x1.55552ep-2f);
    p = p * square;
    float small = FT_FMAF(p, size, size);
    float large = 1.0f - 2.0f / (ft_expf(2.0f * size) + 1.0f);
    float y = size > 0.625f ? large : small;
    return ft_from_bits(ft_bits(y) | (ft_bits(x) & 0x80000000u));
}

/* erf(x), odd. At most 1.02 ulp.
 *
 * x + x P(x^2) up to 0.9277; beyond, 1 - exp(-|x| + |x| Q(|x|)). */
FT_INLINE float ft_erff(float x)
{
    float size = ft_absf(x);
    float square = x * x;
    float p = 0x1.4f7e0ep-14f;
    p = FT_FMAF(p, square, -0x1.a60f2cp-11f);
    p = FT_FMAF(p, square, 0x1.544a74p-8f);
    p = FT_FMAF(p, square, -0x1.b8011ep-6f);
    p = FT_FMAF(p, square, 0x1.ce2d64p-4f);
    p = FT_FMAF(p, square, -0x1.812740p-2f);
    p = FT_FMAF(p, square, 0x1.06eba8p-3f);
    float small = FT_FMAF(p, size, size);
    float t = size > 4.0f ? 4.0f : size; /* erf(4) rounds to 1; NaN stays */
    float q = -0x1.78d112p-17f;
    q = FT_FMAF(q, t, 0x1.52795cp-12f);
    q = FT_FMAF(q, t, -0x1.dd6ba8p-9f);
    q = FT_FMAF(q, t, 0x1.855122p-6f);
    q = FT_FMAF(q, t, -0x1.b32568p-4f);
    q = FT_FMAF(q, t, -0x1.45328ep-1f);
    q = FT_FMAF(q, t, -0x1.0778dcp-3f);
    q = FT_FMAF(q, t, -t);
    float large = 1.0f - ft_expf(q);
    float y = size > 0.927734375f ? large : small;
    return ft_from_bits(ft_bits(y) | (ft_bits(x) & 0x80000000u));
}

/* gelu(x) = 0.5 x (1 + erf(x / sqrt 2)), as fma(x / 2, erf, x / 2). At most 2^-23 |x| + 2^-149 off the true
 * value (the factor cancels below 0, as in every implementation of this formula: the error is absolute
 * there). */
FT_INLINE float ft_geluf(float x)
{
    float half = 0.5f * x;
    return FT_FMAF(half, ft_erff(x * 0x1.6a09e6p-1f), half);
}

/* gelu'(x) = (1 + erf(x / sqrt 2)) / 2 + x exp(-x^2 / 2) / sqrt(2 pi). At most 2.5e-7 off the true value. */
FT_INLINE float ft_gelu_gradf(float x)
{
    float distribution = FT_FMAF(0.5f, ft_erff(x * 0x1.6a09e6p-1f), 0.5f);
    float density = ft_expf((-0.5f * x) * x) * 0x1.988454p-2f; /* 1 / sqrt(2 pi) */
    float slope = ft_absf(x) > 16.0f ? 0.0f : x * density;     /* infinity * 0 would be NaN */
    return distribution + slope;
}

/* 1 / (1 + exp(-x)), as exp(-|x|) / (1 + exp(-|x|)) below 0, which keeps tiny values. At most 2.41 ulp. */
FT_INLINE float ft_sigmoidf(float x)
{
    float e = ft_expf(-ft_absf(x));
    float above = x < 0.0f ? e : 1.0f;
    return above / (1.0f + e);
}

/* silu(x) = x sigmoid(x). At most 3.23 ulp above -87; below, where exp is subnormal, at most
 * 2^-142 off. -infinity gives NaN, as the formula does. */
FT_INLINE float ft_siluf(float x)
{
    return x * ft_sigmoidf(x);
}

/* silu'(x) = s (1 + x (1 - s)), s = sigmoid(x); 1 - s is sigmoid(-x). At most 4e-7 off the true value. */
FT_INLINE float ft_silu_gradf(float x)
{
    float e = ft_expf(-ft_absf(x));
    float near = 1.0f / (1.0f + e); /* sigmoid(|x|) */
    float far = e * near;           /* sigmoid(-|x|) */
    float s = x < 0.0f ? far : near;
    float rest = x < 0.0f ? near : far;
    return s * FT_FMAF(x, rest, 1.0f);
}

/* 1 / sqrt(x), two rounded operations. At most 1.5 ulp. */
FT_INLINE float ft_rsqrtf(float x)
{
    return 1.0f / FT_SQRTF(x);
}

#endif
