/* The fast table on the CUDA on the CPU, with the fake cuBLAS: its three operations against naive ones, in
 * packed and in padded batches, what is the strict table's, and failures of cuBLAS when it is opened and in
 * the middle. */
#include "kernels/cuda/cuda_ops.h"

#include "base/memory.h"
#include "fake_cublas.h"
#include "support_fake.h"
#include "kernels/cuda/cublas.h"
#include "tests/cuda_shim/shim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SAMPLES = 3, TOKENS = 7, PADDED_ROWS = 12 };
static const int32_t first[] = {0, 2, 3, TOKENS};                /* samples of 2, 1 and 4 tokens */
static const int32_t packed[] = {0, 2, 3}, padded[] = {0, 4, 8}; /* rows of their first tokens */
static const float untouched = 77.0f;                            /* what stands between rows */

struct trial {
    struct device *device;
    struct rows rows;
    void *row; /* device */
    int of_token[TOKENS];
};

static int reset(void **state)
{
    (void)state;
    setenv(CUDA_BLAS_VARIABLE, FAKE_LIBRARY, 1);
    unsetenv("FAKE_CUBLAS_FAIL");
    shim_set("MEMORY", NULL);
    shim_reset();
    return 0;
}

static void *device_block(struct device *device, const void *values, size_t bytes)
{
    void *block = NULL;
    assert_int_equal(cuda_ops_fast.allocate(device, bytes, &block, NULL), STATUS_OK);
    if (values != NULL) cuda_ops_fast.upload(device, block, values, bytes);
    return block;
}

static void trial_open(struct trial *trial, bool gaps, enum operands operands)
{
    const struct device_options options = {.threads = 1, .operands = operands};
    struct error error = {0};
    int32_t row[TOKENS];
    *trial = (struct trial){.device = NULL};
    if (cuda_ops_fast.open(&options, &trial->device, &error) != STATUS_OK) fail_msg("%s", error.text);
    const int32_t *start = gaps ? padded : packed;
    for (int s = 0; s < SAMPLES; s++) {
        for (int t = first[s]; t < first[s + 1]; t++)
            row[t] = trial->of_token[t] = start[s] + t - first[s];
    }
    trial->row = device_block(trial->device, row, sizeof row);
    trial->rows = (struct rows){.tokens = TOKENS,
                                .storage_rows = gaps ? PADDED_ROWS : TOKENS,
                                .samples = SAMPLES,
                                .contiguous = !gaps,
                                .first = first,
                                .start = start,
                                .row = trial->row};
}

static void trial_close(struct trial *trial)
{
    cuda_ops_fast.release(trial->device, trial->row);
    cuda_ops_fast.close(trial->device);
    assert_string_equal(record_of_fake()->wrong, "");
    assert_int_equal(record_of_fake()->handles, 0);
}

/* A tensor in both memories. The host's copy is what the operation should make of it. */
struct tensor {
    int rows, width;
    float *host, *device;
};

static struct tensor tensor_make(const struct trial *trial, int rows, int width, int seed)
{
    struct tensor tensor = {.rows = rows, .width = width};
    const size_t count = (size_t)rows * (size_t)width;
    tensor.host = malloc(count * sizeof *tensor.host);
    assert_non_null(tensor.host);
    for (size_t i = 0; i < count; i++)
        tensor.host[i] = (float)(((int)i * 37 + seed * 11) % 101 - 50) / 32.0f;
    tensor.device = device_block(trial->device, tensor.host, count * sizeof(float));
    return tensor;
}

/* The same with one row a stored row, of which only tokens' are numbers. */
static struct tensor tokens_make(const struct trial *trial, int width, int seed)
{
    struct tensor tensor = tensor_make(trial, trial->rows.storage_rows, width, seed);
    for (int row = 0; row < trial->rows.storage_rows; row++) {
        bool used = false;
        for (int t = 0; t < TOKENS; t++)
            used = used || trial->of_token[t] == row;
        for (int i = 0; i < width && !used; i++)
            tensor.host[row * width + i] = untouched;
    }
    cuda_ops_fast.upload(trial->device, tensor.device, tensor.host,
                         (size_t)tensor.rows * (size_t)width * sizeof(float));
    return tensor;
}

static void tensor_check(const struct trial *trial, struct tensor *tensor, const char *what)
{
    const size_t count = (size_t)tensor->rows * (size_t)tensor->width;
    struct error error = {0};
    float *got = malloc(count * sizeof *got);
    assert_non_null(got);
    cuda_ops_fast.download(trial->device, got, tensor->device, count * sizeof *got);
    if (cuda_ops_fast.synchronize(trial->device, &error) != STATUS_OK) fail_msg("%s: %s", what, error.text);
    for (size_t i = 0; i < count; i++) {
        if (!(fabsf(got[i] - tensor->host[i]) <= 1e-5f * (1.0f + fabsf(tensor->host[i]))))
            fail_msg("%s: element %zu is %g, not %g", what, i, (double)got[i], (double)tensor->host[i]);
    }
    free(got);
}

