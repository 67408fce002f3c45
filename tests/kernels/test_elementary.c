/* The binary32 functions: error bounds as their header states them, over a sample of all floats (every
 * exponent, both signs), specials, and where a formula changes. (All floats, and the bits themselves:
 * ci/exhaustive and the test exhaustive.sample.) References are the C library's binary64 functions, whose own
 * error is some 1e-9 of a binary32 ulp. */
#include "kernels/common/elementary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

typedef float function(float x);
typedef double reference(double x);

/* Names for what is inlined otherwise. */
static float my_exp(float x)
{
    return ft_expf(x);
}
static float my_log(float x)
{
    return ft_logf(x);
}
static float my_tanh(float x)
{
    return ft_tanhf(x);
}
static float my_erf(float x)
{
    return ft_erff(x);
}
static float my_gelu(float x)
{
    return ft_geluf(x);
}
static float my_gelu_grad(float x)
{
    return ft_gelu_gradf(x);
}
static float my_sigmoid(float x)
{
    return ft_sigmoidf(x);
}
static float my_silu(float x)
{
    return ft_siluf(x);
}
static float my_silu_grad(float x)
{
    return ft_silu_gradf(x);
}
static float my_rsqrt(float x)
{
    return ft_rsqrtf(x);
}

static double true_gelu(double x)
{
    return 0.5 * x * erfc(-x * M_SQRT1_2);
}
static double true_gelu_grad(double x)
{
    return 0.5 * erfc(-x * M_SQRT1_2) + x * exp(-0.5 * x * x) / sqrt(2 * M_PI);
}
static double true_sigmoid(double x)
{
    return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
}
static double true_silu(double x)
{
    return x * true_sigmoid(x);
}
static double true_silu_grad(double x)
{
    return true_sigmoid(x) * (1 + x * true_sigmoid(-x));
}
static double true_rsqrt(double x)
{
    return 1 / sqrt(x);
}

/* The distance between floats around a value. */
static double ulp_of(double value)
{
    float near = fabsf((float)value);
    if (!(near < 0x1.fffffep+127f)) near = 0x1.fffffcp+127f;
    return (double)nextafterf(near, INFINITY) - (double)near;
}

struct bound {
    const char *name;
    function *mine;
    reference *truth;
    double ulp;      /* allowed error in ulp, plus */
    double absolute; /* this */
    float from, to;  /* checked for from <= x < to */
};

static const struct bound bounds[] = {
    {"exp", my_exp, exp, 0.90, 0, -INFINITY, INFINITY},
    {"log", my_log, log, 0.94, 0, -INFINITY, INFINITY},
    {"tanh", my_tanh, tanh, 0.97, 0, -INFINITY, INFINITY},
    {"erf", my_erf, erf, 0.95, 0, -INFINITY, INFINITY},
    {"gelu", my_gelu, true_gelu, 1.76, 0, -INFINITY, INFINITY},
    {"gelu, above -8", my_gelu, true_gelu, 1.05, 0, -8, INFINITY},
    {"gelu', left", my_gelu_grad, true_gelu_grad, 2.6, 0, -INFINITY, -1},
    {"gelu' around its zero", my_gelu_grad, true_gelu_grad, 0, 2.1 * 0x1p-26, -1, -0.5f},
    {"gelu', right", my_gelu_grad, true_gelu_grad, 2.5, 0, -0.5f, INFINITY},
    {"sigmoid", my_sigmoid, true_sigmoid, 0.8, 0, -INFINITY, INFINITY},
    {"silu", my_silu, true_silu, 0.84, 0, -INFINITY, INFINITY},
    {"silu', left", my_silu_grad, true_silu_grad, 3.5, 0, -INFINITY, -2},
    {"silu' around its zero", my_silu_grad, true_silu_grad, 0, 2.4 * 0x1p-26, -2, -0.625f},
    {"silu', right", my_silu_grad, true_silu_grad, 3, 0, -0.625f, INFINITY},
    {"1/sqrt", my_rsqrt, true_rsqrt, 0.501, 0, -INFINITY, INFINITY},
};

static void check_at(const struct bound *bound, float x)
{
    if (x < bound->from || x >= bound->to) return;
    float got = bound->mine(x);
    double expected = bound->truth((double)x);
    if (isnan(expected) || isnan(x)) {
        if (!isnan(got)) fail_msg("%s(%a) is %a, not NaN", bound->name, (double)x, (double)got);
        return;
    }
    if (isinf((float)expected) || isinf(got)) {
        if (got != (float)expected)
            fail_msg("%s(%a) is %a, not %a", bound->name, (double)x, (double)got, expected);
        return;
    }
    double allowed = bound->ulp * ulp_of(expected) + bound->absolute;
    if (!(fabs((double)got - expected) <= allowed))
        fail_msg("%s(%a) is %a, not %a: %.3f ulp off", bound->name, (double)x, (double)got, expected,
                 fabs((double)got - expected) / ulp_of(expected));
}

static void test_error_bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        for (uint64_t bits = 0; bits < 0x100000000u; bits += 20011) {
            float x = ft_from_bits((uint32_t)bits);
            if (isfinite(x)) check_at(&bounds[i], x);
        }
    }
}

