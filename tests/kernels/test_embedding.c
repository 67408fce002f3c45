/* Embeddings, rotary positions and pooling: bits, gradients, values. */
#include "support_check.h"

#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ENTRIES 7 /* of the word table */

struct setup {
    const struct batch *batch;
    int width;
    size_t count; /* storage rows * width */
    const float *word, *type, *position, *dy;
    const int32_t *ids, *type_ids, *pooled_token;
    struct buckets buckets;
};

static void run(const struct ops *ops, struct device *device, const void *opaque, float *results)
{
    const struct setup *s = opaque;
    const struct rows *rows = &s->batch->rows;
    size_t n = s->count;
    float *dtable = results + 5 * n;
    ops->embedding_forward(device, rows, s->width, s->word, s->ids, s->type, s->type_ids, s->position, 2,
                           results);
    ops->embedding_forward(device, rows, s->width, s->word, s->ids, NULL, NULL, NULL, 0, results + n);
    ops->embedding_forward(device, rows, s->width, s->word, s->ids, NULL, NULL, s->position, 0,
                           results + 2 * n);
    ops->embedding_forward(device, rows, s->width, NULL, NULL, s->type, s->type_ids, NULL, 0,
                           results + 3 * n);
    ops->embedding_backward(device, rows, s->width, &s->buckets, s->dy, dtable);
    float *pooled = dtable + ENTRIES * s->width;
    ops->gather(device, rows, s->width, s->pooled_token, s->dy, pooled);
    ops->scatter(device, rows, s->width, s->pooled_token, pooled, results + 4 * n);
}

struct index_arrays {
    int32_t ids[256], type_ids[256], pooled_token[8];
    int32_t id[ENTRIES], begin[ENTRIES + 1], token[256]; /* buckets */
};

/* Buckets of the ids, made the slow way. */
static struct buckets bucket(int tokens, struct index_arrays *arrays)
{
    int count = 0, placed = 0;
    for (int32_t id = 0; id < ENTRIES; id++) {
        int before = placed;
        for (int t = 0; t < tokens; t++) {
            if (arrays->ids[t] == id) arrays->token[placed++] = t;
        }
        if (placed == before) continue;
        arrays->id[count] = id;
        arrays->begin[count++] = before;
    }
    arrays->begin[count] = placed;
    return (struct buckets){count, arrays->id, arrays->begin, arrays->token};
}

static void check(const int *lengths, int samples, int stride, int width)
{
    struct batch batch = batch_make(lengths, samples, stride);
    struct index_arrays *arrays = both_make(1, sizeof *arrays);
    struct setup s = {.batch = &batch,
                      .width = width,
                      .ids = arrays->ids,
                      .type_ids = arrays->type_ids,
                      .pooled_token = arrays->pooled_token};
    char what[128];
    for (int t = 0; t < batch.rows.tokens; t++) {
        arrays->ids[t] = t * t % ENTRIES;
        arrays->type_ids[t] = t % 2;
    }
    for (int b = 0; b < samples; b++)
        arrays->pooled_token[b] = batch.first[b] + (lengths[b] - 1) / 2;
    s.buckets = bucket(batch.rows.tokens, arrays);
    s.count = (size_t)batch.rows.storage_rows * (size_t)width;
    float *word = values_make(ENTRIES * (size_t)width, 1, 1.0f),
          *type = values_make(2 * (size_t)width, 2, 1.0f);
    float *position = values_make(256 * (size_t)width, 3, 1.0f), *dy = values_make(s.count, 4, 1.0f);
    s.word = word;
    s.type = type;
    s.position = position;
    s.dy = dy;
    snprintf(what, sizeof what, "embeddings and pooling, %d tokens of %d", batch.rows.tokens, width);
    check_against_oracle(run, &s, 5 * s.count + (size_t)((ENTRIES + samples) * width), what);
    both_free(word);
    both_free(type);
    both_free(position);
    both_free(dy);
    both_free(arrays);
    batch_free(&batch);
}

static void test_bits(void **state)
{
    static const int one[] = {1}, several[] = {5, 17, 2}, many[] = {120, 100};
    (void)state;
    check(one, 1, 0, 1);
    check(several, 3, 0, 33);
    check(several, 3, 19, 33);
    check(several, 3, 19, 64);
    check(many, 2, 0, 300);
}

