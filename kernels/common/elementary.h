/* elementary.h - exp, log, tanh, erf and what is made of them, in binary32; the same bits from C and from
 * CUDA.
 *
 * Only +, -, *, /, sqrt, fma, comparisons and integer operations, in the order written: so the bits are a
 * function of the argument alone, whatever compiler, vector width or machine. Without branches, so that a
 * loop over any of them becomes vector code. Written for rounding to nearest with subnormals kept, which
 * kernels/cpu/fp_environment.h sees to.
 *
 * Where one float is not enough to end within an ulp, a value is carried as a sum of two, `value + rest`, the
 * second being what rounding took from the first (Fast2Sum; fma for products).
 *
 * Polynomials: minimax fits of our own (least squares with Lawson's iterative reweighting on Chebyshev nodes,
 * the coefficients rounded to binary32 one after the other, lowest power first, refitting the rest). Each
 * function states its largest error in units in the last place (ulp) of the correctly rounded result, over
 * all 2^32 floats; docs/elementary.md has the exact figures and the digests of all results, ci/exhaustive
 * finds them.
 */
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

/* 2^n as a product of two powers that are both normal: n from -254 to 254, given as the float 1.5 * 2^23 + n.
 */
FT_INLINE void ft_power_halves(float shifted, float *first, float *second)
{
    uint32_t biased = ft_bits(shifted) - ft_bits(12582912.0f) + 256u; /* n + 256 */
    uint32_t half = biased >> 1;
    *first = ft_from_bits((half - 1u) << 23); /* 2^(half - 128) */
    *second = ft_from_bits((biased - half - 1u) << 23);
}

/* (exp(r) - 1 - r) / r^2 for |r| <= ln 2 / 2 */
FT_INLINE float ft_exp_series(float r)
{
    float p = 0x1.6a5250p-10f;
    p = FT_FMAF(p, r, 0x1.12396ep-7f);
    p = FT_FMAF(p, r, 0x1.5558aap-5f);
    p = FT_FMAF(p, r, 0x1.555492p-3f);
    return FT_FMAF(p, r, 0x1.fffffcp-2f);
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
    float p = FT_FMAF(ft_exp_series(r), r, 1.0f);
    p = FT_FMAF(p, r, 1.0f);
    float first, second;
    ft_power_halves(shifted, &first, &second);
    return (p * first) * second;
}

/* exp(x + x_rest) = (value + rest) * first * second, to some 2^-29 of itself. */
struct ft_exp_parts {
    float value, rest;   /* value from 0.70 to 1.42, |rest| <= 2^-24 */
    float first, second; /* powers of two */
};

/* For -170 < x <= 89 and |x_rest| an ulp of x at most: the same reduction with the remainders of each
 * rounding kept. */
FT_INLINE struct ft_exp_parts ft_exp_split(float x, float x_rest)
{
    const float shift = 12582912.0f; /* as in ft_expf */
    struct ft_exp_parts parts;
    float shifted = FT_FMAF(x, 0x1.715476p+0f, shift);
    float n = shifted - shift;
    float exact = FT_FMAF(n, -0x1.62e400p-1f, x);
    float small = FT_FMAF(n, -0x1.7f7d1cp-20f, x_rest);
    float r = exact + small;
    float r_rest = small - (r - exact);
    float more = FT_FMAF(r * r, ft_exp_series(r), r_rest); /* exp(r) - 1 - r */
    float one = 1.0f + r;
    float sum = one + more;
    parts.value = sum;
    parts.rest = (more - (sum - one)) + (r - (one - 1.0f));
    ft_power_halves(shifted, &parts.first, &parts.second);
    return parts;
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

/* tanh(x), odd. At most 0.96 ulp.
 *
 * x + x^3 P(x^2) up to 1; beyond, 1 - 2 / (exp(2 |x|) + 1). */
FT_INLINE float ft_tanhf(float x)
{
    float size = ft_absf(x);
    float square = x * x;
    float p = 0x1.7e8604p-14f;
    p = FT_FMAF(p, square, -0x1.77f134p-11f);
    p = FT_FMAF(p, square, 0x1.788948p-9f);
    p = FT_FMAF(p, square, -0x1.13da66p-7f);
    p = FT_FMAF(p, square, 0x1.638eb0p-6f);
    p = FT_FMAF(p, square, -0x1.b9d004p-5f);
    p = FT_FMAF(p, square, 0x1.110f12p-3f);
    p = FT_FMAF(p, square, -0x1.55554cp-2f);
    p = p * square;
    float small = FT_FMAF(p, size, size);
    float large = 1.0f - 2.0f / (ft_expf(2.0f * size) + 1.0f);
    float y = size > 1.0f ? large : small;
    return ft_from_bits(ft_bits(y) | (ft_bits(x) & 0x80000000u));
}

/* erf(x), odd. At most 0.95 ulp.
 *
 * x + x P(x^2) up to 0.9277; beyond, 1 - exp(-|x| + |x| Q(|x|)), the remainder of the exponent
 * kept. */
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
    float power = FT_FMAF(q, t, -t);
    struct ft_exp_parts e = ft_exp_split(power, FT_FMAF(q, t, -t - power));
    float large = 1.0f - (e.value * e.first) * e.second;
    float y = size > 0.927734375f ? large : small;
    return ft_from_bits(ft_bits(y) | (ft_bits(x) & 0x80000000u));
}

