/* Elementwise operations: bits, gradients, and what dropout promises. */
#include "support_check.h"

#include "base/memory.h"
#include "kernels/common/dropout_keep.h"
#include "kernels/common/elementary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct setup {
    const struct batch *batch;
    int width;
    size_t count;              /* storage rows * width */
    const float *a, *b, *wide; /* (rows, width) twice, (rows, 2 width) */
    struct dropout dropout;
};

static struct dropout dropout_of(float probability)
{
    struct dropout dropout = {
        .seed = 11, .stream = STREAM_DROPOUT, .draw = 5, .site = 2, .probability = probability};
    dropout.threshold = ft_dropout_threshold((double)probability);
    dropout.scale = (float)(1.0 / (1.0 - (double)probability));
    return dropout;
}

static void run(const struct ops *ops, struct device *device, const void *opaque, float *results)
{
    const struct setup *s = opaque;
    const struct rows *rows = &s->batch->rows;
    size_t n = s->count;
    ops->add(device, rows, s->width, s->a, s->b, results);
    ops->gelu_forward(device, rows, s->width, s->a, results + n);
    ops->gelu_backward(device, rows, s->width, s->a, s->b, results + 2 * n);
    ops->tanh_forward(device, rows, s->width, s->a, results + 3 * n);
    ops->tanh_backward(device, rows, s->width, s->a, s->b, results + 4 * n);
    ops->dropout(device, rows, s->width, &s->dropout, s->a, results + 5 * n);
    ops->swiglu_forward(device, rows, s->width, s->wide, results + 6 * n);
    ops->swiglu_backward(device, rows, s->width, s->wide, s->b, results + 7 * n);
    /* in place */
    ops->add(device, rows, s->width, results + 9 * n, s->b, results + 9 * n);
    ops->gelu_backward(device, rows, s->width, s->a, results + 10 * n, results + 10 * n);
    ops->dropout(device, rows, s->width, &s->dropout, results + 11 * n, results + 11 * n);
    ops->tanh_forward(device, rows, s->width, results + 12 * n, results + 12 * n);
    ops->relu_forward(device, rows, s->width, s->a, results + 13 * n);
    ops->relu_backward(device, rows, s->width, s->a, s->b, results + 14 * n);
    ops->relu_forward(device, rows, s->width, results + 15 * n, results + 15 * n);
    ops->relu_backward(device, rows, s->width, s->a, results + 16 * n, results + 16 * n);
}

static void check(const int *lengths, int samples, int stride, int width, float probability, float scale)
{
    struct batch batch = batch_make(lengths, samples, stride);
    struct setup s = {.batch = &batch, .width = width, .dropout = dropout_of(probability)};
    char what[128];
    s.count = (size_t)batch.rows.storage_rows * (size_t)width;
    float *a = values_make(s.count, 1, scale), *b = values_make(s.count, 2, 2.0f);
    float *wide = values_make(2 * s.count, 3, scale);
    values_spice(a, s.count, 4);
    values_spice(wide, 2 * s.count, 5);
    if (s.count > 40) {
        a[3] = wide[5] = NAN;
        a[17] = wide[18] = INFINITY;
        a[33] = wide[31] = -INFINITY;
    }
    s.a = a;
    s.b = b;
    s.wide = wide;
    snprintf(what, sizeof what, "elementwise, %d tokens of %d", batch.rows.tokens, width);
    check_against_oracle(run, &s, 17 * s.count, what);
    both_free(a);
    both_free(b);
    both_free(wide);
    batch_free(&batch);
}

static void test_bits(void **state)
{
    static const int one[] = {1}, several[] = {5, 0, 17, 2}, many[] = {130, 75}, none[] = {0, 0};
    (void)state;
    check(none, 2, 0, 8, 0.5f, 4.0f);
    check(one, 1, 0, 1, 0.5f, 4.0f);
    check(one, 1, 0, 33, 0.1f, 100.0f);
    check(several, 4, 0, 33, 0.1f, 6.0f);
    check(several, 4, 19, 31, 0.3f, 12.0f);
    check(several, 4, 20, 64, 0.0f, 2.0f);
    check(many, 2, 0, 130, 0.2f, 3.0f);
    check(many, 2, 0, 300, 0.2f, 30.0f);
}

