/* The door to cuBLAS (kernels/cuda/cublas.c) before the fake one: what is loaded and what is said when it is
 * not, how the handle is prepared, and products of every shape and order against naive ones. */
#include "kernels/cuda/cublas.h"

#include "base/memory.h"
#include "fake_cublas.h"
#include "support_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char stream; /* its address is a stream's */
static void *workspace;

static int open_fake(void **state)
{
    (void)state;
    setenv(CUDA_BLAS_VARIABLE, FAKE_LIBRARY, 1);
    unsetenv("FAKE_CUBLAS_FAIL");
    unsetenv("CUBLAS_WORKSPACE_CONFIG");
    return 0;
}

static struct cuda_blas *opened(enum operands operands)
{
    struct cuda_blas *blas = NULL;
    struct error error = {0};
    if (cuda_blas_open(&stream, workspace, operands, &blas, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_non_null(blas);
    return blas;
}

static void test_handle_is_prepared(void **state)
{
    (void)state;
    const struct fake_record *record = record_of_fake();
    const long before = memory_blocks_alive();
    struct cuda_blas *blas = opened(OPERANDS_FP32);
    assert_int_equal(record->handles, 1);
    assert_ptr_equal(record->stream, &stream);
    assert_ptr_equal(record->workspace, workspace); /* so it was set after the stream */
    assert_int_equal(record->workspace_bytes, CUDA_BLAS_WORKSPACE_BYTES);
    assert_int_equal(record->math, 16);
    assert_int_equal(record->atomics, 0);
    assert_string_equal(record->workspace_config, ":4096:8");
    cuda_blas_close(blas);
    cuda_blas_close(NULL);
    assert_int_equal(record->handles, 0);
    assert_int_equal(memory_blocks_alive(), before);
    setenv("CUBLAS_WORKSPACE_CONFIG", ":16:8", 1); /* a user's is kept */
    cuda_blas_close(opened(OPERANDS_FP32));
    assert_string_equal(record->workspace_config, ":16:8");
}

static void test_version(void **state)
{
    char version[CUDA_BLAS_VERSION_BYTES];
    (void)state;
    assert_int_equal(cuda_blas_find(version, NULL), STATUS_OK);
    assert_string_equal(version, "cuBLAS 13.7.5");
    assert_int_equal(cuda_blas_find(NULL, NULL), STATUS_OK);
}

static void assert_refused(const char *text)
{
    struct cuda_blas *blas = NULL;
    struct error error = {0};
    const long before = memory_blocks_alive();
    assert_int_equal(cuda_blas_open(&stream, workspace, OPERANDS_FP32, &blas, &error), STATUS_UNSUPPORTED);
    assert_null(blas);
    if (strstr(error.text, text) == NULL) fail_msg("\"%s\" is not in \"%s\"", text, error.text);
    assert_null(strchr(error.text, '\n'));
    assert_int_equal(memory_blocks_alive(), before);
    assert_int_equal(record_of_fake()->handles, 0);
}

static void test_what_is_missing_is_said(void **state)
{
    static const char *const calls[] = {"create", "stream", "workspace", "math", "atomics"};
    char version[CUDA_BLAS_VERSION_BYTES];
    struct error error = {0};
    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        setenv("FAKE_CUBLAS_FAIL", calls[i], 1);
        assert_refused("cuBLAS cannot start: CUBLAS_STATUS_INTERNAL_ERROR (14)");
    }
    setenv("FAKE_CUBLAS_FAIL", "property", 1);
    assert_int_equal(cuda_blas_find(version, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.text, "cuBLAS does not tell its version: CUBLAS_STATUS_INTERNAL_ERROR");
    unsetenv("FAKE_CUBLAS_FAIL");
    setenv(CUDA_BLAS_VARIABLE, FAKE_INCOMPLETE_LIBRARY, 1);
    assert_refused("has no function cublasSetWorkspace_v2; version 12 or 13 is needed");
    assert_int_equal(cuda_blas_find(NULL, NULL), STATUS_UNSUPPORTED);
    setenv(CUDA_BLAS_VARIABLE, "/nowhere/libcublas.so.13", 1);
    assert_refused("cuBLAS cannot be loaded (FTBENCH_CUBLAS): /nowhere/libcublas.so.13: cannot open");
}

/* A number that differs from place to place, exact in binary32. */
static float number(int seed, int i)
{
    return (float)((i * 37 + seed * 11) % 64 - 31) / 16.0f;
}

struct matrix {
    float *values;
    int rows, columns, ld; /* as stored */
};

static struct matrix matrix_of(int rows, int columns, int gap, int seed)
{
    struct matrix matrix = {.rows = rows, .columns = columns, .ld = columns + gap};
    matrix.values = calloc((size_t)rows * (size_t)matrix.ld + 1, sizeof *matrix.values);
    assert_non_null(matrix.values);
    for (int i = 0; i < rows * matrix.ld; i++)
        matrix.values[i] = i % matrix.ld < columns ? number(seed, i) : NAN; /* no product reads a gap */
    return matrix;
}

static float at(const struct matrix *matrix, bool transposed, int row, int column)
{
    return transposed ? matrix->values[column * matrix->ld + row] : matrix->values[row * matrix->ld + column];
}

static void check_product(struct cuda_blas *blas, int m, int n, int k, int how, int gap)
{
    const bool a_transposed = (how & 1) != 0, b_transposed = (how & 2) != 0, accumulate = (how & 4) != 0;
    struct matrix a = a_transposed ? matrix_of(k, m, gap, 1) : matrix_of(m, k, gap, 1),
                  b = b_transposed ? matrix_of(n, k, gap, 2) : matrix_of(k, n, gap, 2),
                  c = matrix_of(m, n, gap, 3), before = matrix_of(m, n, gap, 3);
    for (int i = 0; i < m * c.ld && !accumulate; i++)
        c.values[i] = NAN; /* nor what is there, unless it is added to */
    const struct cuda_blas_product product = {.m = m,
                                              .n = n,
                                              .k = k,
                                              .a = a.values,
                                              .b = b.values,
                                              .lda = a.ld,
                                              .ldb = b.ld,
                                              .a_transposed = a_transposed,
                                              .b_transposed = b_transposed,
                                              .accumulate = accumulate,
                                              .c = c.values,
                                              .ldc = c.ld};
    assert_int_equal(cuda_blas_multiply(blas, &product), 0);
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
            double sum = accumulate ? (double)at(&before, false, i, j) : 0;
            for (int l = 0; l < k; l++)
                sum += (double)at(&a, a_transposed, i, l) * (double)at(&b, b_transposed, l, j);
            if (at(&c, false, i, j) != (float)sum)
                fail_msg("(%d, %d, %d) how %d gap %d: %g at (%d, %d), not %g", m, n, k, how, gap,
                         (double)at(&c, false, i, j), i, j, sum);
        }
    }
    free(a.values);
    free(b.values);
    free(c.values);
    free(before.values);
}

