/* rows.cuh - kernels over the rows of tokens: a block is 8 warps, each has a token of its own and reads 32
 * neighbouring units of its row at a time; a unit is 4 floats where width and addresses allow it (16 bytes a
 * thread, 512 in a row), else 1. Which it is changes no bit.
 *
 *     const unsigned token = row_token();
 *     if (token >= (unsigned)rows.tokens) return;
 *     for (unsigned c = row_first(); c < width / N; c += row_step())
 *         unit_store(y + cuda_row(rows, token) * width, c, unit_load<N>(...)); */
#ifndef FTBENCH_KERNELS_CUDA_ROWS_CUH
#define FTBENCH_KERNELS_CUDA_ROWS_CUH

#include "kernels/cuda/device.h"

#define ROW_WARPS 8
#define ROW_THREADS (CUDA_WARP * ROW_WARPS)
#define ROW_GRID_Y 65535 /* the most blocks that may lie side by side */

/* N floats that are read and written at once. */
template <int N> struct alignas(N * sizeof(float)) unit {
    float v[N];
};

/* Unit c of a row of floats. */
template <int N> static __device__ __forceinline__ unit<N> unit_load(const float *row, unsigned c)
{
    return reinterpret_cast<const unit<N> *>(row)[c];
}

template <int N>
static __device__ __forceinline__ void unit_store(float *row, unsigned c, const unit<N> &values)
{
    reinterpret_cast<unit<N> *>(row)[c] = values;
}

static __device__ __forceinline__ unsigned row_token()
{
    return blockIdx.x * ROW_WARPS + threadIdx.y;
}

static __device__ __forceinline__ unsigned row_first()
{
    return blockIdx.y * CUDA_WARP + threadIdx.x;
}

static __device__ __forceinline__ unsigned row_step()
{
    return gridDim.y * CUDA_WARP;
}

static inline dim3 row_block()
{
    return dim3(CUDA_WARP, ROW_WARPS);
}

/* For `tokens` rows of `units` units, both >= 1. */
static inline dim3 row_grid(int tokens, int units)
{
    const unsigned across = ((unsigned)units + CUDA_WARP - 1) / CUDA_WARP;
    return dim3(((unsigned)tokens + ROW_WARPS - 1) / ROW_WARPS, across < ROW_GRID_Y ? across : ROW_GRID_Y);
}

/* Whether rows `width` apart from there can be read in units of 4. NULL: not there, and no hindrance. */
static inline bool row_fours(int width, const void *first)
{
    return width % 4 == 0 && (uintptr_t)first % (4 * sizeof(float)) == 0;
}

template <class... Rest> static inline bool row_fours(int width, const void *first, Rest... rest)
{
    return row_fours(width, first) && row_fours(width, rest...);
}

/* Launch a kernel over the units of rows: the first where rows are read in fours, else the second; of no rows
 * or columns, none. */
#define ROW_RUN(device, operation, fours, tokens, width, kernel_of_fours, kernel_of_ones, ...)               \
    do {                                                                                                     \
        if ((tokens) <= 0 || (width) <= 0) break;                                                            \
        if (fours)                                                                                           \
            CUDA_RUN(device, operation, kernel_of_fours, row_grid(tokens, (width) / 4), row_block(), 0,      \
                     __VA_ARGS__);                                                                           \
        else                                                                                                 \
            CUDA_RUN(device, operation, kernel_of_ones, row_grid(tokens, width), row_block(), 0,             \
                     __VA_ARGS__);                                                                           \
    } while (0)

/* The same for a kernel of which a warp has a whole row, reading it in units itself. */
#define WARP_ROW_RUN(device, operation, fours, tokens, kernel_of_fours, kernel_of_ones, ...)                 \
    ROW_RUN(device, operation, fours, tokens, (fours) ? 4 : 1, kernel_of_fours, kernel_of_ones, __VA_ARGS__)

#endif
