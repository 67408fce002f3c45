#include "truth.h"

#include "kernels/common/elementary.h"
#include "kernels/common/elementary64.h"

#include <float.h>
#include <math.h>

static double gelu(double x)
{
    return x == (double)-INFINITY ? -0.0 : 0.5 * x * erfc(-x * M_SQRT1_2);
}

static double gelu_grad(double x)
{
    if (isinf(x)) return x > 0 ? 1 : 0;
    return 0.5 * erfc(-x * M_SQRT1_2) + x * exp(-0.5 * x * x) / sqrt(2 * M_PI);
}

static double sigmoid(double x)
{
    double e = exp(-fabs(x));
    return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

static double silu(double x)
{
    return x == (double)-INFINITY ? -0.0 : x * sigmoid(x);
}

static double silu_grad(double x)
{
    if (isinf(x)) return x > 0 ? 1 : 0;
    double e = exp(-fabs(x)), above = 1 / (1 + e), below = e / (1 + e);
    return x < 0 ? below * (1 + x * above) : above * (1 + x * below);
}

/* x in steps of 2^(its exponent - fraction), that of the smallest normal number at least; `end` and more is
 * infinite. rint goes to the nearest, of two to the even one. */
static double half(double x, int fraction, int smallest, double end)
{
    if (x == 0 || !isfinite(x)) return x;
    int exponent = ilogb(x) < smallest ? smallest : ilogb(x);
    double rounded = ldexp(rint(ldexp(x, fraction - exponent)), exponent - fraction);
    return fabs(rounded) < end ? rounded : copysign((double)INFINITY, x);
}

static double float_truth(enum float_function function, double x)
{
    switch (function) {
    case FLOAT_EXP:
        return exp(x);
    case FLOAT_LOG:
        return log(x);
    case FLOAT_TANH:
        return tanh(x);
    case FLOAT_ERF:
        return erf(x);
    case FLOAT_GELU:
        return gelu(x);
    case FLOAT_GELU_GRAD:
        return gelu_grad(x);
    case FLOAT_SIGMOID:
        return sigmoid(x);
    case FLOAT_SILU:
        return silu(x);
    case FLOAT_SILU_GRAD:
        return silu_grad(x);
    case FLOAT_RSQRT:
        return 1 / sqrt(x);
    case FLOAT_FP16:
        return half(x, 10, -14, 65536.0);
    case FLOAT_BF16:
        return half(x, 7, -126, 0x1p128);
    case FLOAT_FUNCTIONS:
        break;
    }
    return NAN;
}

/* Where the function passes through zero and its formula cancels. */
static bool is_around_zero(enum float_function function, float x)
{
    if (function == FLOAT_GELU_GRAD) return x > -1.0f && x < -0.5f;   /* zero at -0.7518 */
    if (function == FLOAT_SILU_GRAD) return x > -2.0f && x < -0.625f; /* zero at -1.2785 */
    return false;
}

double truth_float_error(enum float_function function, float x, float got)
{
    double truth = float_truth(function, (double)x);
    if (isnan(truth) || isnan(got)) return isnan(truth) && isnan(got) ? 0 : (double)INFINITY;
    float near = fabsf((float)truth);
    if (isinf(near) || isinf(got)) return got == (float)truth ? 0 : (double)INFINITY;
    if (is_around_zero(function, x) && near < 0.125f) near = 0.125f;
    /* 1 / the distance to the next float: that is 2^-149 up to 2^-125, beyond it 2^-23 of the power of two
     * below */
    uint64_t exponent = ft_bits(near < 0x1p-126f ? 0x1p-126f : near) >> 23; /* biased by 127 */
    return fabs((double)got - truth) * ft_from_bits64((1023 + 127 + 23 - exponent) << 52);
}

static long double double_truth(enum double_function function, long double x)
{
    switch (function) {
    case DOUBLE_EXP:
        return expl(x);
    case DOUBLE_LOG:
        return logl(x);
    case DOUBLE_SIN:
        return sinl(x);
    case DOUBLE_COS:
        return cosl(x);
    case DOUBLE_FUNCTIONS:
        break;
    }
    return (long double)NAN;
}

double truth_double_error(enum double_function function, double x, double got)
{
    long double truth = double_truth(function, (long double)x);
    if (isnan(truth) || isnan(got)) return isnan(truth) && isnan(got) ? 0 : (double)INFINITY;
    double near = fabs((double)truth);
    if (isinf(near) || isinf(got)) return got == (double)truth ? 0 : (double)INFINITY;
    long double unit = near < 0x1p-1021 ? 0x1p-1074L : ldexpl(1, ilogb(near) - 52);
    return (double)(fabsl((long double)got - truth) / unit);
}

bool truth_measures_doubles(void)
{
    return LDBL_MANT_DIG > DBL_MANT_DIG;
}
