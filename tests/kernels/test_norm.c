/* Norms: bits, gradients, values. */
#include "support_check.h"

#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct setup {
    const struct batch *batch;
    int width;
    size_t count; /* storage rows * width */
    const float *x, *weight, *bias, *dy;
    bool accumulate;
};

static void run(const struct ops *ops, struct device *device, const void *opaque, float *results)
{
    const struct setup *s = opaque;
    const struct rows *rows = &s->batch->rows;
    size_t n = s->count, tokens = (size_t)rows->tokens;
    int width = s->width;
    float *y = results, *dx = y + n, *mean = dx + n, *rstd = mean + tokens, *dweight = rstd + tokens;
    float *dbias = dweight + width;
    ops->layernorm_forward(device, rows, width, 1e-5f, s->x, s->weight, s->bias, y, mean, rstd);
    ops->layernorm_backward(device, rows, width, s->x, s->weight, mean, rstd, s->dy, dx);
    ops->layernorm_backward_weight(device, rows, width, s->x, mean, rstd, s->dy, dweight, dbias);
    float *in_place = dbias + width;
    ops->layernorm_backward(device, rows, width, s->x, s->weight, mean, rstd, in_place, in_place);
    float *rms_y = in_place + n, *rms_dx = rms_y + n, *rms_rstd = rms_dx + n,
          *rms_dweight = rms_rstd + tokens;
    ops->rmsnorm_forward(device, rows, width, 1e-6f, s->x, s->weight, rms_y, rms_rstd);
    ops->rmsnorm_backward(device, rows, width, s->x, s->weight, rms_rstd, s->dy, s->accumulate, rms_dx);
    ops->rmsnorm_backward_weight(device, rows, width, s->x, rms_rstd, s->dy, rms_dweight);
}

static size_t results_of(const struct setup *s)
{
    return 5 * s->count + 3 * (size_t)s->batch->rows.tokens + 3 * (size_t)s->width;
}

static void check(const int *lengths, int samples, int stride, int width, bool accumulate)
{
    struct batch batch = batch_make(lengths, samples, stride);
    struct setup s = {.batch = &batch, .width = width, .accumulate = accumulate};
    char what[128];
    s.count = (size_t)batch.rows.storage_rows * (size_t)width;
    float *x = values_make(s.count, 1, 3.0f), *dy = values_make(s.count, 2, 1.0f);
    float *weight = values_make((size_t)width, 3, 1.5f), *bias = values_make((size_t)width, 4, 1.0f);
    s.x = x;
    s.dy = dy;
    s.weight = weight;
    s.bias = bias;
    snprintf(what, sizeof what, "norms, %d tokens of %d", batch.rows.tokens, width);
    check_against_oracle(run, &s, results_of(&s), what);
    both_free(x);
    both_free(dy);
    both_free(weight);
    both_free(bias);
    batch_free(&batch);
}

static void test_bits(void **state)
{
    static const int one[] = {1}, several[] = {5, 0, 17, 2}, many[] = {130, 75};
    static const int more[] = {399, 298}, none[] = {0, 0};
    static const int widths[] = {1, 2, 31, 32, 33, 64, 100, 129};
    (void)state;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        check(one, 1, 0, widths[i], i % 2 == 0);
        check(several, 4, 0, widths[i], i % 2 == 1);
        check(several, 4, 18, widths[i], i % 2 == 0);
    }
    check(many, 2, 0, 384, true);
    check(more, 2, 400, 13, false);
    check(none, 2, 0, 32, true);
}

/* The row 1, 2, 3, 4: mean 2.5, variance 1.25 (1 / sqrt = 0.89442719); mean square 7.5 (1 / sqrt =
 * 0.36514837). */
static void test_values(void **state)
{
    static const int length = 1;
    static const float x[4] = {1, 2, 3, 4}, weight[4] = {1, 1, 2, 1}, bias[4] = {0, 0, 1, 0};
    struct batch batch = batch_make(&length, 1, 0);
    float y[4], mean, rstd;
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    ops->layernorm_forward(device, &batch.rows, 4, 0.0f, x, weight, bias, y, &mean, &rstd);
    assert_float_equal(mean, 2.5f, 0);
    assert_float_equal(rstd, 0.89442719f, 1e-7f);
    assert_float_equal(y[0], -1.5f * 0.89442719f, 1e-6f);
    assert_float_equal(y[2], 0.89442719f + 1, 1e-6f);
    ops->rmsnorm_forward(device, &batch.rows, 4, 0.0f, x, weight, y, &rstd);
    assert_float_equal(rstd, 0.36514837f, 1e-7f);
    assert_float_equal(y[2], 6 * 0.36514837f, 1e-6f);
    ops->close(device);
    batch_free(&batch);
}

/* x, weight and bias follow one another. */
static double layernorm_loss(const double *x, const void *opaque)
{
    const struct setup *s = opaque;
    const double *weight = x + s->count, *bias = weight + s->width;
    double sum = 0;
    for (int t = 0; t < s->batch->rows.tokens; t++) {
        const double *row = x + t * s->width;
        double mean = 0, variance = 0;
        for (int c = 0; c < s->width; c++)
            mean += row[c] / s->width;
        for (int c = 0; c < s->width; c++)
            variance += (row[c] - mean) * (row[c] - mean) / s->width;
        for (int c = 0; c < s->width; c++)
            sum += ((row[c] - mean) / sqrt(variance + 1e-5) * weight[c] + bias[c]) *
                   (double)s->dy[t * s->width + c];
    }
    return sum;
}

static double rmsnorm_loss(const double *x, const void *opaque)
{
    const struct setup *s = opaque;
    const double *weight = x + s->count;
    double sum = 0;
    for (int t = 0; t < s->batch->rows.tokens; t++) {
        const double *row = x + t * s->width;
        double square = 0;
        for (int c = 0; c < s->width; c++)
            square += row[c] * row[c] / s->width;
        for (int c = 0; c < s->width; c++)
            sum += row[c] / sqrt(square + 1e-6) * weight[c] * (double)s->dy[t * s->width + c];
    }
    return sum;
}

static void test_gradients(void **state)
{
    static const int length = 5;
    struct batch batch = batch_make(&length, 1, 0);
    struct setup s = {.batch = &batch, .width = 11, .count = 55};
    float *values = values_make(77, 5, 2.0f), *dy = values_make(55, 6, 1.0f);
    float y[55], mean[5], rstd[5], gradient[77] = {0};
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    s.dy = dy;
    ops->layernorm_forward(device, &batch.rows, 11, 1e-5f, values, values + 55, values + 66, y, mean, rstd);
    ops->layernorm_backward_weight(device, &batch.rows, 11, values, mean, rstd, dy, gradient + 55,
                                   gradient + 66);
    ops->layernorm_backward(device, &batch.rows, 11, values, values + 55, mean, rstd, dy, gradient);
    check_gradient(layernorm_loss, &s, values, 77, gradient, 1e-5, "layernorm");
    for (int i = 0; i < 77; i++)
        gradient[i] = 0;
    ops->rmsnorm_forward(device, &batch.rows, 11, 1e-6f, values, values + 55, y, rstd);
    ops->rmsnorm_backward_weight(device, &batch.rows, 11, values, rstd, dy, gradient + 55);
    ops->rmsnorm_backward(device, &batch.rows, 11, values, values + 55, rstd, dy, true, gradient);
    check_gradient(rmsnorm_loss, &s, values, 66, gradient, 1e-5, "rmsnorm");
    ops->close(device);
    both_free(values);
    both_free(dy);
    batch_free(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_gradients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
