/* The binary32 functions: error bounds as their header states them, over a sample of all floats (every
 * exponent, both signs), specials, and where a formula changes. References are the C library's binary64
 * functions, whose own error is some 1e-9 of a binary32 ulp. */
#include "kernels/common/elementary.h"

#include "base/digest.h"
#include "base/memory.h"

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
    double absolute; /* this, plus */
    double relative; /* this times |x| */
    float above;     /* checked for x > above only */
};

static const struct bound bounds[] = {
    {"exp", my_exp, exp, 0.90, 0, 0, -INFINITY},
    {"log", my_log, log, 0.94, 0, 0, -INFINITY},
    {"tanh", my_tanh, tanh, 1.37, 0, 0, -INFINITY},
    {"erf", my_erf, erf, 1.02, 0, 0, -INFINITY},
    {"gelu", my_gelu, true_gelu, 0, 0x1p-149, 0x1p-23, -INFINITY},
    {"gelu'", my_gelu_grad, true_gelu_grad, 0, 2.5e-7, 0, -INFINITY},
    {"sigmoid", my_sigmoid, true_sigmoid, 2.41, 0, 0, -INFINITY},
    {"silu", my_silu, true_silu, 3.23, 0, 0, -87},
    {"silu, far below", my_silu, true_silu, 3.23, 0x1p-142, 0, -INFINITY},
    {"silu'", my_silu_grad, true_silu_grad, 0, 4e-7, 0, -INFINITY},
    {"1/sqrt", my_rsqrt, true_rsqrt, 1.5, 0, 0, -INFINITY},
};

static void check_at(const struct bound *bound, float x)
{
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
    double allowed = bound->ulp * ulp_of(expected) + bound->absolute + bound->relative * fabs((double)x);
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
            if (isfinite(x) && x > bounds[i].above) check_at(&bounds[i], x);
        }
    }
}

/* 4001 neighbouring floats around each place where a formula changes or a result leaves the numbers. */
static void test_error_bounds_at_the_seams(void **state)
{
    static const float seams[] = {0.625f,     0.927734375f, 0x1.4p+0f,  4.0f,      0.34657359f, 0.66666667f,
                                  1.3333333f, 1.0f,         88.72284f,  87.33655f, 103.97208f,  103.27893f,
                                  0x1p-126f,  16.0f,        1.2784645f, 5.656854f};
    (void)state;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        for (size_t s = 0; s < sizeof seams / sizeof *seams; s++) {
            for (uint32_t offset = 0; offset <= 4000; offset++) {
                float x = ft_from_bits(ft_bits(seams[s]) - 2000u + offset);
                if (x > bounds[i].above) check_at(&bounds[i], x);
                if (-x > bounds[i].above) check_at(&bounds[i], -x);
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
    assert_true(ft_geluf(10.0f) == 10.0f && ft_geluf(-10.0f) == 0.0f && ft_geluf(INFINITY) == INFINITY);
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

/* The bits themselves, pinned: digests of all results of the sample, NaN and -0 mapped (base/digest.h). They
 * are the same for every compiler and machine; who changes a function on purpose changes the numeric version
 * too. */
static void test_bits_are_pinned(void **state)
{
    static const struct {
        function *mine;
        const char *digest;
    } pinned[] = {
        {my_exp, "964224e5b41abbe0e903befec2c423bc"},
        {my_log, "64765964853803faff43b0ba23baeb1f"},
        {my_tanh, "f50d37bc67a557367bab663ad19ebaf7"},
        {my_erf, "b3040b55b529b3fb86c287020fd273f2"},
        {my_gelu, "43499da40c551f736dfebc62f3849b3d"},
        {my_gelu_grad, "0031f2b122b46ff8dbbd70d5ca2ebe64"},
        {my_sigmoid, "7fd024567c055d07034e1ba97359b445"},
        {my_silu, "240ba20f0179815e41354972ad5f5fc6"},
        {my_silu_grad, "643aae0a558d7879b4803e9c858474f9"},
        {my_rsqrt, "322006ad4636383593beb177a998be4f"},
    };
    float *results = memory_zeroed(0x100000000u / 20011 + 1, sizeof *results);
    (void)state;
    for (size_t i = 0; i < sizeof pinned / sizeof *pinned; i++) {
        size_t count = 0;
        char text[DIGEST_TEXT];
        for (uint64_t bits = 0; bits < 0x100000000u; bits += 20011)
            results[count++] = pinned[i].mine(ft_from_bits((uint32_t)bits));
        digest_text(digest_floats(results, count), text);
        assert_string_equal(text, pinned[i].digest);
    }
    memory_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_bounds),    cmocka_unit_test(test_error_bounds_at_the_seams),
        cmocka_unit_test(test_special_values),  cmocka_unit_test(test_odd_functions),
        cmocka_unit_test(test_bits_are_pinned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