/* A number as the sum of two floats, the second at most an ulp of the first. */
struct ft_pair {
    float value, rest;
};

/* R(t) = exp(t^2 / 2) (1 - erf(t / sqrt 2)) / 2 for 0.44 <= t <= 15: what is left of the normal distribution
 * beyond t, over its bell; it falls like 1 / t. With w = 3.25 / (3.25 + t), it is w P(w - 1/2). */
FT_INLINE struct ft_pair ft_normal_ratio(float t)
{
    float sum = 3.25f + t;
    float w = 3.25f / sum;
    float missing = FT_FMAF(-w, t - (sum - 3.25f), FT_FMAF(-w, sum, 3.25f));
    float w_rest = missing * (w * (1 / 3.25f));
    float v = (w - 0.5f) + w_rest;
    float p = -0x1.90bf50p-6f;
    p = FT_FMAF(p, v, 0x1.a04f00p-7f);
    p = FT_FMAF(p, v, 0x1.5c359ap-5f);
    p = FT_FMAF(p, v, -0x1.7c57a6p-6f);
    p = FT_FMAF(p, v, -0x1.4f4f84p-4f);
    p = FT_FMAF(p, v, 0x1.6344c4p-8f);
    p = FT_FMAF(p, v, 0x1.97f752p-3f);
    p = FT_FMAF(p, v, 0x1.59e55ep-2f);
    p = FT_FMAF(p, v, 0x1.53f5a8p-2f);
    float whole = FT_FMAF(p, v, 0x1.d0b31cp-3f);
    float whole_rest = FT_FMAF(p, v, 0x1.d0b31cp-3f - whole);
    struct ft_pair ratio;
    ratio.value = whole * w;
    ratio.rest = FT_FMAF(whole, w, -ratio.value) + FT_FMAF(whole_rest, w, whole * w_rest);
    return ratio;
}

/* exp(-t^2 / 2) for 0 <= t <= 15, the remainder of the square kept. */
FT_INLINE struct ft_exp_parts ft_bell(float t)
{
    float half = -0.5f * t;
    float square = half * t;
    return ft_exp_split(square, FT_FMAF(half, t, -square));
}

/* gelu(x) = x Phi(x) = x / 2 (1 + erf(x / sqrt 2)). At most 1.05 ulp above -8, 1.76 ulp below, where it is
 * under 5e-15 in size; -0 for -infinity, the limit.
 *
 * x / 2 + x^2 Q(x^2) up to 0.45. Beyond, with t = |x|, Phi(-t) = exp(-t^2 / 2) R(t) as a sum of two floats:
 * -t Phi(-t) below 0, x - t Phi(-t) above. So nothing cancels below 0, as the formula itself would, and tiny
 * results are right. */
FT_INLINE float ft_geluf(float x)
{
    float size = ft_absf(x);
    float square = x * x;
    float q = -0x1.264c14p-10f;
    q = FT_FMAF(q, square, 0x1.4667d0p-7f);
    q = FT_FMAF(q, square, -0x1.105744p-4f);
    q = FT_FMAF(q, square, 0x1.988452p-2f);
    float near = FT_FMAF(square, q, 0.5f * x);
    float t = size > 15.0f ? 15.0f : size;
    struct ft_exp_parts bell = ft_bell(t);
    struct ft_pair ratio = ft_normal_ratio(t);
    float tail = ratio.value * bell.value;
    float tail_rest =
        FT_FMAF(ratio.value, bell.value, -tail) + FT_FMAF(ratio.rest, bell.value, ratio.value * bell.rest);
    float factor = -(t * bell.second);
    float base = x > 0.0f ? x : factor * (tail_rest * bell.first);
    float main = x > 0.0f ? tail + tail_rest : tail;
    float far = FT_FMAF(factor, main * bell.first, base);
    float y = size > 0.45f ? far : near;
    return ft_from_bits(ft_bits(y) | (ft_bits(x) & 0x80000000u)); /* a zero keeps its sign */
}

/* gelu'(x) = Phi(x) + x exp(-x^2 / 2) / sqrt(2 pi). At most 2.6 ulp; from -1 to -0.5,
 * around its zero, 2.1 ulp of 1/8.
 *
 * 1/2 + x S(x^2) up to 0.45. Beyond, with t = |x|, exp(-t^2 / 2) (R(t) - t / sqrt(2 pi)) below 0, and 1 less
 * that above. */