static void tensor_free(const struct trial *trial, struct tensor *tensor)
{
    cuda_ops_fast.release(trial->device, tensor->device);
    free(tensor->host);
}

static void check_forward(const struct trial *trial, int in, int out, bool biased)
{
    struct tensor x = tokens_make(trial, in, 1), y = tokens_make(trial, out, 2),
                  w = tensor_make(trial, out, in, 3), bias = tensor_make(trial, 1, out, 4);
    cuda_ops_fast.linear_forward(trial->device, &trial->rows, in, out, x.device, w.device,
                                 biased ? bias.device : NULL, y.device);
    for (int t = 0; t < TOKENS; t++) {
        for (int o = 0; o < out; o++) {
            double sum = biased ? (double)bias.host[o] : 0;
            for (int i = 0; i < in; i++)
                sum += (double)x.host[trial->of_token[t] * in + i] * (double)w.host[o * in + i];
            y.host[trial->of_token[t] * out + o] = (float)sum;
        }
    }
    tensor_check(trial, &y, "linear_forward");
    tensor_free(trial, &x);
    tensor_free(trial, &y);
    tensor_free(trial, &w);
    tensor_free(trial, &bias);
}

static void check_backward_input(const struct trial *trial, int in, int out, bool accumulate)
{
    struct tensor dx = tokens_make(trial, in, 1), dy = tokens_make(trial, out, 2),
                  w = tensor_make(trial, out, in, 3);
    cuda_ops_fast.linear_backward_input(trial->device, &trial->rows, in, out, dy.device, w.device, accumulate,
                                        dx.device);
    for (int t = 0; t < TOKENS; t++) {
        for (int i = 0; i < in; i++) {
            float *to = &dx.host[trial->of_token[t] * in + i];
            double sum = accumulate ? (double)*to : 0;
            for (int o = 0; o < out; o++)
                sum += (double)dy.host[trial->of_token[t] * out + o] * (double)w.host[o * in + i];
            *to = (float)sum;
        }
    }
    tensor_check(trial, &dx, "linear_backward_input");
    tensor_free(trial, &dx);
    tensor_free(trial, &dy);
    tensor_free(trial, &w);
}

static void check_backward_weight(const struct trial *trial, int in, int out, bool biased)
{
    struct tensor x = tokens_make(trial, in, 1), dy = tokens_make(trial, out, 2),
                  dw = tensor_make(trial, out, in, 3), dbias = tensor_make(trial, 1, out, 4);
    cuda_ops_fast.linear_backward_weight(trial->device, &trial->rows, in, out, dy.device, x.device, dw.device,
                                         biased ? dbias.device : NULL);
    for (int o = 0; o < out; o++) {
        for (int i = 0; i < in; i++) {
            double sum = (double)dw.host[o * in + i];
            for (int t = 0; t < TOKENS; t++)
                sum += (double)dy.host[trial->of_token[t] * out + o] *
                       (double)x.host[trial->of_token[t] * in + i];
            dw.host[o * in + i] = (float)sum;
        }
        for (int t = 0; t < TOKENS && biased; t++)
            dbias.host[o] = dbias.host[o] + dy.host[trial->of_token[t] * out + o];
    }
    tensor_check(trial, &dw, "linear_backward_weight");
    tensor_check(trial, &dbias, "the bias's gradient");
    tensor_free(trial, &x);
    tensor_free(trial, &dy);
    tensor_free(trial, &dw);
    tensor_free(trial, &dbias);
}

/* The product's bits are cuBLAS's own; what the bias makes of them is one rounded sum an element, and nothing
 * else is written. */