/* A row used twice gets the sum of both gradients; one not used keeps its value. */
static void test_backward_values(void **state)
{
    static const int length = 3;
    static const int32_t id[] = {1, 4}, begin[] = {0, 2, 3}, token[] = {0, 2, 1};
    static const float dy[] = {1, 2, 10, 20, 100, 200};
    static const struct buckets buckets = {2, id, begin, token};
    struct batch batch = batch_make(&length, 1, 0);
    float dtable[10] = {0, 0, 1000, 0, 5, 6, 0, 0, 0, 0};
    static const float expected[10] = {0, 0, 1101, 202, 5, 6, 0, 0, 10, 20};
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    ops->embedding_backward(device, &batch.rows, 2, &buckets, dy, dtable);
    assert_same_values(expected, dtable, 10, "embedding gradient");
    ops->close(device);
    batch_free(&batch);
}

struct rope_setup {
    const struct batch *batch;
    int heads, head_dim, ldx;
    const float *cos, *sin;
    const float *dy;
};

static void run_rope(const struct ops *ops, struct device *device, const void *opaque, float *results)
{
    const struct rope_setup *s = opaque;
    size_t n = (size_t)s->batch->rows.storage_rows * (size_t)s->ldx;
    ops->rope(device, &s->batch->rows, s->heads, s->head_dim, s->ldx, s->cos, s->sin, false, results);
    ops->rope(device, &s->batch->rows, s->heads, s->head_dim, s->ldx, s->cos, s->sin, true, results + n);
}

static void test_rope_bits(void **state)
{
    static const int lengths[] = {7, 40, 1};
    static const int shapes[][3] = {{1, 2, 2}, {3, 6, 23}, {2, 64, 200}};
    (void)state;
    for (int i = 0; i < 6; i++) {
        struct batch batch = batch_make(lengths, 3, i % 2 == 0 ? 0 : 41);
        const int *shape = shapes[i / 2];
        float *cosines = values_make(40 * 32, 1, 1.0f), *sines = values_make(40 * 32, 2, 1.0f);
        struct rope_setup s = {&batch, shape[0], shape[1], shape[2], cosines, sines, NULL};
        size_t n = (size_t)batch.rows.storage_rows * (size_t)s.ldx;
        check_against_oracle(run_rope, &s, 2 * n, "rope");
        both_free(cosines);
        both_free(sines);
        batch_free(&batch);
    }
}

static double rope_loss(const double *x, const void *opaque)
{
    const struct rope_setup *s = opaque;
    int half = s->head_dim / 2;
    double sum = 0;
    for (int t = 0; t < s->batch->rows.tokens; t++) {
        for (int h = 0; h < s->heads; h++) {
            for (int i = 0; i < half; i++) {
                int at = t * s->ldx + h * s->head_dim + i;
                double c = (double)s->cos[t * half + i], d = (double)s->sin[t * half + i];
                sum += (x[at] * c - x[at + half] * d) * (double)s->dy[at];
                sum += (x[at + half] * c + x[at] * d) * (double)s->dy[at + half];
            }
        }
    }
    return sum;
}

/* The inverse is the gradient, and for true angles undoes the rotation. */
static void test_rope_gradient_and_inverse(void **state)
{
    static const int length = 4;
    struct batch batch = batch_make(&length, 1, 0);
    float *x = values_make(4 * 12, 3, 1.0f), *dy = values_make(4 * 12, 4, 1.0f), cosines[12], sines[12],
          turned[48];
    struct rope_setup s = {&batch, 2, 6, 12, cosines, sines, dy};
    struct device *device = NULL;
    const struct ops *ops = check_open(&device);
    (void)state;
    for (int i = 0; i < 12; i++) {
        cosines[i] = (float)cos(0.3 * i);
        sines[i] = (float)sin(0.3 * i);
    }
    for (int i = 0; i < 48; i++)
        turned[i] = dy[i];
    ops->rope(device, &batch.rows, 2, 6, 12, cosines, sines, true, turned);
    check_gradient(rope_loss, &s, x, 48, turned, 1e-6, "rope");
    ops->rope(device, &batch.rows, 2, 6, 12, cosines, sines, false, turned);
    for (int i = 0; i < 48; i++)
        assert_float_equal(turned[i], dy[i], 1e-6f);
    ops->close(device);
    both_free(x);
    both_free(dy);
    batch_free(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_backward_values),
        cmocka_unit_test(test_rope_bits),
        cmocka_unit_test(test_rope_gradient_and_inverse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