FT_INLINE float ft_gelu_gradf(float x)
{
    float size = ft_absf(x);
    float square = x * x;
    float q = 0x1.47599ap-10f;
    q = FT_FMAF(q, square, -0x1.39c772p-7f);
    q = FT_FMAF(q, square, 0x1.ea59f8p-5f);
    q = FT_FMAF(q, square, -0x1.105886p-2f);
    q = FT_FMAF(q, square, 0x1.988454p-1f);
    float near = FT_FMAF(q, x, 0.5f);
    float t = size > 15.0f ? 15.0f : size;
    struct ft_exp_parts bell = ft_bell(t);
    struct ft_pair ratio = ft_normal_ratio(t);
    float factor = FT_FMAF(t, -0x1.988454p-2f, ratio.value) + FT_FMAF(t, 0x1.857936p-27f, ratio.rest);
    float tail = FT_FMAF(factor, bell.value, factor * bell.rest) * bell.first;
    float side = x > 0.0f ? -bell.second : bell.second;
    float base = x > 0.0f ? 1.0f : 0.0f;
    float far = FT_FMAF(side, tail, base);
    return size > 0.45f ? far : near;
}

/* 1 / (1 + exp(-x)) = (value + rest) * first * second, and 1 / (1 + exp(x)). */
struct ft_sigmoid_parts {
    float value, rest;
    float first, second; /* powers of two */
    float other;
};

/* With e = exp(-|x|), 1 / (1 + e) above 0 and e / (1 + e) below, which keeps tiny values; the remainders of
 * the sum and of the quotient are kept. Beyond +-110 the value at 110. */
FT_INLINE struct ft_sigmoid_parts ft_sigmoid_split(float x)
{
    float size = ft_absf(x);
    struct ft_exp_parts e = ft_exp_split(-(size > 110.0f ? 110.0f : size), 0.0f);
    float high = (e.value * e.first) * e.second, low = (e.rest * e.first) * e.second;
    float sum = 1.0f + high;
    float sum_rest = ((1.0f - sum) + high) + low;
    float inverse = 1.0f / sum;
    float above = x < 0.0f ? e.value : 1.0f;
    float above_rest = x < 0.0f ? e.rest : 0.0f;
    struct ft_sigmoid_parts parts;
    parts.value = above * inverse;
    float missing = FT_FMAF(-parts.value, sum, above) + FT_FMAF(-parts.value, sum_rest, above_rest);
    parts.rest = missing * inverse;
    parts.first = x < 0.0f ? e.first : 1.0f;
    parts.second = x < 0.0f ? e.second : 1.0f;
    parts.other = x < 0.0f ? inverse : high * inverse;
    return parts;
}

/* sigmoid(x) = 1 / (1 + exp(-x)). At most 0.8 ulp. */
FT_INLINE float ft_sigmoidf(float x)
{
    struct ft_sigmoid_parts s = ft_sigmoid_split(x);
    return ((s.value + s.rest) * s.first) * s.second;
}

/* silu(x) = x sigmoid(x). At most 0.83 ulp; -0 for -infinity, the limit. */
FT_INLINE float ft_siluf(float x)
{
    struct ft_sigmoid_parts s = ft_sigmoid_split(x);
    float factor = x < -110.0f ? -110.0f : x;
    float finite = factor > 110.0f ? 110.0f : factor; /* infinity * 0 would be NaN; the rest is 0 there */
    return (FT_FMAF(factor, s.value, finite * s.rest) * s.first) * s.second;
}

/* silu'(x) = s (1 + x (1 - s)), s = sigmoid(x); 1 - s is sigmoid(-x). At most 3.5 ulp; from -2 to -0.625,
 * around its zero, 2.4 ulp of 1/8 */
FT_INLINE float ft_silu_gradf(float x)
{
    struct ft_sigmoid_parts s = ft_sigmoid_split(x);
    float t = x < -110.0f ? -110.0f : x;
    t = t > 110.0f ? 110.0f : t;
    float factor = FT_FMAF(t, s.other, 1.0f);
    return (FT_FMAF(factor, s.value, factor * s.rest) * s.first) * s.second;
}

/* 1 / sqrt(x), and +-infinity for a zero. At most 0.501 ulp.
 *
 * y = 1 / sqrt(x) with two roundings, and Newton's correction y (1 - x y^2) / 2 with x y^2 as a sum of two.
 */
FT_INLINE float ft_rsqrtf(float x)
{
    float y = 1.0f / FT_SQRTF(x);
    float root = x * y;
    float missing = FT_FMAF(-FT_FMAF(x, y, -root), y, FT_FMAF(-root, y, 1.0f));
    float better = FT_FMAF(0.5f * y, missing, y);
    return x > 0.0f && x <= 0x1.fffffep+127f ? better : y;
}

#endif
