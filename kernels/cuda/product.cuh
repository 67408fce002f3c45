/* product.cuh - the matrix product of the CUDA backend, as pieces that a kernel puts together.
 *
 * c (m, n) = a (m, k) b (k, n): every element is ONE chain of __fmaf_rn over ascending k, in one register of
 * one thread. A block computes a tile of T by T outputs, T being 128, 64 or 32, while the next slab of its
 * operands is on its way (slab.cuh). Tiles cut rows and columns only, so T never shows in the bits.
 *
 * A step of k that a chain does not take is not computed: zeros never take its place, since 0 times an
 * infinity is none and -0 plus 0 is another zero. Where an output is not there, nothing is stored.
 *
 * Registers, shared memory and what that should reach: docs/cuda.md. */
#ifndef FTBENCH_KERNELS_CUDA_PRODUCT_CUH
#define FTBENCH_KERNELS_CUDA_PRODUCT_CUH

#include "kernels/cuda/slab.cuh"

/* The chains of a thread: [row][run of columns][column]. */
template <int T> struct sums {
    float value[tile<T>::rows][tile<T>::runs][4];
};

/* Where in the tile the thread's chains are. */
template <int T> struct spot {
    int row, column;
    __device__ __forceinline__ spot()
    {
        const int warp = (int)threadIdx.x / CUDA_WARP, lane = (int)threadIdx.x % CUDA_WARP;
        row = warp / tile<T>::across * (4 * tile<T>::rows) + lane / 8 * 4;
        column = warp % tile<T>::across * (32 * tile<T>::runs) + lane % 8 * 4;
    }
    /* Offset of a thread's row from `row`. */
    static __device__ __forceinline__ constexpr int row_offset(int r) { return r / 4 * 16 + r % 4; }
};

/* Which of k steps the chains of a tile take; here, all. */
struct every_step {
    /* The first step that any row takes, whose first row is `row`. */
    __device__ __forceinline__ int begin(int) const { return 0; }
    /* Behind the last one, whose last row is `row`. */
    __device__ __forceinline__ int end(int, int k) const { return k; }
    /* Whether all rows, from the first to the last, take all steps from the first to the last. */
    __device__ __forceinline__ bool all(int, int, int, int) const { return true; }
    /* Whether a row takes a step. */
    __device__ __forceinline__ bool has(int, int) const { return true; }
};

/* The rows' and columns' elements of one step of k. */
template <int T> struct step_elements {
    float a[tile<T>::rows], b[tile<T>::runs][4];
    __device__ __forceinline__ step_elements(const float *a_line, const float *b_line)
    {
        CUDA_UNROLL(tile<T>::rows / 4)
        for (int r = 0; r < tile<T>::rows; r += 4) {
            float four[4];
            product_read(a_line + spot<T>::row_offset(r), 4, true, four);
            CUDA_UNROLL(4)
            for (int e = 0; e < 4; e++)
                a[r + e] = four[e];
        }
        CUDA_UNROLL(tile<T>::runs)
        for (int c = 0; c < tile<T>::runs; c++)
            product_read(b_line + 32 * c, 4, true, b[c]);
    }
    __device__ __forceinline__ void add(int r, sums<T> &sum) const
    {
        CUDA_UNROLL(tile<T>::runs)
        for (int c = 0; c < tile<T>::runs; c++) {
            CUDA_UNROLL(4)
            for (int e = 0; e < 4; e++)
                sum.value[r][c][e] = __fmaf_rn(a[r], b[c][e], sum.value[r][c][e]);
        }
    }
};

/* Go on with the chains of the tile at (row, column) over k steps of the product of a and b. `shared` is the
 * block's, tile<T>::shared floats. All threads of the block call it, alike. */
template <int T, bool A_ALONG_K, class A, bool B_ALONG_K, class B, class Part>
static __device__ __forceinline__ void
product_chain(sums<T> &sum, float *shared, int row, int column, int k, const operand<A_ALONG_K, A> &a,
              const operand<B_ALONG_K, B> &b, const Part &part, enum operands operands)
{
    const spot<T> mine;
    const int last = (a.outputs - row < T ? a.outputs - row : T) + row - 1, end = part.end(last, k);
    int at = part.begin(row);
    if (at >= end) return;
    carrier<T, A_ALONG_K, A> carry_a(a, row);
    carrier<T, B_ALONG_K, B> carry_b(b, column);
    carry_a.read(at, end);
    carry_b.read(at, end);
    __syncthreads(); /* the chain before may still be read */
    int now = 0;
    for (;; at += tile<T>::depth) {
        float *slab_a = shared + now * (2 * tile<T>::slab), *slab_b = slab_a + tile<T>::slab;
        carry_a.write(at, operands, slab_a);
        carry_b.write(at, operands, slab_b);
        __syncthreads();
        const int depth = end - at < tile<T>::depth ? end - at : tile<T>::depth;
        const bool more = end - at > tile<T>::depth;
        if (more) {
            carry_a.read(at + tile<T>::depth, end);
            carry_b.read(at + tile<T>::depth, end);
        }
        const float *line_a = slab_a + mine.row, *line_b = slab_b + mine.column;
        if (depth == tile<T>::depth && part.all(row, last, at, at + depth - 1)) {
            CUDA_UNROLL(PRODUCT_STEP)
            for (int step = 0; step < tile<T>::depth; step++) {
                const step_elements<T> elements(line_a + step * tile<T>::line, line_b + step * tile<T>::line);
                CUDA_UNROLL(tile<T>::rows)
                for (int r = 0; r < tile<T>::rows; r++)
                    elements.add(r, sum);
            }
        } else {
            CUDA_UNROLL(1)
            for (int step = 0; step < depth; step++) {
                const step_elements<T> elements(line_a + step * tile<T>::line, line_b + step * tile<T>::line);
                CUDA_UNROLL(tile<T>::rows)
                for (int r = 0; r < tile<T>::rows; r++) {
                    if (part.has(row + mine.row + spot<T>::row_offset(r), at + step)) elements.add(r, sum);
                }
            }
        }
        if (!more) return;
        now ^= 1;
    }
}

