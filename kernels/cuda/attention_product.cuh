/* attention_product.cuh - the three products of attention, each one kernel over all samples and heads.
 *
 *   rows_product      matrix (n, n) = lines of a times lines of b: scores, and the gradient of dropout(p)
 *   keys_product      lines (n, D) = matrix times lines, chains over keys: outputs, and the gradient of q
 *   queries_product   lines (n, D) = matrix transposed times lines, chains over query head and query: the
 *                     gradients of v and k
 *
 * With `causal` a query reads no key after itself: such elements of a matrix are not computed, nor written,
 * and what memory holds there takes part in no chain. blockIdx.x counts tiles, then heads. */
#ifndef FTBENCH_KERNELS_CUDA_ATTENTION_PRODUCT_CUH
#define FTBENCH_KERNELS_CUDA_ATTENTION_PRODUCT_CUH

#include "kernels/cuda/attention_head.cuh"
#include "kernels/cuda/product.cuh"

/* Of a multiprocessor at least: leaves each 168 registers, since with 128 the words of dropout would be
 * spilled. */
#define ATTENTION_THREADS 384

/* Rows are queries, steps are keys. */
struct keys_of_query {
    bool causal;
    __device__ __forceinline__ int begin(int) const { return 0; }
    __device__ __forceinline__ int end(int query, int k) const
    {
        return causal && query + 1 < k ? query + 1 : k;
    }
    __device__ __forceinline__ bool all(int first_query, int, int, int last_key) const
    {
        return !causal || last_key <= first_query;
    }
    __device__ __forceinline__ bool has(int query, int key) const { return !causal || key <= query; }
};

/* Rows are keys, steps are queries. */
struct queries_of_key {
    bool causal;
    __device__ __forceinline__ int begin(int key) const { return causal ? key : 0; }
    __device__ __forceinline__ int end(int, int k) const { return k; }
    __device__ __forceinline__ bool all(int, int last_key, int first_query, int) const
    {
        return !causal || first_query >= last_key;
    }
    __device__ __forceinline__ bool has(int key, int query) const { return !causal || query >= key; }
};

/* Lines that belong to a head: `first` is the tensor, from its row and column on. */
template <class Number> struct head_lines {
    Number *first;
    int step;
};

template <bool ALONG_K>
static __device__ __forceinline__ operand<ALONG_K, unchanged>
lines_operand(const head_lines<const float> &lines, int64_t row, int column, int outputs)
{
    const float *first = lines.first + row * lines.step + column;
    return {first, lines.step, NULL, outputs, product_aligned(first, lines.step), unchanged()};
}

template <bool ALONG_K>
static __device__ __forceinline__ operand<ALONG_K, dropped> matrix_operand(const float *matrix, int n,
                                                                           const dropped &change)
{
    return {matrix, n, NULL, n, product_aligned(matrix, n), change};
}

/* Write a tile of a head's lines (n, columns). */
template <int T>
static __device__ __forceinline__ void lines_write(sums<T> &sum, const head_lines<float> &lines, int64_t line,
                                                   int at, int row, int column, int rows, int columns)
{
    float *first = lines.first + line * lines.step + at;
    const bool aligned = product_aligned(first, lines.step);
    product_each<T>(sum, row, column, rows, [&](int i, int j, float(&value)[4]) {
        product_write(first + (int64_t)i * lines.step + j, columns - j, aligned, value);
    });
}

template <int T>
static __global__ void __launch_bounds__(tile<T>::threads, ATTENTION_THREADS / tile<T>::threads)
    rows_product(struct rows rows, struct attention attention, head_lines<const float> a,
                 head_lines<const float> b, float *matrices, bool drop, int across, enum operands operands)
{
    CUDA_SHARED(float, shared, tile<T>::shared);
    const int h = (int)blockIdx.x / (across * across), place = (int)blockIdx.x % (across * across);
    const int row = place / across * T, column = place % across * T;
    if (attention.causal && column > row + T - 1) return;
    for (int s = (int)blockIdx.y; s < rows.samples; s += (int)gridDim.y) {
        const int n = attention_length(rows, s);
        if (row >= n || column >= n) continue;
        const attention_head head = attention_head_of(rows, attention, s, h);
        sums<T> sum;
        product_clear<T>(sum);
        product_chain<T>(sum, shared, row, column, attention.head_dim,
                         lines_operand<true>(a, head.row, head.query_at, n),
                         lines_operand<true>(b, head.row, head.key_at, n), every_step(), operands);
        float *matrix = matrices + head.matrix;
        const bool aligned = product_aligned(matrix, n);
        const dropped change = attention_dropped(rows, attention, s, h, drop);
        product_each_in_turn<T>(sum, shared, row, column, n, [&](int i, int j, float(&value)[4]) {
            if (change.any()) change(i, j, value);
            product_write(matrix + (int64_t)i * n + j, attention_keys(attention, n, i) - j, aligned, value);
        });
    }
}

template <int T>
static __global__ void __launch_bounds__(tile<T>::threads, ATTENTION_THREADS / tile<T>::threads)
    keys_product(struct rows rows, struct attention attention, const float *matrices, bool drop,
                 head_lines<const float> b, head_lines<float> c, int across, int down, enum operands operands)
{
    CUDA_SHARED(float, shared, tile<T>::shared);
    const int h = (int)blockIdx.x / (across * down), place = (int)blockIdx.x % (across * down);
    const int row = place / across * T, column = place % across * T;
    for (int s = (int)blockIdx.y; s < rows.samples; s += (int)gridDim.y) {
        const int n = attention_length(rows, s);
        if (row >= n) continue;
        const attention_head head = attention_head_of(rows, attention, s, h);
        sums<T> sum;
        product_clear<T>(sum);
        product_chain<T>(
            sum, shared, row, column, n,
            matrix_operand<true>(matrices + head.matrix, n, attention_dropped(rows, attention, s, h, drop)),
            lines_operand<false>(b, head.row, head.key_at, attention.head_dim),
            keys_of_query{attention.causal}, operands);
        lines_write<T>(sum, c, head.row, head.query_at, row, column, n, attention.head_dim);
    }
}

template <int T>
static __global__ void __launch_bounds__(tile<T>::threads, ATTENTION_THREADS / tile<T>::threads)
    queries_product(struct rows rows, struct attention attention, const float *matrices, bool drop,
                    head_lines<const float> b, head_lines<float> c, int across, int down,
                    enum operands operands)
{
    CUDA_SHARED(float, shared, tile<T>::shared);
    const int group = (int)blockIdx.x / (across * down), place = (int)blockIdx.x % (across * down);
    const int row = place / across * T, column = place % across * T;
    const int each = attention.heads / attention.kv_heads;
    for (int s = (int)blockIdx.y; s < rows.samples; s += (int)gridDim.y) {
        const int n = attention_length(rows, s);
        if (row >= n) continue;
        sums<T> sum;
        product_clear<T>(sum);
        for (int h = group * each; h < (group + 1) * each; h++) {
            const attention_head head = attention_head_of(rows, attention, s, h);
            product_chain<T>(sum, shared, row, column, n,
                             matrix_operand<false>(matrices + head.matrix, n,
                                                   attention_dropped(rows, attention, s, h, drop)),
                             lines_operand<false>(b, head.row, head.query_at, attention.head_dim),
                             queries_of_key{attention.causal}, operands);
        }
        lines_write<T>(sum, c, rows.device_start[s], group * attention.head_dim, row, column, n,
                       attention.head_dim);
    }
}

#endif
