/* device.h - the GPU's `struct device`: one stream, scratch of a fixed size, and the first failure.
 *
 * Everything runs in order on the one stream. A launch or a copy that fails is remembered with what was being
 * done and is told by the next synchronize; what comes after it is harmless. One caller at a time. */
#ifndef FTBENCH_KERNELS_CUDA_DEVICE_H
#define FTBENCH_KERNELS_CUDA_DEVICE_H

#include "kernels/cuda/launch.h"
#include "kernels/ops.h"

#define CUDA_WARP 32
#define CUDA_SCRATCH_BYTES (1 << 22) /* device scratch of an operation between its launches */

struct cuda_blas; /* kernels/cuda/cublas.h; of the fast table only */

struct device {
    int index;
    cudaStream_t stream;
    enum operands operands;
    cudaError_t failure;    /* the first since the last synchronize; cudaSuccess: none */
    const char *failed;     /* what failed: an operation, a copy */
    void *scratch;          /* (CUDA_SCRATCH_BYTES) on the device */
    struct cuda_blas *blas; /* NULL in the strict table */
};

/* Remember `result` if it is the first failure; `what` is a literal. */
void cuda_note(struct device *device, cudaError_t result, const char *what);

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
