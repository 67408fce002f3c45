/* The binary64 functions: error bounds as their header states them, against the C library's long double
 * functions where those are wider (64 bits of mantissa on x86-64, 113 on AArch64), and within one ulp more
 * where they are not. */
#include "kernels/common/elementary64.h"

#include "kernels/common/philox.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

typedef double function(double x);
typedef long double reference(long double x);

static const double reference_error = LDBL_MANT_DIG > DBL_MANT_DIG ? 0.0 : 1.0; /* ulp */

static double my_exp(double x)
{
    return ft_exp(x);
}
static double my_log(double x)
{
    return ft_log(x);
}
static double my_sin(double x)
{
    return ft_sin(x);
}
static double my_cos(double x)
{
    return ft_cos(x);
}

static void check_at(const char *name, function *mine, reference *truth, double ulp, double x)
{
    double got = mine(x);
    long double expected = truth((long double)x);
    double near = fabs((double)expected);
    if (isinf(near) || isinf(got)) {
        if (got != (double)expected) fail_msg("%s(%a) is %a, not %La", name, x, got, expected);
        return;
    }
    long double unit = (long double)nextafter(near, INFINITY) - (long double)near;
    long double error = fabsl((long double)got - expected) / unit;
    if (!(error <= (long double)(ulp + reference_error)))
        fail_msg("%s(%a) is %a, not %La: %.3Lf ulp off", name, x, got, expected, error);
}

/* The i-th of a sample: 64 random bits as a double. */
static double any_double(uint32_t i)
{
    struct philox4 words = philox4x32_10(1, STREAM_DATA, i, 0, 0, 0);
    return ft_from_bits64((uint64_t)words.word[0] << 32 | words.word[1]);
}

/* The i-th of a sample: uniform in (-range, range). */
static double within(uint32_t i, double range)
{
    struct philox4 words = philox4x32_10(2, STREAM_DATA, i, 0, 0, 0);
    double high = (double)(int32_t)words.word[0] * 0x1p-31, low = (double)words.word[1] * 0x1p-63;
    return (high + low) * range;
}

static void test_error_bounds(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 200000; i++) {
        double x = any_double(i);
        if (!isfinite(x)) continue;
        check_at("exp", my_exp, expl, 0.91, x);
        check_at("log", my_log, logl, 0.9, fabs(x));
    }
    for (uint32_t i = 0; i < 200000; i++) {
        check_at("exp", my_exp, expl, 0.91, within(i, 750.0));
        check_at("exp", my_exp, expl, 0.91, within(i, 1.0));
        check_at("log", my_log, logl, 0.9, fabs(within(i, 2.0)));
        check_at("log", my_log, logl, 0.9, 1.0 + within(i, 0x1p-10));
    }
    for (uint32_t i = 0; i < 200000; i++) {
        double x = within(i, i % 3 == 0 ? 0x1p20 : i % 3 == 1 ? 100.0 : 1.0);
        check_at("sin", my_sin, sinl, 0.9, x);
        check_at("cos", my_cos, cosl, 0.9, x);
    }
}

/* Near whole multiples of pi/2, where most of the argument cancels. */
static void test_reduction_near_quarter_turns(void **state)
{
    (void)state;
    for (int n = 1; n < 667000; n += 37) {
        double x = (double)(n * 1.57079632679489661923132169163975144L);
        for (int step = -2; step <= 2; step++) {
            double y = x;
            for (int i = 0; i < (step < 0 ? -step : step); i++)
                y = nextafter(y, step < 0 ? 0.0 : INFINITY);
            check_at("sin", my_sin, sinl, 0.9, y);
            check_at("cos", my_cos, cosl, 0.9, y);
        }
    }
}

static void test_special_values(void **state)
{
    (void)state;
    assert_true(ft_exp(0.0) == 1.0 && ft_exp(-INFINITY) == 0.0 && ft_exp(INFINITY) == INFINITY);
    assert_true(ft_exp(-746.0) == 0.0 && ft_exp(-745.0) == 0x1p-1074 && ft_exp(710.0) == INFINITY);
    assert_true(isnan(ft_exp(NAN)) && isnan(ft_log(NAN)) && isnan(ft_log(-1.0)));
    assert_true(ft_log(1.0) == 0.0 && ft_log(0.0) == -INFINITY && ft_log(INFINITY) == INFINITY);
    assert_true(ft_sin(0.0) == 0.0 && ft_cos(0.0) == 1.0);
    assert_true(ft_bits64(ft_sin(-0.5)) == (ft_bits64(ft_sin(0.5)) ^ 0x8000000000000000u));
    assert_true(ft_cos(-0.5) == ft_cos(0.5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_bounds),
        cmocka_unit_test(test_reduction_near_quarter_turns),
        cmocka_unit_test(test_special_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
