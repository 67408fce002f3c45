/* softmax.cuh - the rows of attention's matrices: scores to probabilities, and back. A warp has a row, thread
 * l lane l of the contract's row sums; blocks are 8 warps, blockIdx.x counts eights of queries, then heads.
 *
 * The first 32 N elements of a row stay in registers, from which they are read once and written once; what is
 * beyond comes from memory again for each pass. Bits do not depend on N. */
#ifndef FTBENCH_KERNELS_CUDA_SOFTMAX_CUH
#define FTBENCH_KERNELS_CUDA_SOFTMAX_CUH

#include "kernels/common/elementary.h"
#include "kernels/cuda/attention_head.cuh"
#include "kernels/cuda/rows.cuh"
#include "kernels/cuda/warp.cuh"

/* The maximum of the lanes, in every lane. A lane is NaN only where all are (each starts from the row's first
 * element), so their order does not matter. */
static __device__ __forceinline__ float warp_maximum(float lane)
{
    CUDA_UNROLL(5)
    for (int distance = CUDA_WARP / 2; distance > 0; distance /= 2)
        lane = ft_maxf(__shfl_xor_sync(CUDA_ALL_LANES, lane, distance), lane);
    return lane;
}

/* s = score * scale; m = maximum; e = exp(s - m); p = e / lanes e; in place. */
template <int N> static __device__ __forceinline__ void softmax_row(float *row, int keys, float scale)
{
    const int lane = (int)threadIdx.x, rest = N * CUDA_WARP + lane;
    float held[N], maximum = row[0] * scale, sum = 0.0f;
    CUDA_UNROLL(N)
    for (int i = 0; i < N; i++)
        held[i] = i * CUDA_WARP + lane < keys ? row[i * CUDA_WARP + lane] : 0.0f;
    CUDA_UNROLL(N)
    for (int i = 0; i < N; i++) {
        held[i] = held[i] * scale;
        if (i * CUDA_WARP + lane < keys) maximum = ft_maxf(held[i], maximum);
    }
    for (int k = rest; k < keys; k += CUDA_WARP)
        maximum = ft_maxf(row[k] * scale, maximum);
    maximum = warp_maximum(maximum);
    CUDA_UNROLL(N)
    for (int i = 0; i < N; i++) {
        if (i * CUDA_WARP + lane < keys) {
            held[i] = ft_expf(held[i] - maximum);
            sum = sum + held[i];
        }
    }
    for (int k = rest; k < keys; k += CUDA_WARP) {
        row[k] = ft_expf(row[k] * scale - maximum);
        sum = sum + row[k];
    }
    sum = warp_sum(sum);
    CUDA_UNROLL(N)
    for (int i = 0; i < N; i++)
        if (i * CUDA_WARP + lane < keys) row[i * CUDA_WARP + lane] = held[i] / sum;
    for (int k = rest; k < keys; k += CUDA_WARP)
        row[k] = row[k] / sum;
}

/* r = lanes fma(dp, p); ds = (p * (dp - r)) * scale, in the place of dp. */
template <int N>
static __device__ __forceinline__ void softmax_gradient_row(const float *p, int keys, float scale, float *dp)
{
    const int lane = (int)threadIdx.x, rest = N * CUDA_WARP + lane;
    float held_p[N], held[N], r = 0.0f;
    CUDA_UNROLL(N)
    for (int i = 0; i < N; i++) {
        const bool there = i * CUDA_WARP + lane < keys;
        held_p[i] = there ? p[i * CUDA_WARP + lane] : 0.0f;
        held[i] = there ? dp[i * CUDA_WARP + lane] : 0.0f;
    }
    CUDA_UNROLL(N)
    for (int i = 0; i < N; i++)
        if (i * CUDA_WARP + lane < keys) r = __fmaf_rn(held[i], held_p[i], r);
    for (int k = rest; k < keys; k += CUDA_WARP)
        r = __fmaf_rn(dp[k], p[k], r);
    r = warp_sum(r);
    CUDA_UNROLL(N)
    for (int i = 0; i < N; i++)
        if (i * CUDA_WARP + lane < keys) dp[i * CUDA_WARP + lane] = (held_p[i] * (held[i] - r)) * scale;
    for (int k = rest; k < keys; k += CUDA_WARP)
        dp[k] = (p[k] * (dp[k] - r)) * scale;
}

/* The block's query, of `eights` of eight queries in the longest sample; beyond a sample's last one there may
 * be none. */
static __device__ __forceinline__ int softmax_query(int eights)
{
    return (int)blockIdx.x % eights * ROW_WARPS + (int)threadIdx.y;
}

/* Its row in the head's matrix of sample s. */
static __device__ __forceinline__ int64_t softmax_at(const struct rows &rows,
                                                     const struct attention &attention, int s, int eights)
{
    const attention_head head = attention_head_of(rows, attention, s, (int)blockIdx.x / eights);
    return head.matrix + (int64_t)softmax_query(eights) * head.length;
}

template <int N>
static __global__ void __launch_bounds__(ROW_WARPS *CUDA_WARP)
    softmax(struct rows rows, struct attention attention, int eights, float *matrices)
{
    const int query = softmax_query(eights);
    for (int s = (int)blockIdx.y; s < rows.samples; s += (int)gridDim.y) {
        const int n = attention_length(rows, s);
        if (query < n)
            softmax_row<N>(matrices + softmax_at(rows, attention, s, eights),
                           attention_keys(attention, n, query), attention.scale);
    }
}

template <int N>
static __global__ void __launch_bounds__(ROW_WARPS *CUDA_WARP)
    softmax_gradient(struct rows rows, struct attention attention, int eights, const float *p, float *dp)
{
    const int query = softmax_query(eights);
    for (int s = (int)blockIdx.y; s < rows.samples; s += (int)gridDim.y) {
        const int n = attention_length(rows, s);
        if (query >= n) continue;
        const int64_t row = softmax_at(rows, attention, s, eights);
        softmax_gradient_row<N>(p + row, attention_keys(attention, n, query), attention.scale, dp + row);
    }
}

#endif