static void test_products(void **state)
{
    static const int sizes[][3] = {{1, 1, 1}, {2, 3, 4}, {5, 1, 7}, {1, 6, 3}, {9, 8, 2}, {4, 4, 4}};
    (void)state;
    struct cuda_blas *blas = opened(OPERANDS_FP32);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int how = 0; how < 8; how++) {
            check_product(blas, sizes[i][0], sizes[i][1], sizes[i][2], how, 0);
            check_product(blas, sizes[i][0], sizes[i][1], sizes[i][2], how, 3);
        }
    }
    const long before = record_of_fake()->gemms;
    const struct cuda_blas_product empty = {.n = 3, .k = 2};
    assert_int_equal(cuda_blas_multiply(blas, &empty), 0);
    assert_int_equal(record_of_fake()->gemms, before); /* nothing to ask for */
    assert_string_equal(record_of_fake()->wrong, "");
    cuda_blas_close(blas);
}

static void test_compute_types(void **state)
{
    static const struct {
        enum operands operands;
        int compute;
    } cases[] = {{OPERANDS_FP32, 77}, {OPERANDS_FP16, 74}, {OPERANDS_BF16, 75}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cuda_blas *blas = opened(cases[i].operands);
        check_product(blas, 2, 3, 4, 0, 0);
        assert_int_equal(record_of_fake()->last.compute, cases[i].compute);
        assert_int_equal(record_of_fake()->last.algorithm, -1);
        cuda_blas_close(blas);
    }
}

static void test_failed_product(void **state)
{
    char which[32];
    float a = 1, b = 1, c = 0;
    const struct cuda_blas_product product = {
        .m = 1, .n = 1, .k = 1, .a = &a, .b = &b, .lda = 1, .ldb = 1, .c = &c, .ldc = 1};
    (void)state;
    struct cuda_blas *blas = opened(OPERANDS_FP32);
    snprintf(which, sizeof which, "gemm:%ld", record_of_fake()->gemms + 2);
    setenv("FAKE_CUBLAS_FAIL", which, 1);
    assert_int_equal(cuda_blas_multiply(blas, &product), 0);
    assert_int_equal(cuda_blas_multiply(blas, &product), 14);
    assert_string_equal(cuda_blas_failure(blas, "linear_forward", 14),
                        "linear_forward by cuBLAS (CUBLAS_STATUS_INTERNAL_ERROR)");
    cuda_blas_close(blas);
}

static void test_memory_fails(void **state)
{
    struct cuda_blas *blas = NULL;
    (void)state;
    memory_fail_from(1);
    assert_int_equal(cuda_blas_open(&stream, workspace, OPERANDS_FP32, &blas, NULL), STATUS_NO_MEMORY);
    memory_fail_from(0);
    assert_null(blas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_handle_is_prepared, open_fake),
        cmocka_unit_test_setup(test_version, open_fake),
        cmocka_unit_test_setup(test_what_is_missing_is_said, open_fake),
        cmocka_unit_test_setup(test_products, open_fake),
        cmocka_unit_test_setup(test_compute_types, open_fake),
        cmocka_unit_test_setup(test_failed_product, open_fake),
        cmocka_unit_test_setup(test_memory_fails, open_fake),
    };
    workspace = aligned_alloc(256, CUDA_BLAS_WORKSPACE_BYTES);
    const int failed = workspace == NULL ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
    free(workspace);
    return failed;
}