/* Call each(row, column, four neighbours) for the thread's outputs of the tile at (row, column); columns may
 * be beyond the last one, rows are not. */
template <int T, class Each>
static __device__ __forceinline__ void product_each(sums<T> &sum, int row, int column, int rows, Each each)
{
    const spot<T> mine;
    CUDA_UNROLL(tile<T>::rows)
    for (int r = 0; r < tile<T>::rows; r++) {
        const int i = row + mine.row + spot<T>::row_offset(r);
        if (i >= rows) continue;
        CUDA_UNROLL(tile<T>::runs)
        for (int c = 0; c < tile<T>::runs; c++)
            each(i, column + mine.column + 32 * c, sum.value[r][c]);
    }
}

/* The same, each row after the other by way of the chain's shared memory: for an `each` that needs many
 * registers. All threads of the block call it. */
template <int T, class Each>
static __device__ __forceinline__ void product_each_in_turn(const sums<T> &sum, float *shared, int row,
                                                            int column, int rows, Each each)
{
    static_assert(T * T <= tile<T>::shared, "the tile must fit where its slabs were");
    const int apart = 4 * tile<T>::threads;
    const spot<T> mine;
    float *own = shared + 4 * threadIdx.x;
    __syncthreads(); /* the last slab may still be read */
    CUDA_UNROLL(tile<T>::rows)
    for (int r = 0; r < tile<T>::rows; r++) {
        CUDA_UNROLL(tile<T>::runs)
        for (int c = 0; c < tile<T>::runs; c++)
            product_write(own + (r * tile<T>::runs + c) * apart, 4, true, sum.value[r][c]);
    }
    CUDA_UNROLL(1)
    for (int i = 0; i < tile<T>::rows * tile<T>::runs; i++) {
        const int line = row + mine.row + spot<T>::row_offset(i / tile<T>::runs);
        float four[4];
        product_read(own + i * apart, 4, true, four);
        if (line < rows) each(line, column + mine.column + i % tile<T>::runs * 32, four);
    }
}

template <int T> static __device__ __forceinline__ void product_clear(sums<T> &sum)
{
    product_each<T>(sum, 0, 0, T,
                    [](int, int, float(&value)[4]) { value[0] = value[1] = value[2] = value[3] = 0.0f; });
}

/* The tile for `batch` products of rows by columns: the largest that leaves no multiprocessor without work,
 * and is not mostly empty; at most `largest`. By sizes only, so that a GPU's size does not decide what runs.
 */
static inline int product_tile(int64_t rows, int64_t columns, int64_t batch, int largest)
{
    const int64_t enough = 96, narrow = rows < columns ? rows : columns;
    for (int size = largest; size > 32; size /= 2) {
        int64_t tiles = ((rows + size - 1) / size) * ((columns + size - 1) / size) * batch;
        if (tiles >= enough && narrow > size / 2) return size;
    }
    return 32;
}

/* Launch a kernel whose name says T, for tiles of 64 or 32. */
#define PRODUCT_RUN_SMALL(device, operation, size, kernel, grid, ...)                                        \
    do {                                                                                                     \
        if ((size) == 64) {                                                                                  \
            constexpr int T = 64;                                                                            \
            CUDA_RUN(device, operation, kernel, grid, tile<T>::threads, 0, __VA_ARGS__);                     \
        } else {                                                                                             \
            constexpr int T = 32;                                                                            \
            CUDA_RUN(device, operation, kernel, grid, tile<T>::threads, 0, __VA_ARGS__);                     \
        }                                                                                                    \
    } while (0)

/* The same, or for tiles of 128. */
#define PRODUCT_RUN(device, operation, size, kernel, grid, ...)                                              \
    do {                                                                                                     \
        if ((size) == 128) {                                                                                 \
            constexpr int T = 128;                                                                           \
            CUDA_RUN(device, operation, kernel, grid, tile<T>::threads, 0, __VA_ARGS__);                     \
        } else {                                                                                             \
            PRODUCT_RUN_SMALL(device, operation, size, kernel, grid, __VA_ARGS__);                           \
        }                                                                                                    \
    } while (0)

#endif
