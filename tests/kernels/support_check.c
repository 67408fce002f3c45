#include "support_check.h"

#include "support_oracle.h"

#include "base/memory.h"
#include "kernels/common/elementary.h"
#include "kernels/common/philox.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct batch batch_make(const int *lengths, int samples, int stride)
{
    struct batch batch = {.rows = {.samples = samples, .contiguous = stride == 0}};
    int tokens = 0;
    for (int b = 0; b < samples; b++)
        tokens += lengths[b];
    size_t count = (size_t)tokens + 1;
    batch.first = host_make((size_t)samples + 1, sizeof(int32_t));
    batch.start = host_make((size_t)samples + 1, sizeof(int32_t));
    batch.square = host_make((size_t)samples + 1, sizeof(int64_t));
    batch.device_first = both_make((size_t)samples + 1, sizeof(int32_t));
    batch.device_start = both_make((size_t)samples + 1, sizeof(int32_t));
    batch.device_square = both_make((size_t)samples + 1, sizeof(int64_t));
    batch.row = both_make(count, sizeof(int32_t));
    batch.sample = both_make(count, sizeof(int32_t));
    batch.position = both_make(count, sizeof(int32_t));
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
    memcpy(batch.device_first, batch.first, ((size_t)samples + 1) * sizeof(int32_t));
    memcpy(batch.device_start, batch.start, ((size_t)samples + 1) * sizeof(int32_t));
    memcpy(batch.device_square, batch.square, ((size_t)samples + 1) * sizeof(int64_t));
    batch.rows.tokens = token;
    batch.rows.storage_rows = stride == 0 ? token : samples * stride;
    batch.rows.first = batch.first;
    batch.rows.start = batch.start;
    batch.rows.square = batch.square;
    batch.rows.device_first = batch.device_first;
    batch.rows.device_start = batch.device_start;
    batch.rows.device_square = batch.device_square;
    batch.rows.row = batch.row;
    batch.rows.sample = batch.sample;
    batch.rows.position = batch.position;
    return batch;
}

void batch_free(struct batch *batch)
{
    host_free(batch->first);
    host_free(batch->start);
    host_free(batch->square);
    both_free(batch->device_first);
    both_free(batch->device_start);
    both_free(batch->device_square);
    both_free(batch->row);
    both_free(batch->sample);
    both_free(batch->position);
}

float *values_make(size_t count, uint32_t seed, float scale)
{
    float *values = both_make(count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        struct philox4 words = philox4x32_10(seed, STREAM_DATA, (uint32_t)i, 0, 0, 0);
        float unit = (float)(int32_t)words.word[0] * 0x1p-31f;
        values[i] = words.word[1] % 32 == 0 ? 0.0f : unit * scale;
    }
    return values;
}

void values_spice(float *values, size_t count, uint32_t seed)
{
    static const float odd[] = {0x1p-149f,  -0x1.234p-130f,  -0.0f,       0x1.8p-75f,
                                -0x1p-126f, 0x1.fffffep+20f, 0x1.002p+0f, 0x1.01p+0f,
                                0x1.8p-24f, 0x1p-25f,        0x1.ffcp-15f};
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

/* Is it to be held against the oracle here? */
static bool is_checked(const struct ops *ops)
{
    const char *only = getenv("FTBENCH_TESTS_TABLE");
    return ops->usable() && ops->overrides[0] == '\0' && (only == NULL || strcmp(only, ops->name) == 0);
}

static void check_operands(check_run *run, const void *setup, size_t results, enum operands operands,
                           const char *what)
{
    static const char *const formats[] = {
        [OPERANDS_FP32] = "fp32", [OPERANDS_FP16] = "fp16", [OPERANDS_BF16] = "bf16"};
    struct device_options options = {.threads = 1, .operands = operands};
    struct device *device = NULL;
    struct error error;
    float *before = values_make(results, 4711, 1.0f);
    float *expected = both_make(results, sizeof *expected), *got = both_make(results, sizeof *got);
    int checked = 0;
    memcpy(expected, before, results * sizeof *expected);
    assert_int_equal(oracle_ops.open(&options, &device, &error), STATUS_OK);
    run(&oracle_ops, device, setup, expected);
    oracle_ops.close(device);
    for (const struct ops *const *table = ops_list; *table != NULL; table++) {
        const struct ops *ops = *table;
        int most_threads = strcmp(ops->name, "cpu") == 0 ? 3 : 1;
        if (!is_checked(ops)) continue;
        checked++;
        for (options.threads = 1; options.threads <= most_threads; options.threads++) {
            char label[256];
            assert_int_equal(ops->open(&options, &device, &error), STATUS_OK);
            memcpy(got, before, results * sizeof *got);
            run(ops, device, setup, got);
            assert_int_equal(ops->synchronize(device, &error), STATUS_OK);
            ops->close(device);
            snprintf(label, sizeof label, "%s, %s/%s, %s, %d threads", what, ops->name, ops->isa,
                     formats[operands], options.threads);
            assert_same_values(expected, got, results, label);
        }
    }
    assert_true(checked > 0);
    both_free(before);
    both_free(expected);
    both_free(got);
}

void check_against_oracle(check_run *run, const void *setup, size_t results, const char *what)
{
    check_operands(run, setup, results, OPERANDS_FP32, what);
}

void check_products_against_oracle(check_run *run, const void *setup, size_t results, const char *what)
{
    for (enum operands operands = OPERANDS_FP32; operands <= OPERANDS_BF16; operands++)
        check_operands(run, setup, results, operands, what);
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
