#include "support_check.h"

#include "support_oracle.h"

#include "base/memory.h"
#include "kernels/common/elementary.h"
#include "kernels/common/philox.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct batch batch_make(const int *lengths, int samples, int stride)
{
    struct batch batch = {.rows = {.samples = samples, .contiguous = stride == 0}};
    int tokens = 0;
    for (int b = 0; b < samples; b++)
        tokens += lengths[b];
    size_t count = (size_t)tokens + 1;
    batch.first = memory_zeroed((size_t)samples + 1, sizeof(int32_t));
    batch.start = memory_zeroed((size_t)samples + 1, sizeof(int32_t));
    batch.square = memory_zeroed((size_t)samples + 1, sizeof(int64_t));
    batch.row = memory_zeroed(count, sizeof(int32_t));
    batch.sample = memory_zeroed(count, sizeof(int32_t));
    batch.position = memory_zeroed(count, sizeof(int32_t));
    int token = 0;
    for (int b = 0; b < samples; b++) {
        batch.first[b] = token;
        batch.start[b] = stride == 0 ? token : b * stride;
        batch.square[b + 1] = batch.square[b] + (int64_t)lengths[b] * lengths[b];
        for (int i = 0; i < lengths[b]; i++, token++) {
            batch.row[token] = batch.start[b] + i;
            batch.sample[token] = b + 3; /* as in a later micro-batch */
            batch.position[token] = i;
        }
    }
    batch.first[samples] = token;
    batch.rows.tokens = token;
    batch.rows.storage_rows = stride == 0 ? token : samples * stride;
    batch.rows.first = batch.first;
    batch.rows.start = batch.start;
    batch.rows.square = batch.square;
    batch.rows.device_first = batch.first;
    batch.rows.device_start = batch.start;
    batch.rows.device_square = batch.square;
    batch.rows.row = batch.row;
    batch.rows.sample = batch.sample;
    batch.rows.position = batch.position;
    return batch;
}

void batch_free(struct batch *batch)
{
    memory_free(batch->first);
    memory_free(batch->start);
    memory_free(batch->square);
    memory_free(batch->row);
    memory_free(batch->sample);
    memory_free(batch->position);
}

float *values_make(size_t count, uint32_t seed, float scale)
{
    float *values = memory_aligned(count + 1, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        struct philox4 words = philox4x32_10(seed, STREAM_DATA, (uint32_t)i, 0, 0, 0);
        float unit = (float)(int32_t)words.word[0] * 0x1p-31f;
        values[i] = words.word[1] % 32 == 0 ? 0.0f : unit * scale;
    }
    return values;
}

void values_spice(float *values, size_t count, uint32_t seed)
{
    static const float odd[] = {0x1p-149f, -0x1.234p-130f, -0.0f, 0x1.8p-75f, -0x1p-126f, 0x1.fffffep+20f};
    for (size_t i = 0; i < count; i++) {
        struct philox4 words = philox4x32_10(seed, STREAM_DATA, (uint32_t)i, 1, 0, 0);
        if (words.word[0] % 7 == 0) values[i] = odd[words.word[1] % (sizeof odd / sizeof *odd)];
    }
}

static uint32_t canonical(float value)
{
    if (isnan(value)) return 0x7fc00000u;
    return value == 0.0f ? 0u : ft_bits(value);
}

void assert_same_values(const float *expected, const float *got, size_t count, const char *what)
{
    for (size_t i = 0; i < count; i++) {
        if (canonical(expected[i]) != canonical(got[i]))
            fail_msg("%s: element %zu of %zu is %a, not %a", what, i, count, (double)got[i],
                     (double)expected[i]);
    }
}

void check_against_oracle(check_run *run, const void *setup, size_t results, const char *what)
{
    float *before = values_make(results, 4711, 1.0f);
    float *expected = memory_aligned(results + 1, sizeof *expected);
    float *got = memory_aligned(results + 1, sizeof *got);
    memcpy(expected, before, results * sizeof *expected);
    run(&oracle_ops, NULL, setup, expected);
    for (const struct ops *const *table = ops_list; *table != NULL; table++) {
        const struct ops *ops = *table;
        if (!ops->usable() || strcmp(ops->name, "cpu") != 0) continue;
        for (int threads = 1; threads <= 3; threads++) {
            struct device_options options = {.threads = threads};
            struct device *device = NULL;
            struct error error;
            char label[256];
            assert_int_equal(ops->open(&options, &device, &error), STATUS_OK);
            memcpy(got, before, results * sizeof *got);
            run(ops, device, setup, got);
            assert_int_equal(ops->synchronize(device, &error), STATUS_OK);
            ops->close(device);
            snprintf(label, sizeof label, "%s, %s/%s, %d threads", what, ops->name, ops->isa, threads);
            assert_same_values(expected, got, results, label);
        }
    }
    memory_free(before);
    memory_free(expected);
    memory_free(got);
}

void check_gradient(check_loss *loss, const void *setup, const float *x, size_t count, const float *gradient,
                    double tolerance, const char *what)
{
    double *at = memory_zeroed(count, sizeof *at), *difference = memory_zeroed(count, sizeof *difference);
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        at[i] = (double)x[i];
    for (size_t i = 0; i < count; i++) {
        double h = 1e-5, middle = at[i];
        at[i] = middle + h;
        double above = loss(at, setup);
        at[i] = middle - h;
        double below = loss(at, setup);
        at[i] = middle;
        difference[i] = (above - below) / (2 * h);
        if (fabs(difference[i]) > largest) largest = fabs(difference[i]);
    }
    assert_true(largest > 0);
    for (size_t i = 0; i < count; i++) {
        if (!(fabs(difference[i] - (double)gradient[i]) <= tolerance * largest))
            fail_msg("%s: gradient %zu of %zu is %g, central difference %g", what, i, count,
                     (double)gradient[i], difference[i]);
    }
    memory_free(at);
    memory_free(difference);
}

const struct ops *check_open(struct device **device)
{
    const struct ops *ops = NULL;
    struct device_options options = {.threads = 1};
    struct error error;
    assert_int_equal(ops_find("cpu", "auto", &ops, &error), STATUS_OK);
    assert_int_equal(ops->open(&options, device, &error), STATUS_OK);
    return ops;
}