static void check_bias(const struct trial *trial, int in, int out)
{
    struct tensor x = tokens_make(trial, in, 1), w = tensor_make(trial, out, in, 3),
                  bias = tensor_make(trial, 1, out, 4), plain = tokens_make(trial, out, 2),
                  biased = tokens_make(trial, out, 2);
    for (int o = 0; o < out; o++)
        bias.host[o] = 0.1f * bias.host[o]; /* whose sums have to be rounded */
    cuda_ops_fast.upload(trial->device, bias.device, bias.host, (size_t)out * sizeof(float));
    cuda_ops_fast.linear_forward(trial->device, &trial->rows, in, out, x.device, w.device, NULL,
                                 plain.device);
    cuda_ops_fast.linear_forward(trial->device, &trial->rows, in, out, x.device, w.device, bias.device,
                                 biased.device);
    const size_t bytes = (size_t)plain.rows * (size_t)out * sizeof(float);
    cuda_ops_fast.download(trial->device, plain.host, plain.device, bytes);
    cuda_ops_fast.download(trial->device, biased.host, biased.device, bytes);
    assert_int_equal(cuda_ops_fast.synchronize(trial->device, NULL), STATUS_OK);
    for (int t = 0; t < TOKENS; t++) {
        for (int o = 0; o < out; o++)
            plain.host[trial->of_token[t] * out + o] += bias.host[o];
    }
    for (size_t i = 0; i < bytes / sizeof(float); i++) {
        if (memcmp(&plain.host[i], &biased.host[i], sizeof(float)) != 0)
            fail_msg("%d to %d: element %zu with its bias is %a, not %a", in, out, i, (double)biased.host[i],
                     (double)plain.host[i]);
    }
    tensor_free(trial, &x);
    tensor_free(trial, &w);
    tensor_free(trial, &bias);
    tensor_free(trial, &plain);
    tensor_free(trial, &biased);
}

static void test_bits_of_the_bias(void **state)
{
    static const int widths[] = {1, 3, 4, 6, 33, 128, 140, 1024};
    (void)state;
    for (int gaps = 0; gaps < 2; gaps++) {
        struct trial trial;
        trial_open(&trial, gaps != 0, OPERANDS_FP32);
        for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++)
            check_bias(&trial, 3, widths[i]);
        trial_close(&trial);
    }
}

static void test_products(void **state)
{
    static const int widths[][2] = {{1, 1}, {4, 8}, {5, 3}, {33, 40}, {8, 6}};
    (void)state;
    for (int gaps = 0; gaps < 2; gaps++) {
        struct trial trial;
        trial_open(&trial, gaps != 0, OPERANDS_FP32);
        const long before = record_of_fake()->gemms;
        for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
            for (int other = 0; other < 2; other++) {
                check_forward(&trial, widths[i][0], widths[i][1], other != 0);
                check_backward_input(&trial, widths[i][0], widths[i][1], other != 0);
                check_backward_weight(&trial, widths[i][0], widths[i][1], other != 0);
            }
        }
        /* one product an operation, or one a sample */
        assert_int_equal(record_of_fake()->gemms - before, 5 * 2 * 3 * (gaps != 0 ? SAMPLES : 1));
        trial_close(&trial);
    }
}

static void test_precision_chooses_the_compute_type(void **state)
{
    static const int expected[] = {[OPERANDS_FP32] = 77, [OPERANDS_FP16] = 74, [OPERANDS_BF16] = 75};
    (void)state;
    for (int operands = OPERANDS_FP32; operands <= OPERANDS_BF16; operands++) {
        struct trial trial;
        trial_open(&trial, false, (enum operands)operands);
        check_forward(&trial, 4, 4, false);
        assert_int_equal(record_of_fake()->last.compute, expected[operands]);
        trial_close(&trial);
    }
}

static void test_no_tokens(void **state)
{
    struct trial trial;
    (void)state;
    trial_open(&trial, false, OPERANDS_FP32);
    struct tensor x = tokens_make(&trial, 4, 1);
    const long before = record_of_fake()->gemms;
    trial.rows.tokens = 0;
    cuda_ops_fast.linear_forward(trial.device, &trial.rows, 4, 4, x.device, x.device, x.device, x.device);
    cuda_ops_fast.linear_backward_weight(trial.device, &trial.rows, 4, 4, x.device, x.device, x.device,
                                         x.device);
    tensor_check(&trial, &x, "no tokens");
    assert_int_equal(record_of_fake()->gemms, before);
    tensor_free(&trial, &x);
    trial_close(&trial);
}

/* What `overrides` does not name is the strict table's, so that no bit of it differs. */
static void test_all_else_is_strict(void **state)
{
    const char *const *strict = (const char *const *)(const void *)&cuda_ops.allocate,
                      *const *fast = (const char *const *)(const void *)&cuda_ops_fast.allocate;
    const size_t members = (sizeof cuda_ops - offsetof(struct ops, allocate)) / sizeof *strict;
    int others = 0;
    (void)state;
    for (size_t i = 0; i < members; i++)
        others += strict[i] != fast[i];
    assert_int_equal(others, 3);
    assert_true(cuda_ops.attention_forward == cuda_ops_fast.attention_forward);
    assert_string_equal(cuda_ops_fast.overrides,
                        "linear_forward, linear_backward_input, linear_backward_weight");
    assert_string_equal(cuda_ops.overrides, "");
    const struct ops *found = NULL;
    assert_int_equal(ops_find("cuda_fast", "auto", &found, NULL), STATUS_OK);
    assert_ptr_equal(found, &cuda_ops_fast);
}

