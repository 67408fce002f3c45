#include "kernels/cuda/cublas.h"

#include "base/memory.h"
#include "kernels/cuda/cublas_abi.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is used of the library. */
struct library {
    cublas_abi_create *create;
    cublas_abi_destroy *destroy;
    cublas_abi_set_stream *set_stream;
    cublas_abi_set_workspace *set_workspace;
    cublas_abi_set_mode *set_math, *set_atomics;
    cublas_abi_get_property *get_property;
    cublas_abi_gemm *gemm;
};

struct cuda_blas {
    struct library library;
    struct cublasContext *handle;
    int compute;
    char failure[128];
};

static const struct {
    const char *name;
    size_t offset;
} symbols[] = {{"cublasCreate_v2", offsetof(struct library, create)},
               {"cublasDestroy_v2", offsetof(struct library, destroy)},
               {"cublasSetStream_v2", offsetof(struct library, set_stream)},
               {"cublasSetWorkspace_v2", offsetof(struct library, set_workspace)},
               {"cublasSetMathMode", offsetof(struct library, set_math)},
               {"cublasSetAtomicsMode", offsetof(struct library, set_atomics)},
               {"cublasGetProperty", offsetof(struct library, get_property)},
               {"cublasGemmEx", offsetof(struct library, gemm)}};

static const char *status_name_of(int status)
{
    switch (status) {
    case 0:
        return "CUBLAS_STATUS_SUCCESS";
    case 1:
        return "CUBLAS_STATUS_NOT_INITIALIZED";
    case 3:
        return "CUBLAS_STATUS_ALLOC_FAILED";
    case 7:
        return "CUBLAS_STATUS_INVALID_VALUE";
    case 8:
        return "CUBLAS_STATUS_ARCH_MISMATCH";
    case 11:
        return "CUBLAS_STATUS_MAPPING_ERROR";
    case 13:
        return "CUBLAS_STATUS_EXECUTION_FAILED";
    case 14:
        return "CUBLAS_STATUS_INTERNAL_ERROR";
    case 15:
        return "CUBLAS_STATUS_NOT_SUPPORTED";
    case 16:
        return "CUBLAS_STATUS_LICENSE_ERROR";
    default:
        return "an unknown status of cuBLAS";
    }
}

static enum status open_library(void **library, const char **name, struct error *error)
{
    /* 12 and 13 have the same functions of those that are used. */
    const char *const names[] = {"libcublas.so.13", "libcublas.so.12"}, *asked = getenv(CUDA_BLAS_VARIABLE);
    char problem[512];
    if (asked != NULL && asked[0] != '\0') {
        *name = asked;
        *library = dlopen(asked, RTLD_NOW | RTLD_LOCAL);
        if (*library != NULL) return STATUS_OK;
        return error_set(error, STATUS_UNSUPPORTED,
                         "cuBLAS cannot be loaded (" CUDA_BLAS_VARIABLE "): %.400s", dlerror());
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        *name = names[i];
        *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
        if (*library != NULL) return STATUS_OK;
        const char *said = dlerror();
        if (i == 0) snprintf(problem, sizeof problem, "%.400s", said);
    }
    return error_set(
        error, STATUS_UNSUPPORTED,
        "cuBLAS cannot be loaded (%s; nor %s); install it, put its folder into LD_LIBRARY_PATH, or name "
        "the file by " CUDA_BLAS_VARIABLE,
        problem, names[1]);
}

static enum status load(struct library *library, struct error *error)
{
    void *opened = NULL;
    const char *name = NULL;
    TRY(open_library(&opened, &name, error));
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        void *symbol = dlsym(opened, symbols[i].name);
        if (symbol == NULL)
            return error_set(error, STATUS_UNSUPPORTED,
                             "cuBLAS cannot be used: %s has no function %s; version 12 or 13 is needed", name,
                             symbols[i].name);
        memcpy((char *)library + symbols[i].offset, &symbol, sizeof symbol);
    }
    return STATUS_OK;
}

enum status cuda_blas_find(char version[CUDA_BLAS_VERSION_BYTES], struct error *error)
{
    struct library library;
    int numbers[3] = {0, 0, 0};
    TRY(load(&library, error));
    if (version == NULL) return STATUS_OK;
    const int properties[] = {CUBLAS_ABI_MAJOR_VERSION, CUBLAS_ABI_MINOR_VERSION, CUBLAS_ABI_PATCH_LEVEL};
    for (size_t i = 0; i < 3; i++) {
        const int result = library.get_property(properties[i], &numbers[i]);
        if (result != CUBLAS_ABI_SUCCESS)
            return error_set(error, STATUS_UNSUPPORTED, "cuBLAS does not tell its version: %s",
                             status_name_of(result));
    }
    snprintf(version, CUDA_BLAS_VERSION_BYTES, "cuBLAS %d.%d.%d", numbers[0], numbers[1], numbers[2]);
    return STATUS_OK;
}