/* The loss of each operation: the sum of its results, weighted with b. */
static double gelu_loss(const double *x, const void *opaque)
{
    const struct setup *s = opaque;
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += 0.5 * x[i] * (1 + erf(x[i] * M_SQRT1_2)) * (double)s->b[i];
    return sum;
}

static double tanh_loss(const double *x, const void *opaque)
{
    const struct setup *s = opaque;
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += tanh(x[i]) * (double)s->b[i];
    return sum;
}

static double relu_loss(const double *x, const void *opaque)
{
    const struct setup *s = opaque;
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += fmax(x[i], 0) * (double)s->b[i];
    return sum;
}

static double swiglu_loss(const double *x, const void *opaque)
{
    const struct setup *s = opaque;
    double sum = 0;
    for (int t = 0; t < s->batch->rows.tokens; t++) {
        const double *gate = x + 2 * t * s->width, *up = gate + s->width;
        for (int c = 0; c < s->width; c++)
            sum += gate[c] / (1 + exp(-gate[c])) * up[c] * (double)s->b[t * s->width + c];
    }
    return sum;
}

static void test_gradients(void **state)
{
    static const int length = 6;
    struct batch batch = batch_make(&length, 1, 0);
    struct setup s = {.batch = &batch, .width = 21, .count = 126};
    float *a = values_make(126, 6, 4.0f), *b = values_make(126, 7, 1.0f), *wide = values_make(252, 8, 4.0f);
    float y[126], gradient[252];
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    s.a = a;
    s.b = b;
    ops->gelu_backward(device, &batch.rows, 21, a, b, gradient);
    check_gradient(gelu_loss, &s, a, 126, gradient, 1e-6, "gelu");
    ops->tanh_forward(device, &batch.rows, 21, a, y);
    ops->tanh_backward(device, &batch.rows, 21, y, b, gradient);
    check_gradient(tanh_loss, &s, a, 126, gradient, 1e-6, "tanh");
    for (int i = 0; i < 126; i++)
        a[i] = a[i] == 0.0f ? 0.5f : a[i]; /* relu has no derivative at 0 */
    ops->relu_forward(device, &batch.rows, 21, a, y);
    ops->relu_backward(device, &batch.rows, 21, y, b, gradient);
    check_gradient(relu_loss, &s, a, 126, gradient, 1e-6, "relu");
    ops->swiglu_backward(device, &batch.rows, 21, wide, b, gradient);
    check_gradient(swiglu_loss, &s, wide, 252, gradient, 1e-6, "swiglu");
    ops->close(device);
    both_free(a);
    both_free(b);
    both_free(wide);
    batch_free(&batch);
}

/* What torch.relu (2.15) gave for these numbers, at every place of a vector and behind the last whole one. */
static void test_relu_at_its_corner(void **state)
{
    enum { WIDTH = 37, CASES = 8 };
    const float x[CASES] = {-0.0f, 0.0f, NAN, INFINITY, -INFINITY, 0x1p-140f, -0x1p-140f, -2.0f};
    const float y[CASES] = {-0.0f, 0.0f, NAN, INFINITY, 0.0f, 0x1p-140f, 0.0f, 0.0f};
    const float dx[CASES] = {0.0f, 0.0f, -3.0f, -3.0f, 0.0f, -3.0f, 0.0f, 0.0f};
    static const int length = 1;
    struct batch batch = batch_make(&length, 1, 0);
    float *in = both_make(3 * WIDTH, sizeof *in), *out = in + WIDTH, *gradient = out + WIDTH;
    (void)state;
    for (const struct ops *const *table = ops_list; *table != NULL; table++) {
        struct device_options options = {.threads = 1};
        struct device *device = NULL;
        if (!(*table)->usable() || (*table)->overrides[0] != '\0') continue;
        assert_int_equal((*table)->open(&options, &device, NULL), STATUS_OK);
        for (int c = 0; c < CASES; c++) {
            for (int i = 0; i < WIDTH; i++) {
                in[i] = x[c];
                gradient[i] = -3.0f;
            }
            (*table)->relu_forward(device, &batch.rows, WIDTH, in, out);
            (*table)->relu_backward(device, &batch.rows, WIDTH, out, gradient, gradient);
            assert_int_equal((*table)->synchronize(device, NULL), STATUS_OK);
            for (int i = 0; i < WIDTH; i++) {
                assert_true(isnan(y[c]) ? isnan(out[i]) : ft_bits(out[i]) == ft_bits(y[c]));
                assert_int_equal(ft_bits(gradient[i]), ft_bits(dx[c]));
            }
        }
        (*table)->close(device);
    }
    both_free(in);
    batch_free(&batch);
}

