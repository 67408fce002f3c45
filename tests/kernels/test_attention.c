/* Attention: bits against the oracle (grouped heads, causal, dropout, padded rows, strided operands),
 * gradients, independence from what else is in the batch. */
#include "support_check.h"

#include "base/memory.h"
#include "kernels/common/dropout_keep.h"
#include "kernels/common/philox.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct setup {
    const struct batch *batch;
    struct attention attention;
    const float *q, *k, *v, *dout;
    size_t q_count, kv_count, o_count, matrix_count;
};

static void run(const struct ops *ops, struct device *device, const void *opaque, float *results)
{
    const struct setup *s = opaque;
    float *out = results, *p = out + s->o_count, *dq = p + s->matrix_count, *dk = dq + s->q_count;
    float *dv = dk + s->kv_count;
    float *scratch = values_make(s->matrix_count, 99, 1.0f);
    ops->attention_forward(device, &s->batch->rows, &s->attention, s->q, s->k, s->v, p, out);
    ops->attention_backward(device, &s->batch->rows, &s->attention, s->q, s->k, s->v, p, s->dout, scratch, dq,
                            dk, dv);
    both_free(scratch);
}

struct shape {
    int heads, kv_heads, head_dim;
    bool causal;
    float dropout;
    int max_length;
};

static struct attention attention_of(const struct shape *shape)
{
    struct attention a = {.heads = shape->heads,
                          .kv_heads = shape->kv_heads,
                          .head_dim = shape->head_dim,
                          .causal = shape->causal,
                          .scale = (float)(1.0 / sqrt((double)shape->head_dim)),
                          .max_length = shape->max_length,
                          .ldq = shape->heads * shape->head_dim + 5,
                          .ldkv = shape->kv_heads * shape->head_dim + 3,
                          .ldo = shape->heads * shape->head_dim + 1};
    a.dropout.seed = 7;
    a.dropout.stream = STREAM_DROPOUT;
    a.dropout.draw = 12;
    a.dropout.site = 3;
    a.dropout.probability = shape->dropout;
    a.dropout.threshold = ft_dropout_threshold((double)shape->dropout);
    a.dropout.scale = (float)(1.0 / (1.0 - (double)shape->dropout));
    return a;
}

static void check(const int *lengths, int samples, int stride, const struct shape *shape)
{
    struct batch batch = batch_make(lengths, samples, stride);
    struct setup s = {.batch = &batch, .attention = attention_of(shape)};
    size_t storage = (size_t)batch.rows.storage_rows;
    s.q_count = storage * (size_t)s.attention.ldq;
    s.kv_count = storage * (size_t)s.attention.ldkv;
    s.o_count = storage * (size_t)s.attention.ldo;
    s.matrix_count = (size_t)(shape->heads * batch.rows.square[samples]);
    float *q = values_make(s.q_count, 1, 2.0f), *k = values_make(s.kv_count, 2, 2.0f);
    float *v = values_make(s.kv_count, 3, 1.0f), *dout = values_make(s.o_count, 4, 1.0f);
    s.q = q;
    s.k = k;
    s.v = v;
    s.dout = dout;
    char what[160];
    snprintf(what, sizeof what, "attention, %d heads on %d of %d, %s, dropout %g, %d tokens", shape->heads,
             shape->kv_heads, shape->head_dim, shape->causal ? "causal" : "full", (double)shape->dropout,
             batch.rows.tokens);
    check_products_against_oracle(run, &s, s.o_count + s.matrix_count + s.q_count + 2 * s.kv_count, what);
    both_free(q);
    both_free(k);
    both_free(v);
    both_free(dout);
    batch_free(&batch);
}

static void test_bits(void **state)
{
    static const struct shape shapes[] = {
        {1, 1, 1, false, 0.0f, 64}, {2, 2, 16, false, 0.1f, 64}, {3, 3, 33, true, 0.0f, 61},
        {4, 2, 16, true, 0.2f, 63}, {6, 2, 8, false, 0.0f, 64},  {2, 1, 40, true, 0.5f, 70},
    };
    static const int several[] = {1, 33, 0, 7, 18}, one[] = {1};
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        check(several, 5, 0, &shapes[i]);
        check(several, 5, 35, &shapes[i]);
        check(one, 1, 0, &shapes[i]);
    }
}

/* More keys than one block. */
static void test_bits_of_long_samples(void **state)
{
    static const struct shape shapes[] = {
        {1, 1, 8, false, 0.1f, 600}, {1, 1, 8, true, 0.1f, 600}, {1, 1, 4, true, 0.0f, 555}};
    static const int lengths[] = {555};
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check(lengths, 1, 0, &shapes[i]);
}

/* So many heads that a GPU takes its largest tiles in all products (kernels/cuda/attention.cu), with
 * dropout's elements off the multiples of 4. */
static void test_bits_of_many_heads(void **state)
{
    static const struct shape shape = {16, 16, 33, true, 0.1f, 71};
    static const int lengths[] = {70, 65, 66};
    (void)state;
    check(lengths, 3, 0, &shape);
}

/* Values: 3 tokens, one head of one dimension, q = k = 0: probabilities are even, out is the mean of v. */
static void test_even_attention_averages(void **state)
{
    static const int length = 3;
    struct batch batch = batch_make(&length, 1, 0);
    struct attention a = {
        .heads = 1, .kv_heads = 1, .head_dim = 1, .scale = 1, .max_length = 3, .ldq = 1, .ldkv = 1, .ldo = 1};
    const float zero[3] = {0}, v[3] = {1, 2, 6};
    float p[9], out[3];
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    ops->attention_forward(device, &batch.rows, &a, zero, zero, v, p, out);
    assert_float_equal(p[4], 1.0f / 3.0f, 0);
    assert_float_equal(out[0], 3.0f, 1e-6f);
    a.causal = true;
    ops->attention_forward(device, &batch.rows, &a, zero, zero, v, p, out);
    assert_float_equal(out[0], 1.0f, 0);
    assert_float_equal(out[1], 1.5f, 0);
    assert_float_equal(out[2], 3.0f, 1e-6f);
    ops->close(device);
    batch_free(&batch);
}

