/* cublas.h - cuBLAS for the fast table: opened by name when it is asked for, one handle on one stream with a
 * workspace of ours, no atomics. Knows nothing of the CUDA runtime, so it is plain C.
 *
 * With one stream, one workspace and the same library on the same GPU model cuBLAS gives the same bits from
 * run to run ("Results reproducibility" in its manual), which is all that is promised of it here. */
#ifndef FTBENCH_KERNELS_CUDA_CUBLAS_H
#define FTBENCH_KERNELS_CUDA_CUBLAS_H

#include "base/status.h"
#include "kernels/ops.h"

#include <stdbool.h>
#include <stddef.h>

/* What NVIDIA recommends for Hopper, and more than enough for what was before it. */
#define CUDA_BLAS_WORKSPACE_BYTES ((size_t)32 << 20)

/* A file to open in place of libcublas.so.13 and .12. */
#define CUDA_BLAS_VARIABLE "FTBENCH_CUBLAS"

struct cuda_blas;

/* Whether the library can be opened and has what is used of it; STATUS_UNSUPPORTED with the reason. It stays
 * open for the rest of the program: it was not made to be unloaded. `version` (may be NULL) becomes
 * "cuBLAS 13.1.0". */
enum { CUDA_BLAS_VERSION_BYTES = 48 };
enum status cuda_blas_find(char version[CUDA_BLAS_VERSION_BYTES], struct error *error);

/* A handle on the current device's `stream` (a cudaStream_t) with `workspace` (CUDA_BLAS_WORKSPACE_BYTES of
 * the device's memory, aligned to 256 bytes), which must outlive it. `operands` are what products may round
 * their operands to; OPERANDS_FP32 stands for TF32. STATUS_UNSUPPORTED with the reason. */
enum status cuda_blas_open(void *stream, void *workspace, enum operands operands, struct cuda_blas **blas,
                           struct error *error);
void cuda_blas_close(struct cuda_blas *blas); /* NULL is fine */

/* c (m, n) = a (m, k) b (k, n), row by row in memory; each ld is the elements between two rows as they are
 * stored. */
struct cuda_blas_product {
    int m, n, k;
    const float *a, *b;
    int lda, ldb;
    bool a_transposed, b_transposed; /* stored as (k, m), as (n, k) */
    bool accumulate;                 /* c is added to */
    float *c;
    int ldc;
};

/* Ask for a product; it is computed in the order of the stream. Returns cuBLAS's status, 0: asked for. */
int cuda_blas_multiply(struct cuda_blas *blas, const struct cuda_blas_product *product);

/* "linear_forward by cuBLAS (CUBLAS_STATUS_EXECUTION_FAILED)", valid until the next such call or close. */
const char *cuda_blas_failure(struct cuda_blas *blas, const char *operation, int status);

#endif
