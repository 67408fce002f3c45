/* device.h - the GPU's `struct device`: one stream, scratch of a fixed size, and the first failure.
 *
 * Everything runs in order on the one stream. A launch or a copy that fails is remembered with what was being
 * done and is told by the next synchronize; what comes after it is harmless. One caller at a time. */
#ifndef FTBENCH_KERNELS_CUDA_DEVICE_H
#define FTBENCH_KERNELS_CUDA_DEVICE_H

#include "kernels/cuda/launch.h"

#ifdef __cplusplus
extern "C" { /* what these declare is C's */
#endif
#include "kernels/cpu/fp_environment.h"
#include "kernels/ops.h"
#ifdef __cplusplus
}
#endif

#define CUDA_WARP 32
#define CUDA_SCRATCH_BYTES (1 << 22) /* device scratch of an operation between its launches */

struct cuda_blas; /* kernels/cuda/cublas.h; of the fast table only */

struct device {
    int index;
    cudaStream_t stream;
    bool has_stream; /* false only while it is opened */
    enum operands operands;
    struct fp_environment callers; /* state of the thread that opened, before it did */
    cudaError_t failure;           /* the first since the last synchronize; cudaSuccess: none */
    const char *failed;            /* what failed: an operation, a copy */
    void *scratch;                 /* (CUDA_SCRATCH_BYTES) on the device */
    void *staging;                 /* page-locked memory of the host that small uploads go through */
    size_t staged;                 /* bytes of it used since the last wait for the stream */
    struct cuda_blas *blas;        /* NULL in the strict table */
    void *blas_workspace;          /* (CUDA_BLAS_WORKSPACE_BYTES) on the device, or NULL */
};

#ifdef __cplusplus
extern "C" {
#endif

/* Remember `result` if it is the first failure; `what` is a literal. */
void cuda_note(struct device *device, cudaError_t result, const char *what);

/* Does this process have it open? */
bool cuda_is_open(int index);

/* pooling.cu: whether the program has kernels for the thread's GPU; every .cu file is compiled for the same.
 * Makes a context. */
cudaError_t cuda_find_code(void);

/* inspect.cu: whether the program has kernels for GPU `index`, which is the thread's; where not, the facts
 * say why. */
void cuda_inspect_code(int index, struct device_facts *facts);

/* inspect.cu: what is known of a GPU without a context on it or on another. */
void cuda_inspect_listed(int index, struct device_facts *facts);

#ifdef __cplusplus
}
#endif

/* Launch on the device's stream and note what goes wrong; `operation` is a literal. Nothing is launched after
 * a failure, nor for a grid of no blocks (a caller checks that for grids it computes). */
#define CUDA_RUN(device, operation, kernel, grid, block, bytes, ...)                                         \
    do {                                                                                                     \
        if ((device)->failure == cudaSuccess) {                                                              \
            CUDA_LAUNCH(kernel, grid, block, bytes, (device)->stream, __VA_ARGS__);                          \
            cuda_note((device), cudaGetLastError(), operation);                                              \
        }                                                                                                    \
    } while (0)

#ifdef __cplusplus
/* Row of a token in a (storage_rows, C) tensor. */
static __device__ __forceinline__ size_t cuda_row(const struct rows &rows, int token)
{
    return rows.contiguous ? (size_t)token : (size_t)rows.row[token];
}
#endif

#endif