/* The sample in the middle of a batch has the bits it has alone. */
static void test_sample_does_not_depend_on_its_neighbours(void **state)
{
    static const int lengths[] = {4, 21, 9};
    const struct shape shape = {2, 1, 8, true, 0.3f, 40};
    struct batch many = batch_make(lengths, 3, 0), alone = batch_make(lengths + 1, 1, 0);
    struct attention a = attention_of(&shape);
    float *q = values_make(34 * (size_t)a.ldq, 1, 2.0f), *k = values_make(34 * (size_t)a.ldkv, 2, 2.0f);
    float *v = values_make(34 * (size_t)a.ldkv, 3, 1.0f);
    float *p = memory_aligned(2 * 34 * 34, sizeof *p);
    float *out = memory_aligned(34 * (size_t)a.ldo, sizeof *out),
          *out_alone = memory_aligned(21 * (size_t)a.ldo, sizeof *out);
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    for (int t = 0; t < 21; t++)
        alone.sample[t] = many.sample[4 + t];
    ops->attention_forward(device, &many.rows, &a, q, k, v, p, out);
    ops->attention_forward(device, &alone.rows, &a, q + 4 * a.ldq, k + 4 * a.ldkv, v + 4 * a.ldkv, p,
                           out_alone);
    assert_same_values(out_alone, out + 4 * a.ldo, 21 * (size_t)a.ldo, "a sample alone and among others");
    ops->close(device);
    both_free(q);
    both_free(k);
    both_free(v);
    memory_free(p);
    memory_free(out);
    memory_free(out_alone);
    batch_free(&many);
    batch_free(&alone);
}

/* The loss sum(out dout) in binary64; q, k and v follow one another in x. */
static double loss(const double *x, const void *opaque)
{
    const struct setup *s = opaque;
    const struct attention *a = &s->attention;
    const struct rows *rows = &s->batch->rows;
    const double *q = x, *k = x + s->q_count, *v = k + s->kv_count;
    double sum = 0, p[64];
    for (int b = 0; b < rows->samples; b++) {
        int first = rows->first[b], n = rows->first[b + 1] - first;
        for (int h = 0; h < a->heads; h++) {
            int group = h / (a->heads / a->kv_heads) * a->head_dim;
            for (int i = 0; i < n; i++) {
                int keys = a->causal ? i + 1 : n;
                double total = 0;
                for (int j = 0; j < keys; j++) {
                    double score = 0;
                    for (int d = 0; d < a->head_dim; d++)
                        score += q[(first + i) * a->ldq + h * a->head_dim + d] *
                                 k[(first + j) * a->ldkv + group + d];
                    p[j] = exp(score * (double)a->scale);
                    total += p[j];
                }
                for (int j = 0; j < keys; j++) {
                    uint64_t length = (uint64_t)a->max_length;
                    uint64_t element = ((uint64_t)h * length + (uint64_t)i) * length + (uint64_t)j;
                    const struct dropout *drop = &a->dropout;
                    uint32_t word = ft_dropout_word(drop->seed, drop->stream, drop->draw, drop->site,
                                                    (uint32_t)rows->sample[first], element);
                    double kept = word >= drop->threshold ? (double)drop->scale : 0.0;
                    for (int d = 0; d < a->head_dim; d++)
                        sum += p[j] / total * kept * v[(first + j) * a->ldkv + group + d] *
                               (double)s->dout[(first + i) * a->ldo + h * a->head_dim + d];
                }
            }
        }
    }
    return sum;
}

static void test_gradient(void **state)
{
    static const int lengths[] = {6, 3};
    static const struct shape shapes[] = {{4, 2, 3, true, 0.25f, 10}, {2, 2, 5, false, 0.0f, 10}};
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct batch batch = batch_make(lengths, 2, 0);
        struct setup s = {.batch = &batch, .attention = attention_of(&shapes[i])};
        s.q_count = 9 * (size_t)s.attention.ldq;
        s.kv_count = 9 * (size_t)s.attention.ldkv;
        s.o_count = 9 * (size_t)s.attention.ldo;
        s.matrix_count = (size_t)(shapes[i].heads * batch.rows.square[2]);
        size_t inputs = s.q_count + 2 * s.kv_count;
        float *x = values_make(inputs, 21, 1.0f), *dout = values_make(s.o_count, 22, 1.0f);
        float *results = memory_aligned(s.o_count + s.matrix_count + inputs, sizeof *results);
        struct device *device = NULL;
        const struct ops *ops = check_open(&device);
        s.q = x;
        s.k = x + s.q_count;
        s.v = s.k + s.kv_count;
        s.dout = dout;
        run(ops, device, &s, results);
        check_gradient(loss, &s, x, inputs, results + s.o_count + s.matrix_count, 1e-5, "attention");
        ops->close(device);
        both_free(x);
        both_free(dout);
        memory_free(results);
        batch_free(&batch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_bits_of_long_samples),
        cmocka_unit_test(test_bits_of_many_heads),
        cmocka_unit_test(test_even_attention_averages),
        cmocka_unit_test(test_sample_does_not_depend_on_its_neighbours),
        cmocka_unit_test(test_gradient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