static void test_dropout_rate_and_scale(void **state)
{
    static const int lengths[] = {100, 100};
    struct batch batch = batch_make(lengths, 2, 0);
    float *ones = memory_aligned(200 * 64, sizeof *ones), *y = memory_aligned(200 * 64, sizeof *y);
    struct dropout dropout = dropout_of(0.1f);
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    int dropped = 0;
    (void)state;
    for (int i = 0; i < 200 * 64; i++)
        ones[i] = 1.0f;
    ops->dropout(device, &batch.rows, 64, &dropout, ones, y);
    for (int i = 0; i < 200 * 64; i++) {
        assert_true(y[i] == 0.0f || y[i] == dropout.scale);
        dropped += y[i] == 0.0f;
    }
    assert_in_range(dropped, 1280 - 140, 1280 + 140); /* 12800 draws at 0.1: standard deviation 34 */
    /* samples and draws differ; the same call does not */
    assert_memory_not_equal(y, y + 100 * 64, 100 * 64 * sizeof *y);
    ops->dropout(device, &batch.rows, 64, &dropout, ones, ones);
    assert_memory_equal(y, ones, 200 * 64 * sizeof *y);
    dropout.draw++;
    for (int i = 0; i < 200 * 64; i++)
        ones[i] = 1.0f;
    ops->dropout(device, &batch.rows, 64, &dropout, ones, ones);
    assert_memory_not_equal(y, ones, 200 * 64 * sizeof *y);
    ops->close(device);
    memory_free(ones);
    memory_free(y);
    batch_free(&batch);
}

/* A token's mask depends on its sample and position, not on where it lies or what lies around it. */
static void test_dropout_does_not_depend_on_layout(void **state)
{
    static const int lengths[] = {9, 13, 4};
    struct batch packed = batch_make(lengths, 3, 0), padded = batch_make(lengths, 3, 16),
                 last = batch_make(lengths + 2, 1, 0);
    float x[48 * 35], in_packed[48 * 35], in_padded[48 * 35], in_last[4 * 35];
    struct dropout dropout = dropout_of(0.4f);
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    for (int i = 0; i < 48 * 35; i++)
        x[i] = 1.0f;
    for (int t = 0; t < 4; t++)
        last.sample[t] = packed.sample[22 + t];
    ops->dropout(device, &packed.rows, 35, &dropout, x, in_packed);
    ops->dropout(device, &padded.rows, 35, &dropout, x, in_padded);
    ops->dropout(device, &last.rows, 35, &dropout, x, in_last);
    for (int t = 0; t < 26; t++)
        assert_memory_equal(in_packed + t * 35, in_padded + padded.row[t] * 35, 35 * sizeof *x);
    assert_memory_equal(in_packed + 22 * 35, in_last, sizeof in_last);
    ops->close(device);
    batch_free(&packed);
    batch_free(&padded);
    batch_free(&last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_gradients),
        cmocka_unit_test(test_relu_at_its_corner),
        cmocka_unit_test(test_dropout_rate_and_scale),
        cmocka_unit_test(test_dropout_does_not_depend_on_layout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
