/* The optimiser's operations: bits, a step worked out by hand, tiny moments, sums of squares. */
#include "support_check.h"

#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct setup {
    int64_t count;
    const float *gradient, *v;
    struct adamw adamw;
    int tensors;
    const int64_t *begin;
};

static void run(const struct ops *ops, struct device *device, const void *opaque, float *results)
{
    const struct setup *s = opaque;
    float *p = results, *m = p + s->count, *v = m + s->count;
    for (int64_t i = 0; i < s->count; i++)
        v[i] = s->v[i] * s->v[i];
    for (int step = 0; step < 3; step++)
        ops->adamw(device, s->count, &s->adamw, s->gradient, p, m, v);
    /* all but the first, which is not where vectors start */
    ops->adamw(device, s->count - 1, &s->adamw, s->gradient + 1, p + 1, m + 1, v + 1);
    ops->sum_squares(device, s->gradient, s->tensors, s->begin, v + s->count);
}

static struct adamw step_of(double learning_rate, double weight_decay, int t)
{
    double beta1 = 0.9, beta2 = 0.999;
    struct adamw step = {.gradient_scale = 0.75f,
                         .decay = (float)(1 - learning_rate * weight_decay),
                         .one_minus_beta1 = (float)(1 - beta1),
                         .beta2 = (float)beta2,
                         .one_minus_beta2 = (float)(1 - beta2),
                         .step_size = (float)(learning_rate / (1 - pow(beta1, t))),
                         .root_correction = (float)sqrt(1 - pow(beta2, t)),
                         .epsilon = 1e-8f};
    return step;
}

static void test_bits(void **state)
{
    static const int64_t counts[] = {1, 31, 4096, 70001, 210000};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        int64_t n = counts[i], begin[] = {0, n / 3, n / 3, n / 3 + 1 < n ? n / 3 + 1 : n, n};
        float *gradient = values_make((size_t)n, 1, 0.1f), *v = values_make((size_t)n, 2, 0.1f);
        values_spice(gradient, (size_t)n, 3);
        values_spice(v, (size_t)n, 4);
        gradient[n / 2] = 0.0f;
        v[n / 2] = 0x1.cp-51f; /* its square is between 2^-101 and 2^-100: flushed, by half a power of two */
        struct setup s = {n, gradient, v, step_of(1e-3, 0.01, 5), 4, begin};
        check_against_oracle(run, &s, (size_t)(3 * n + 4), "adamw and sums of squares");
        both_free(gradient);
        both_free(v);
    }
}

/* Of more tensors than a GPU's launch takes, from none to 3330 elements each. */
static void test_many_tensors(void **state)
{
    enum { TENSORS = 300, COUNT = 500000 };
    int64_t begin[TENSORS + 1];
    float *gradient = values_make(COUNT, 1, 0.1f), *v = values_make(1, 2, 0.1f);
    struct setup s = {1, gradient, v, step_of(1e-3, 0.01, 5), TENSORS, begin};
    (void)state;
    for (int64_t t = 0; t <= TENSORS; t++)
        begin[t] = COUNT * t / TENSORS * t / TENSORS;
    check_against_oracle(run, &s, 3 + TENSORS, "sums of squares of many tensors");
    both_free(gradient);
    both_free(v);
}

/* The first step from m = v = 0: m = 0.1 g, v = 0.001 g^2, so the update is learning_rate * sign(g) up to
 * epsilon. */
static void test_first_step_by_hand(void **state)
{
    struct adamw step = step_of(0.01, 0.1, 1);
    float g[2] = {0.5f, -4.0f}, p[2] = {1.0f, 2.0f}, m[2] = {0}, v[2] = {0};
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    step.gradient_scale = 1.0f;
    ops->adamw(device, 2, &step, g, p, m, v);
    assert_float_equal(m[0], 0.05f, 1e-8f);
    assert_float_equal(v[1], 0.016f, 1e-8f);
    assert_float_equal(p[0], 0.999f - 0.01f, 2e-7f);
    assert_float_equal(p[1], 1.998f + 0.01f, 3e-7f);
    /* second step, gradient 0: m = 0.9 * 0.05, v = 0.999 * 0.00025 */
    step = step_of(0.01, 0.1, 2);
    g[0] = 0;
    double before = (double)p[0], root = sqrt(0.999 * 0.00025) / sqrt(1 - 0.999 * 0.999);
    ops->adamw(device, 1, &step, g, p, m, v);
    assert_float_equal(p[0], (float)(before * 0.999 - 0.01 / 0.19 * 0.045 / (root + 1e-8)), 2e-7f);
    ops->close(device);
}

/* Moments below 2^-100 become exactly 0; larger ones stay. */
static void test_tiny_moments_become_zero(void **state)
{
    struct adamw step = step_of(0.01, 0.0, 1000);
    float g[3] = {0}, p[3] = {1, 1, 1};
    float m[3] = {0x1p-100f, -0x1p-101f, 0x1p-99f}, v[3] = {0x1p-100f, 0x1p-101f, 0x1p-99f};
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    ops->adamw(device, 3, &step, g, p, m, v);
    assert_true(m[0] == 0 && m[1] == 0 && m[2] > 0x1p-100f);
    assert_true(v[0] == 0 && v[1] == 0 && v[2] > 0x1p-100f);
    ops->close(device);
}

static void test_sum_squares_by_hand(void **state)
{
    static const int64_t begin[] = {0, 2, 2, 2051};
    float *x = memory_aligned(2051, sizeof *x), sums[3];
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    for (int i = 0; i < 2051; i++)
        x[i] = i < 2 ? 3.0f : 2.0f;
    ops->sum_squares(device, x, 3, begin, sums);
    assert_true(sums[0] == 18.0f);
    assert_true(sums[1] == 0.0f);
    assert_true(sums[2] == 4.0f * 2049);
    ops->close(device);
    memory_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_many_tensors),
        cmocka_unit_test(test_first_step_by_hand),
        cmocka_unit_test(test_tiny_moments_become_zero),
        cmocka_unit_test(test_sum_squares_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