static void test_description_names_cublas(void **state)
{
    struct trial trial;
    struct device_description description;
    struct device_facts facts;
    (void)state;
    trial_open(&trial, false, OPERANDS_FP32);
    cuda_ops_fast.describe(trial.device, &description);
    assert_non_null(strstr(description.libraries, "CUDA driver "));
    assert_non_null(strstr(description.libraries, ", cuBLAS 13.7.5"));
    cuda_ops_fast.inspect(0, &facts);
    assert_int_equal(facts.state, DEVICE_USABLE);
    assert_string_equal(facts.description.libraries, description.libraries);
    cuda_ops.inspect(0, &facts);
    assert_null(strstr(facts.description.libraries, "cuBLAS"));
    trial_close(&trial);
}

static void test_failed_product_is_the_next_synchronizes(void **state)
{
    struct trial trial;
    struct error error = {0};
    char which[32];
    (void)state;
    trial_open(&trial, false, OPERANDS_FP32);
    struct tensor x = tokens_make(&trial, 4, 1), y = tokens_make(&trial, 4, 1),
                  w = tensor_make(&trial, 4, 4, 3);
    snprintf(which, sizeof which, "gemm:%ld", record_of_fake()->gemms + 1);
    setenv("FAKE_CUBLAS_FAIL", which, 1);
    const long before = record_of_fake()->gemms;
    for (int i = 0; i < 3; i++)
        cuda_ops_fast.linear_forward(trial.device, &trial.rows, 4, 4, x.device, w.device, w.device, y.device);
    assert_int_equal(record_of_fake()->gemms, before + 1); /* nothing is asked for after a failure */
    assert_int_equal(cuda_ops_fast.synchronize(trial.device, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "linear_forward by cuBLAS (CUBLAS_STATUS_INTERNAL_ERROR)"));
    assert_null(strchr(error.text, '\n'));
    assert_int_equal(cuda_ops_fast.synchronize(trial.device, &error), STATUS_OK); /* it was told */
    tensor_free(&trial, &x);
    tensor_free(&trial, &y);
    tensor_free(&trial, &w);
    trial_close(&trial);
}

static void test_what_cannot_be_opened(void **state)
{
    const struct device_options options = {.threads = 1};
    struct device *device = NULL;
    struct device_facts facts;
    struct error error = {0};
    const long blocks = memory_blocks_alive();
    const size_t bytes = shim_memory();
    (void)state;
    setenv("FAKE_CUBLAS_FAIL", "create", 1);
    assert_int_equal(cuda_ops_fast.open(&options, &device, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.text, "cuBLAS cannot start: CUBLAS_STATUS_INTERNAL_ERROR (14)");
    unsetenv("FAKE_CUBLAS_FAIL");
    setenv(CUDA_BLAS_VARIABLE, FAKE_INCOMPLETE_LIBRARY, 1);
    assert_int_equal(cuda_ops_fast.open(&options, &device, &error), STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.text, "has no function cublasSetWorkspace_v2"));
    cuda_ops_fast.inspect(0, &facts);
    assert_int_equal(facts.state, DEVICE_UNUSABLE);
    assert_non_null(strstr(facts.reason, "has no function cublasSetWorkspace_v2"));
    cuda_ops.inspect(0, &facts);
    assert_int_equal(facts.state, DEVICE_USABLE); /* strict arithmetic needs no cuBLAS */
    setenv(CUDA_BLAS_VARIABLE, FAKE_LIBRARY, 1);
    shim_set("MEMORY", "16777216"); /* less than the workspace */
    assert_int_equal(cuda_ops_fast.open(&options, &device, &error), STATUS_NO_MEMORY);
    assert_null(device);
    assert_int_equal(memory_blocks_alive(), blocks);
    assert_int_equal(shim_memory(), bytes);
    assert_int_equal(record_of_fake()->handles, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_bits_of_the_bias, reset),
        cmocka_unit_test_setup(test_products, reset),
        cmocka_unit_test_setup(test_precision_chooses_the_compute_type, reset),
        cmocka_unit_test_setup(test_no_tokens, reset),
        cmocka_unit_test_setup(test_all_else_is_strict, reset),
        cmocka_unit_test_setup(test_description_names_cublas, reset),
        cmocka_unit_test_setup(test_failed_product_is_the_next_synchronizes, reset),
        cmocka_unit_test_setup(test_what_cannot_be_opened, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
