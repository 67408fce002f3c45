/* fake_cublas.h - a libcublas.so.13 for tests: of the few functions that are used it checks how they are
 * called, remembers it, and computes products naively, sums in binary64. What is wrong is answered with
 * CUBLAS_STATUS_INVALID_VALUE, as the real one does where it sees it, and told on standard error.
 *
 * With the CUDA on the CPU in the same program (tests/cuda_shim) products are computed in the order of the
 * stream and their memory must be the device's; else at once, in any memory.
 *
 * FAKE_CUBLAS_FAIL = create | stream | workspace | math | atomics | property | gemm:N   that call fails with
 * CUBLAS_STATUS_INTERNAL_ERROR (of gemm the N-th, 1 first) */
#ifndef FTBENCH_TESTS_FAKE_CUBLAS_H
#define FTBENCH_TESTS_FAKE_CUBLAS_H

#include <stddef.h>

enum { FAKE_MAJOR = 13, FAKE_MINOR = 7, FAKE_PATCH = 5 };

/* The arguments of one product, as they came. */
struct fake_gemm {
    int transa, transb, m, n, k, lda, ldb, ldc, compute, algorithm;
    const void *a, *b, *c;
    float alpha, beta;
};

struct fake_record {
    int handles;     /* alive */
    int created;     /* ever */
    void *stream;    /* of the last handle */
    void *workspace; /* likewise; NULL once the stream is set anew */
    size_t workspace_bytes;
    int math, atomics;         /* -1: never set */
    char workspace_config[64]; /* the environment's CUBLAS_WORKSPACE_CONFIG when the handle was made */
    long gemms;                /* calls */
    struct fake_gemm last;
    char wrong[256]; /* the first thing that was wrong; "": nothing */
};

/* "fake_cublas_record" in the library. */
typedef struct fake_record *fake_cublas_get_record(void);

#endif
