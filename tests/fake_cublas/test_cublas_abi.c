/* What kernels/cuda/cublas_abi.h says of cuBLAS is what NVIDIA's header says; built where that is. The values
 * are compared when this is compiled; when it runs, whether the library that is installed can be used. */
#include "kernels/cuda/cublas_abi.h"

#include "kernels/cuda/cublas.h"

#include <cublas_v2.h>
#include <stdio.h>

#define SAME(ours, theirs) _Static_assert((int)(ours) == (int)(theirs), #theirs)
SAME(CUBLAS_ABI_SUCCESS, CUBLAS_STATUS_SUCCESS);
SAME(CUBLAS_ABI_OP_N, CUBLAS_OP_N);
SAME(CUBLAS_ABI_OP_T, CUBLAS_OP_T);
SAME(CUBLAS_ABI_DEFAULT_MATH, CUBLAS_DEFAULT_MATH);
SAME(CUBLAS_ABI_NO_REDUCED_PRECISION_REDUCTION, CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION);
SAME(CUBLAS_ABI_NO_ATOMICS, CUBLAS_ATOMICS_NOT_ALLOWED);
SAME(CUBLAS_ABI_GEMM_DEFAULT, CUBLAS_GEMM_DEFAULT);
SAME(CUBLAS_ABI_R_32F, CUDA_R_32F);
SAME(CUBLAS_ABI_COMPUTE_32F_FAST_16F, CUBLAS_COMPUTE_32F_FAST_16F);
SAME(CUBLAS_ABI_COMPUTE_32F_FAST_16BF, CUBLAS_COMPUTE_32F_FAST_16BF);
SAME(CUBLAS_ABI_COMPUTE_32F_FAST_TF32, CUBLAS_COMPUTE_32F_FAST_TF32);
SAME(CUBLAS_ABI_MAJOR_VERSION, MAJOR_VERSION);
SAME(CUBLAS_ABI_MINOR_VERSION, MINOR_VERSION);
SAME(CUBLAS_ABI_PATCH_LEVEL, PATCH_LEVEL);
SAME(1, CUBLAS_STATUS_NOT_INITIALIZED);
SAME(3, CUBLAS_STATUS_ALLOC_FAILED);
SAME(7, CUBLAS_STATUS_INVALID_VALUE);
SAME(8, CUBLAS_STATUS_ARCH_MISMATCH);
SAME(11, CUBLAS_STATUS_MAPPING_ERROR);
SAME(13, CUBLAS_STATUS_EXECUTION_FAILED);
SAME(14, CUBLAS_STATUS_INTERNAL_ERROR);
SAME(15, CUBLAS_STATUS_NOT_SUPPORTED);
SAME(16, CUBLAS_STATUS_LICENSE_ERROR);

/* Their enumerations are passed as int is, and streams and handles are pointers to structs. */
SAME(sizeof(cublasStatus_t), sizeof(int));
SAME(sizeof(cublasOperation_t), sizeof(int));
SAME(sizeof(cublasMath_t), sizeof(int));
SAME(sizeof(cublasAtomicsMode_t), sizeof(int));
SAME(sizeof(cublasGemmAlgo_t), sizeof(int));
SAME(sizeof(cublasComputeType_t), sizeof(int));
SAME(sizeof(cudaDataType), sizeof(int));
SAME(sizeof(libraryPropertyType), sizeof(int));
SAME(sizeof(cudaStream_t), sizeof(void *));

/* Each argument of theirs can take one of ours: the numbers of arguments are the same, and so is each kind.
 */
#define TAKES(function, type)                                                                                \
    _Static_assert(__builtin_types_compatible_p(__typeof__(&function), type), #function)
TAKES(cublasCreate_v2, cublasStatus_t (*)(struct cublasContext **));
TAKES(cublasDestroy_v2, cublasStatus_t (*)(struct cublasContext *));
TAKES(cublasSetStream_v2, cublasStatus_t (*)(struct cublasContext *, cudaStream_t));
TAKES(cublasSetWorkspace_v2, cublasStatus_t (*)(struct cublasContext *, void *, size_t));
TAKES(cublasSetMathMode, cublasStatus_t (*)(struct cublasContext *, cublasMath_t));
TAKES(cublasSetAtomicsMode, cublasStatus_t (*)(struct cublasContext *, cublasAtomicsMode_t));
TAKES(cublasGetProperty, cublasStatus_t (*)(libraryPropertyType, int *));
TAKES(cublasGemmEx,
      cublasStatus_t (*)(struct cublasContext *, cublasOperation_t, cublasOperation_t, int, int, int,
                         const void *, const void *, cudaDataType, int, const void *, cudaDataType, int,
                         const void *, void *, cudaDataType, int, cublasComputeType_t, cublasGemmAlgo_t));

int main(void)
{
    enum { SKIPPED = 77 };
    char version[CUDA_BLAS_VERSION_BYTES];
    struct error error = {0};
    if (cuda_blas_find(version, &error) == STATUS_OK) {
        puts(version);
        return 0;
    }
    printf("the header is as it should be; skipped: %s\n", error.text);
    return SKIPPED;
}