/* 4001 neighbouring floats around each place where a formula changes or a result leaves the numbers. */
static void test_error_bounds_at_the_seams(void **state)
{
    static const float seams[] = {0.45f,       0.927734375f, 1.0f,       4.0f,      0x1p-126f,
                                  0.34657359f, 0.66666667f,  1.3333333f, 88.72284f, 87.33655f,
                                  103.97208f,  103.27893f,   15.0f,      14.1f,     1.2784645f,
                                  0.7517916f,  110.0f,       16.0f,      13.2f,     9.0f};
    (void)state;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        for (size_t s = 0; s < sizeof seams / sizeof *seams; s++) {
            for (uint32_t offset = 0; offset <= 4000; offset++) {
                float x = ft_from_bits(ft_bits(seams[s]) - 2000u + offset);
                check_at(&bounds[i], x);
                check_at(&bounds[i], -x);
            }
        }
    }
}

static void test_special_values(void **state)
{
    const float zero = 0.0f, nan_value = NAN;
    (void)state;
    assert_int_equal(ft_bits(ft_expf(-104.0f)), 0);
    assert_int_equal(ft_bits(ft_expf(-1e30f)), 0);
    assert_int_equal(ft_bits(ft_expf(-INFINITY)), 0);
    assert_int_equal(ft_bits(ft_expf(-103.5f)), 1); /* exp(-103.5) = 1.6 2^-150 */
    assert_true(ft_expf(zero) == 1.0f && ft_expf(-zero) == 1.0f);
    assert_true(ft_expf(89.0f) == INFINITY && ft_expf(INFINITY) == INFINITY);
    assert_true(isfinite(ft_expf(88.722f)));
    assert_true(ft_logf(1.0f) == 0.0f);
    assert_true(ft_logf(zero) == -INFINITY && ft_logf(-zero) == -INFINITY);
    assert_true(ft_logf(INFINITY) == INFINITY);
    assert_true(isnan(ft_logf(-1.0f)) && isnan(ft_logf(-INFINITY)));
    assert_true(ft_tanhf(INFINITY) == 1.0f && ft_tanhf(-INFINITY) == -1.0f);
    assert_int_equal(ft_bits(ft_tanhf(-zero)), 0x80000000u);
    assert_true(ft_erff(INFINITY) == 1.0f && ft_erff(-INFINITY) == -1.0f && ft_erff(4.0f) == 1.0f);
    assert_true(ft_geluf(10.0f) == 10.0f && ft_geluf(INFINITY) == INFINITY);
    assert_int_equal(ft_bits(ft_geluf(-INFINITY)), 0x80000000u);
    assert_int_equal(ft_bits(ft_geluf(-zero)), 0x80000000u);
    assert_true(ft_geluf(-10.0f) < -7.6198e-23f &&
                ft_geluf(-10.0f) > -7.6199e-23f); /* 10 erfc(10 / sqrt 2) / 2 */
    assert_true(ft_silu_gradf(INFINITY) == 1.0f && ft_silu_gradf(-INFINITY) == 0.0f);
    assert_int_equal(ft_bits(ft_siluf(-INFINITY)), 0x80000000u);
    assert_int_equal(ft_bits(ft_siluf(-zero)), 0x80000000u);
    assert_int_equal(ft_bits(ft_siluf(-104.5f)), 0x8000001fu); /* -104.5 exp(-104.5) = -30.8 2^-149 */
    assert_true(ft_gelu_gradf(INFINITY) == 1.0f && ft_gelu_gradf(-INFINITY) == 0.0f);
    assert_true(ft_gelu_gradf(zero) == 0.5f && ft_silu_gradf(zero) == 0.5f);
    assert_true(ft_sigmoidf(zero) == 0.5f && ft_sigmoidf(INFINITY) == 1.0f && ft_sigmoidf(-INFINITY) == 0.0f);
    assert_true(ft_siluf(INFINITY) == INFINITY && ft_siluf(1.0f) > 0.7310585f && ft_siluf(1.0f) < 0.7310587f);
    assert_true(ft_rsqrtf(4.0f) == 0.5f && ft_rsqrtf(zero) == INFINITY && isnan(ft_rsqrtf(-1.0f)));
    assert_true(ft_maxf(1.0f, 2.0f) == 2.0f && ft_maxf(2.0f, 1.0f) == 2.0f);
    assert_true(ft_maxf(nan_value, 3.0f) == 3.0f && isnan(ft_maxf(3.0f, nan_value)));
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        assert_true(isnan(bounds[i].mine(nan_value)));
}

/* Odd functions are odd bit by bit. */
static void test_odd_functions(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 0x7f800000u; bits += 50021) {
        float x = ft_from_bits(bits);
        assert_int_equal(ft_bits(ft_tanhf(-x)), ft_bits(ft_tanhf(x)) ^ 0x80000000u);
        assert_int_equal(ft_bits(ft_erff(-x)), ft_bits(ft_erff(x)) ^ 0x80000000u);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_bounds),
        cmocka_unit_test(test_error_bounds_at_the_seams),
        cmocka_unit_test(test_special_values),
        cmocka_unit_test(test_odd_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
