/* The loss: bits, gradient, hand values. */
#include "support_check.h"

#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct setup {
    int samples, classes;
    const float *logits;
    const int32_t *labels;
    float scale;
};

static void run(const struct ops *ops, struct device *device, const void *opaque, float *results)
{
    const struct setup *s = opaque;
    ops->cross_entropy(device, s->samples, s->classes, s->logits, s->labels, s->scale, results,
                       results + s->samples);
    ops->cross_entropy(device, s->samples, s->classes, s->logits, s->labels, s->scale,
                       results + s->samples * (1 + s->classes), NULL);
}

static void test_bits(void **state)
{
    static const int shapes[][2] = {{1, 1}, {1, 2}, {17, 2}, {9, 33}, {64, 5}};
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        int samples = shapes[i][0], classes = shapes[i][1];
        float *logits = values_make((size_t)(samples * classes), 1, 20.0f);
        int32_t *labels = both_make(64, sizeof *labels);
        for (int b = 0; b < samples; b++)
            labels[b] = b * 7 % classes;
        struct setup s = {samples, classes, logits, labels, 1.0f / 64.0f};
        check_against_oracle(run, &s, (size_t)(samples * (2 + classes)), "cross entropy");
        both_free(logits);
        both_free(labels);
    }
}

static void test_values(void **state)
{
    static const float logits[] = {0, 0,   0.6931472f,
                                   0, 300, -300}; /* even; twice as likely; certain and wrong */
    static const int32_t labels[] = {1, 0, 1};
    float losses[3], gradient[6];
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    ops->cross_entropy(device, 3, 2, logits, labels, 0.5f, losses, gradient);
    assert_float_equal(losses[0], (float)log(2.0), 1e-7f);
    assert_float_equal(losses[1], (float)log(1.5), 1e-7f);
    assert_float_equal(losses[2], 600.0f, 0);
    assert_float_equal(gradient[0], 0.25f, 0);
    assert_float_equal(gradient[1], -0.25f, 0);
    assert_float_equal(gradient[2], -1.0f / 6.0f, 1e-7f);
    assert_float_equal(gradient[4], 0.5f, 0);
    assert_float_equal(gradient[5], -0.5f, 0);
    ops->close(device);
}

static double loss(const double *x, const void *opaque)
{
    const struct setup *s = opaque;
    double sum = 0;
    for (int b = 0; b < s->samples; b++) {
        double total = 0;
        for (int c = 0; c < s->classes; c++)
            total += exp(x[b * s->classes + c]);
        sum += (log(total) - x[b * s->classes + s->labels[b]]) * (double)s->scale;
    }
    return sum;
}

static void test_gradient(void **state)
{
    static const int32_t labels[] = {3, 0, 2, 3};
    float *logits = values_make(16, 2, 3.0f), losses[4], gradient[16];
    struct setup s = {4, 4, logits, labels, 0.25f};
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    ops->cross_entropy(device, 4, 4, logits, labels, 0.25f, losses, gradient);
    check_gradient(loss, &s, logits, 16, gradient, 1e-6, "cross entropy");
    ops->close(device);
    both_free(logits);
}

/* What has diverged shows. */
static void test_not_a_number_comes_through(void **state)
{
    static const float logits[] = {0, NAN, INFINITY, 0};
    static const int32_t labels[] = {0, 1};
    float losses[2];
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    ops->cross_entropy(device, 2, 2, logits, labels, 1.0f, losses, NULL);
    assert_true(isnan(losses[0]) && isnan(losses[1]));
    ops->close(device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_gradient),
        cmocka_unit_test(test_not_a_number_comes_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
