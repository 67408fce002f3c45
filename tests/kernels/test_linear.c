/* Linear layers: the bits of one fma chain an element on every instruction set and number of threads, and
 * gradients. */
#include "support_check.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct setup {
    const struct batch *batch;
    int in, out;
    bool with_bias, accumulate;
    const float *x, *w, *bias, *dy;
    size_t x_count, y_count, w_count;
};

static void run(const struct ops *ops, struct device *device, const void *opaque, float *results)
{
    const struct setup *s = opaque;
    const struct rows *rows = &s->batch->rows;
    float *y = results, *dx = y + s->y_count, *dw = dx + s->x_count, *dbias = dw + s->w_count;
    ops->linear_forward(device, rows, s->in, s->out, s->x, s->w, s->with_bias ? s->bias : NULL, y);
    ops->linear_backward_input(device, rows, s->in, s->out, s->dy, s->w, s->accumulate, dx);
    ops->linear_backward_weight(device, rows, s->in, s->out, s->dy, s->x, dw, s->with_bias ? dbias : NULL);
}

static void check(const int *lengths, int samples, int stride, int in, int out, bool odd_values)
{
    struct batch batch = batch_make(lengths, samples, stride);
    size_t storage = (size_t)batch.rows.storage_rows;
    struct setup s = {.batch = &batch,
                      .in = in,
                      .out = out,
                      .with_bias = in % 2 == 0,
                      .accumulate = out % 2 == 0,
                      .x_count = storage * (size_t)in,
                      .y_count = storage * (size_t)out,
                      .w_count = (size_t)in * (size_t)out};
    float *x = values_make(s.x_count, 1, 1.0f), *w = values_make(s.w_count, 2, 0.5f);
    float *bias = values_make((size_t)out, 3, 1.0f), *dy = values_make(s.y_count, 4, 1.0f);
    char what[128];
    if (odd_values) {
        values_spice(x, s.x_count, 5);
        values_spice(w, s.w_count, 6);
        values_spice(dy, s.y_count, 7);
    }
    s.x = x;
    s.w = w;
    s.bias = bias;
    s.dy = dy;
    snprintf(what, sizeof what, "linear %d -> %d, %d tokens", in, out, batch.rows.tokens);
    check_products_against_oracle(run, &s, s.y_count + s.x_count + s.w_count + (size_t)out, what);
    both_free(x);
    both_free(w);
    both_free(bias);
    both_free(dy);
    batch_free(&batch);
}

static void test_bits(void **state)
{
    static const int sizes[][3] = {{1, 1, 1},    {1, 2, 3},     {2, 33, 1},   {13, 16, 16},
                                   {14, 17, 32}, {15, 31, 33},  {29, 48, 2},  {57, 64, 7},
                                   {43, 65, 49}, {100, 20, 70}, {7, 129, 130}};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        check(&sizes[i][0], 1, 0, sizes[i][1], sizes[i][2], i % 2 == 1);
}

/* Deeper than one block of k, more rows than one block of rows, enough work to be shared among threads. */
static void test_bits_of_blocked_products(void **state)
{
    static const int deep = 9, tall = 523, shared = 211;
    (void)state;
    check(&deep, 1, 0, 802, 21, true); /* with a bias, added once, after the last block */
    check(&deep, 1, 0, 21, 801, false);
    check(&tall, 1, 0, 24, 18, false);
    check(&shared, 1, 0, 130, 70, false);
}

/* So many outputs that a GPU takes its largest tiles (kernels/cuda/product.cuh): of the outputs, of the
 * input's gradient, of the weights'; and its middle ones. */
static void test_bits_of_large_tiles(void **state)
{
    static const int large = 65, middle = 33, depth = 9, wide = 95 * 128 + 4;
    (void)state;
    check(&large, 1, 0, depth, wide, false);
    check(&large, 1, 0, wide, depth, true);
    check(&depth, 1, 0, large, wide, false);
    check(&middle, 1, 0, middle, 95 * 64 + 1, false);
}

static void test_bits_of_padded_rows(void **state)
{
    static const int lengths[] = {5, 1, 0, 17, 3};
    (void)state;
    check(lengths, 5, 19, 33, 18, true);
    check(lengths, 5, 17, 16, 35, false);
}

static double loss(const double *x, const void *opaque)
{
    const struct setup *s = opaque;
    double sum = 0;
    const double *w = x + s->x_count, *bias = w + s->w_count;
    for (int t = 0; t < s->batch->rows.tokens; t++) {
        for (int o = 0; o < s->out; o++) {
            double y = bias[o];
            for (int i = 0; i < s->in; i++)
                y += x[t * s->in + i] * w[o * s->in + i];
            sum += y * (double)s->dy[t * s->out + o];
        }
    }
    return sum;
}

static void test_gradient(void **state)
{
    static const int tokens = 7;
    struct batch batch = batch_make(&tokens, 1, 0);
    struct setup s = {.batch = &batch, .in = 9, .out = 5, .x_count = 63, .y_count = 35, .w_count = 45};
    size_t count = s.x_count + s.w_count + 5;
    float *values = values_make(count, 8, 1.0f), *dy = values_make(s.y_count, 9, 1.0f);
    float *gradient = memory_aligned(count, sizeof *gradient);
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    s.dy = dy;
    ops->linear_backward_input(device, &batch.rows, 9, 5, dy, values + s.x_count, false, gradient);
    ops->linear_backward_weight(device, &batch.rows, 9, 5, dy, values, gradient + s.x_count,
                                gradient + s.x_count + s.w_count);
    check_gradient(loss, &s, values, count, gradient, 1e-5, "linear");
    ops->close(device);
    both_free(values);
    both_free(dy);
    memory_free(gradient);
    batch_free(&batch);
}

/* The chain goes on: two micro-batches give the bits of one. */
static void test_weight_gradient_continues_over_micro_batches(void **state)
{
    static const int whole = 23, first = 9, second = 14;
    struct batch batch = batch_make(&whole, 1, 0), a = batch_make(&first, 1, 0),
                 b = batch_make(&second, 1, 0);
    float *x = values_make(23 * 11, 10, 1.0f), *dy = values_make(23 * 6, 11, 1.0f);
    float at_once[72] = {0}, in_two[72] = {0};
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    ops->linear_backward_weight(device, &batch.rows, 11, 6, dy, x, at_once, at_once + 66);
    ops->linear_backward_weight(device, &a.rows, 11, 6, dy, x, in_two, in_two + 66);
    ops->linear_backward_weight(device, &b.rows, 11, 6, dy + 9 * 6, x + 9 * 11, in_two, in_two + 66);
    assert_same_values(at_once, in_two, 72, "weight gradient in two micro-batches");
    ops->close(device);
    both_free(x);
    both_free(dy);
    batch_free(&batch);
    batch_free(&a);
    batch_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_bits_of_blocked_products),
        cmocka_unit_test(test_bits_of_large_tiles),
        cmocka_unit_test(test_bits_of_padded_rows),
        cmocka_unit_test(test_gradient),
        cmocka_unit_test(test_weight_gradient_continues_over_micro_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
