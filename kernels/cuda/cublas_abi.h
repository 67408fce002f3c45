/* cublas_abi.h - the few functions and values of cuBLAS that fast arithmetic uses, as NVIDIA documents them
 * (cuBLAS 12 and 13). The library is opened when it is asked for, so neither its header nor the library is
 * needed to build or to start; tests/fake_cublas compares this with NVIDIA's header where there is one.
 * cuBLAS's enumerations are int here. */
#ifndef FTBENCH_KERNELS_CUDA_CUBLAS_ABI_H
#define FTBENCH_KERNELS_CUDA_CUBLAS_ABI_H

#include <stddef.h>

enum {
    CUBLAS_ABI_SUCCESS = 0,
    CUBLAS_ABI_OP_N = 0,
    CUBLAS_ABI_OP_T = 1,
    CUBLAS_ABI_DEFAULT_MATH = 0,
    CUBLAS_ABI_NO_REDUCED_PRECISION_REDUCTION = 16,
    CUBLAS_ABI_NO_ATOMICS = 0,
    CUBLAS_ABI_GEMM_DEFAULT = -1,
    CUBLAS_ABI_R_32F = 0, /* cudaDataType: binary32 */
    CUBLAS_ABI_COMPUTE_32F_FAST_16F = 74,
    CUBLAS_ABI_COMPUTE_32F_FAST_16BF = 75,
    CUBLAS_ABI_COMPUTE_32F_FAST_TF32 = 77,
    CUBLAS_ABI_MAJOR_VERSION = 0, /* libraryPropertyType */
    CUBLAS_ABI_MINOR_VERSION = 1,
    CUBLAS_ABI_PATCH_LEVEL = 2
};

struct cublasContext; /* NVIDIA's */

/* Each returns a cublasStatus_t. */
typedef int cublas_abi_create(struct cublasContext **handle);
typedef int cublas_abi_destroy(struct cublasContext *handle);
typedef int cublas_abi_set_stream(struct cublasContext *handle, void *stream);
typedef int cublas_abi_set_workspace(struct cublasContext *handle, void *workspace, size_t bytes);
typedef int cublas_abi_set_mode(struct cublasContext *handle, int mode); /* of math, of atomics */
typedef int cublas_abi_get_property(int property, int *value);
typedef int cublas_abi_gemm(struct cublasContext *handle, int transa, int transb, int m, int n, int k,
                            const void *alpha, const void *a, int a_type, int lda, const void *b, int b_type,
                            int ldb, const void *beta, void *c, int c_type, int ldc, int compute,
                            int algorithm);

#endif