/* The default type of a product: operands rounded to this when they are read, sums in binary32. */
static int compute_of(enum operands operands)
{
    switch (operands) {
    case OPERANDS_FP16:
        return CUBLAS_ABI_COMPUTE_32F_FAST_16F;
    case OPERANDS_BF16:
        return CUBLAS_ABI_COMPUTE_32F_FAST_16BF;
    case OPERANDS_FP32:
        break;
    }
    return CUBLAS_ABI_COMPUTE_32F_FAST_TF32;
}

/* The stream first: setting it takes the workspace away. */
static int prepare(const struct cuda_blas *blas, void *stream, void *workspace)
{
    const struct library *library = &blas->library;
    int result = library->set_stream(blas->handle, stream);
    if (result == CUBLAS_ABI_SUCCESS)
        result = library->set_workspace(blas->handle, workspace, CUDA_BLAS_WORKSPACE_BYTES);
    if (result == CUBLAS_ABI_SUCCESS)
        result = library->set_math(blas->handle,
                                   CUBLAS_ABI_DEFAULT_MATH | CUBLAS_ABI_NO_REDUCED_PRECISION_REDUCTION);
    if (result == CUBLAS_ABI_SUCCESS) result = library->set_atomics(blas->handle, CUBLAS_ABI_NO_ATOMICS);
    return result;
}

enum status cuda_blas_open(void *stream, void *workspace, enum operands operands, struct cuda_blas **opened,
                           struct error *error)
{
    *opened = NULL;
    struct cuda_blas *blas = memory_zeroed(1, sizeof *blas);
    if (blas == NULL) return error_no_memory(error, sizeof *blas);
    blas->compute = compute_of(operands);
    enum status status = load(&blas->library, error);
    if (status == STATUS_OK) {
        /* Of cuBLAS's own workspace, should it take it; read when the handle is made. A user's is kept. */
        (void)setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
        int result = blas->library.create(&blas->handle);
        if (result != CUBLAS_ABI_SUCCESS) blas->handle = NULL;
        if (result == CUBLAS_ABI_SUCCESS) result = prepare(blas, stream, workspace);
        if (result != CUBLAS_ABI_SUCCESS)
            status = error_set(error, result == 3 ? STATUS_NO_MEMORY : STATUS_UNSUPPORTED,
                               "cuBLAS cannot start: %s (%d)", status_name_of(result), result);
    }
    if (status != STATUS_OK) {
        cuda_blas_close(blas);
        return status;
    }
    *opened = blas;
    return STATUS_OK;
}

void cuda_blas_close(struct cuda_blas *blas)
{
    if (blas == NULL) return;
    if (blas->handle != NULL) (void)blas->library.destroy(blas->handle);
    memory_free(blas);
}

/* cuBLAS reads memory column by column. A matrix stored row by row is its transpose stored column by column,
 * with the same ld, so the same memory holds c' = b' a', (n, m) = (n, k) (k, m): b goes first, m and n change
 * places, and neither is transposed. What is stored transposed here is transposed there:
 *
 *     stored here                    is there        so op is
 *     b (k, n), or (n, k) if it      (n, k), (k, n)  N, T
 *     a (m, k), or (k, m)            (k, m), (m, k)  N, T */
int cuda_blas_multiply(struct cuda_blas *blas, const struct cuda_blas_product *product)
{
    const float one = 1.0f, beta = product->accumulate ? 1.0f : 0.0f;
    if (product->m == 0 || product->n == 0) return CUBLAS_ABI_SUCCESS;
    return blas->library.gemm(blas->handle, product->b_transposed ? CUBLAS_ABI_OP_T : CUBLAS_ABI_OP_N,
                              product->a_transposed ? CUBLAS_ABI_OP_T : CUBLAS_ABI_OP_N, product->n,
                              product->m, product->k, &one, product->b, CUBLAS_ABI_R_32F, product->ldb,
                              product->a, CUBLAS_ABI_R_32F, product->lda, &beta, product->c, CUBLAS_ABI_R_32F,
                              product->ldc, blas->compute, CUBLAS_ABI_GEMM_DEFAULT);
}

const char *cuda_blas_failure(struct cuda_blas *blas, const char *operation, int status)
{
    snprintf(blas->failure, sizeof blas->failure, "%s by cuBLAS (%s)", operation, status_name_of(status));
    return blas->failure;
}
