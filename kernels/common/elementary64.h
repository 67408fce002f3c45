/* elementary64.h - exp, log, sin and cos in binary64, for scalars that the host computes once and passes to
 * every backend alike (schedules, bias corrections, rotary angles, initial weights).
 *
 * Only +, -, *, /, fma, comparisons and integer operations, in the order written: the same bits on every
 * machine, which the C library's do not promise. Polynomial coefficients from fdlibm (Sun Microsystems, 1993:
 * e_exp.c, e_log.c, k_sin.c, k_cos.c); reductions with fma. Errors are measured in units in the last place
 * (ulp) against 64-bit-mantissa functions on large samples; tests/kernels/test_elementary64.c asserts the
 * bounds. */
#ifndef FTBENCH_KERNELS_COMMON_ELEMENTARY64_H
#define FTBENCH_KERNELS_COMMON_ELEMENTARY64_H

#include "kernels/common/portable.h"

#include <stdint.h>
#include <string.h>

FT_INLINE uint64_t ft_bits64(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

FT_INLINE double ft_from_bits64(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* exp(x). +0 below -746, +infinity above 709.79, NaN for NaN. At most 0.91 ulp.
 *
 * x = n ln 2 + r; with c = r - r^2 P(r^2), exp(r) = 1 + r + r c / (2 - c); 2^n in two halves (subnormal
 * results). */
FT_INLINE double ft_exp(double x)
{
    const double shift = 0x1.8p52; /* adding it rounds to a whole number, left in the low bits */
    x = x < -746.0 ? -746.0 : x;
    x = x > 710.0 ? 710.0 : x;
    double shifted = FT_FMA(x, 0x1.71547652b82fep+0, shift);
    double n = shifted - shift;
    double high = FT_FMA(n, -0x1.62e42feep-1, x); /* ln 2, leading 32 bits: the product with n is exact */
    double low = n * 0x1.a39ef35793c76p-33;       /* the rest of ln 2 */
    double r = high - low;
    double t = r * r;
    double p = 4.13813679705723846039e-08;
    p = FT_FMA(p, t, -1.65339022054652515390e-06);
    p = FT_FMA(p, t, 6.61375632143793436117e-05);
    p = FT_FMA(p, t, -2.77777777770155933842e-03);
    p = FT_FMA(p, t, 1.66666666666666019037e-01);
    double c = FT_FMA(-t, p, r);
    double y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
    uint64_t biased = ft_bits64(shifted) - ft_bits64(0x1.8p52) + 2048u; /* n + 2048 */
    uint64_t half = biased >> 1;
    return (y * ft_from_bits64((half - 1u) << 52)) * ft_from_bits64((biased - half - 1u) << 52);
}

/* log(x), natural. -infinity for 0, NaN below 0 and for NaN, +infinity for +infinity. At most 0.9 ulp.
 *
 * x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt 2; s = f / (2 + f); log(1 + f) = f - (f^2 / 2 - s (f^2 / 2 +
 * R(s^2))). */
FT_INLINE double ft_log(double x)
{
    double scaled = x < 0x1p-1022 ? x * 0x1p54 : x; /* a subnormal made normal */
    double k0 = x < 0x1p-1022 ? -54.0 : 0.0;
    uint64_t bits = ft_bits64(scaled) + (0x3ff0000000000000u - 0x3fe6a09e00000000u);
    double k = (double)((int64_t)(bits >> 52) - 1023) + k0;
    double f = ft_from_bits64((bits & 0x000fffffffffffffu) + 0x3fe6a09e00000000u) - 1.0;
    double s = f / (2.0 + f);
    double z = s * s;
    double r = 1.479819860511658591e-01;
    r = FT_FMA(r, z, 1.531383769920937332e-01);
    r = FT_FMA(r, z, 1.818357216161805012e-01);
    r = FT_FMA(r, z, 2.222219843214978396e-01);
    r = FT_FMA(r, z, 2.857142874366239149e-01);
    r = FT_FMA(r, z, 3.999999999940941908e-01);
    r = FT_FMA(r, z, 6.666666666666735130e-01);
    r = r * z;
    double half = (0.5 * f) * f;
    double low = FT_FMA(k, 1.90821492927058770002e-10, s * (half + r));
    double y = FT_FMA(k, 6.93147180369123816490e-01, -((half - low) - f));
    y = x > 0x1.fffffffffffffp+1023 ? x : y; /* +infinity */
    y = x > 0.0 ? y : ft_from_bits64(0x7ff8000000000000u);
    return x == 0.0 ? ft_from_bits64(0xfff0000000000000u) : y;
}

/* x - n pi/2 as value + tail, |x| <= 2^20, n the nearest whole number to x / (pi/2); returns n modulo 4.
 *
 * pi/2 in three parts of 53 bits (Cody and Waite with fma): the first subtraction is exact, the second is
 * compensated (TwoSum), the third needs no more care. */
FT_INLINE unsigned ft_quarter_turns(double x, double *value, double *tail)
{
    double shifted = FT_FMA(x, 0x1.45f306dc9c883p-1, 0x1.8p52);
    double n = shifted - 0x1.8p52;
    double first = FT_FMA(-n, 0x1.921fb54442d18p+0, x);
    double product = n * 0x1.1a62633145c07p-54;
    double product_tail = FT_FMA(n, 0x1.1a62633145c07p-54, -product);
    double sum = first - product;
    double back = sum - first;
    double sum_tail = (first - (sum - back)) - (product + back);
    double rest = sum_tail - FT_FMA(n, -0x1.f1976b7ed8fbcp-110, product_tail);
    *value = sum + rest;
    *tail = (sum - *value) + rest;
    return (unsigned)(ft_bits64(shifted) & 3u);
}

/* sin and cos of value + tail, |value| <= pi/4 */
FT_INLINE double ft_sin_kernel(double value, double tail)
{
    double z = value * value;
    double cube = z * value;
    double r = 1.58969099521155010221e-10;
    r = FT_FMA(r, z, -2.50507602534068634195e-08);
    r = FT_FMA(r, z, 2.75573137070700676789e-06);
    r = FT_FMA(r, z, -1.98412698298579493134e-04);
    r = FT_FMA(r, z, 8.33333333332248946124e-03);
    return value - ((z * (0.5 * tail - cube * r) - tail) - cube * -1.66666666666666324348e-01);
}

FT_INLINE double ft_cos_kernel(double value, double tail)
{
    double z = value * value;
    double r = -1.13596475577881948265e-11;
    r = FT_FMA(r, z, 2.08757232129817482790e-09);
    r = FT_FMA(r, z, -2.75573143513906633035e-07);
    r = FT_FMA(r, z, 2.48015872894767294178e-05);
    r = FT_FMA(r, z, -1.38888888888741095749e-03);
    r = FT_FMA(r, z, 4.16666666666666019037e-02);
    r = r * z;
    double half = 0.5 * z;
    double one = 1.0 - half;
    return one + (((1.0 - one) - half) + (z * r - value * tail));
}

/* sin(x) and cos(x) for |x| <= 2^20 (rotary angles reach the longest position; beyond the domain the
 * reduction loses accuracy, it does not fail). At most 0.9 ulp. */
FT_INLINE double ft_sin(double x)
{
    double value, tail;
    unsigned turns = ft_quarter_turns(x, &value, &tail);
    double y = (turns & 1u) ? ft_cos_kernel(value, tail) : ft_sin_kernel(value, tail);
    return (turns & 2u) ? -y : y;
}

FT_INLINE double ft_cos(double x)
{
    double value, tail;
    unsigned turns = ft_quarter_turns(x, &value, &tail);
    double y = (turns & 1u) ? ft_sin_kernel(value, tail) : ft_cos_kernel(value, tail);
    return ((turns + 1u) & 2u) ? -y : y;
}

#endif
