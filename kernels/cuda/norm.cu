/* norm.cu - layer and root-mean-square norms: a warp a row, its threads the contract's lanes (warp.cuh).
 *
 * One launch each, bound by memory: a row is read again for each sum, but from the cache, so 8 bytes an
 * element forward and 12 backward; 75 to 85% of the bandwidth is expected, as the lanes read 4 bytes a
 * thread. The gradients of the weights are norm_weight.cu. */
#include "kernels/cuda/families.h"

#include "kernels/common/elementary.h"
#include "kernels/cuda/rows.cuh"
#include "kernels/cuda/warp.cuh"

/* Lanes of x. */
static __device__ __forceinline__ float row_sum(const float *x, unsigned width)
{
    float lane = 0.0f;
    CUDA_UNROLL(8)
    for (unsigned k = threadIdx.x; k < width; k += CUDA_WARP)
        lane = lane + x[k];
    return warp_sum(lane);
}

/* Lanes of fma(x - mean, x - mean). */
static __device__ __forceinline__ float row_deviations(const float *x, float mean, unsigned width)
{
    float lane = 0.0f;
    CUDA_UNROLL(8)
    for (unsigned k = threadIdx.x; k < width; k += CUDA_WARP) {
        const float deviation = x[k] - mean;
        lane = FT_FMAF(deviation, deviation, lane);
    }
    return warp_sum(lane);
}

/* Lanes of fma(x, x). */
static __device__ __forceinline__ float row_squares(const float *x, unsigned width)
{
    float lane = 0.0f;
    CUDA_UNROLL(8)
    for (unsigned k = threadIdx.x; k < width; k += CUDA_WARP)
        lane = FT_FMAF(x[k], x[k], lane);
    return warp_sum(lane);
}

template <int N>
static __global__ void __launch_bounds__(ROW_THREADS)
    layernorm(struct rows rows, int width, float epsilon, const float *x, const float *weight,
              const float *bias, float *y, float *means, float *rstds)
{
    const unsigned token = row_token();
    if (token >= (unsigned)rows.tokens) return;
    const size_t at = cuda_row(rows, (int)token) * (size_t)width;
    const float mean = row_sum(x + at, (unsigned)width) / (float)width;
    const float variance = row_deviations(x + at, mean, (unsigned)width) / (float)width;
    const float rstd = ft_rsqrtf(variance + epsilon);
    if (threadIdx.x == 0) {
        means[token] = mean;
        rstds[token] = rstd;
    }
    for (unsigned c = threadIdx.x; c < (unsigned)width / N; c += CUDA_WARP) {
        const unit<N> value = unit_load<N>(x + at, c), w = unit_load<N>(weight, c), b = unit_load<N>(bias, c);
        unit<N> result;
        CUDA_UNROLL(N)
        for (int i = 0; i < N; i++)
            result.v[i] = FT_FMAF((value.v[i] - mean) * rstd, w.v[i], b.v[i]);
        unit_store(y + at, c, result);
    }
}

extern "C" void cuda_layernorm_forward(struct device *device, const struct rows *rows, int width,
                                       float epsilon, const float *x, const float *weight, const float *bias,
                                       float *y, float *mean, float *rstd)
{
    WARP_ROW_RUN(device, "layernorm_forward", row_fours(width, x, weight, bias, y), rows->tokens,
                 layernorm<4>, layernorm<1>, *rows, width, epsilon, x, weight, bias, y, mean, rstd);
}

/* dx may be dy: a row's warp has read all of it before it writes, and each element again before its own. */
template <int N>
static __global__ void __launch_bounds__(ROW_THREADS)
    layernorm_gradient(struct rows rows, int width, const float *x, const float *weight, const float *means,
                       const float *rstds, const float *dy, float *dx)
{
    const unsigned token = row_token();
    if (token >= (unsigned)rows.tokens) return;
    const size_t at = cuda_row(rows, (int)token) * (size_t)width;
    const float mean = means[token], rstd = rstds[token];
    float lane_g = 0.0f, lane_gh = 0.0f;
    CUDA_UNROLL(4)
    for (unsigned k = threadIdx.x; k < (unsigned)width; k += CUDA_WARP) {
        const float g = dy[at + k] * weight[k];
        lane_g = lane_g + g;
        lane_gh = FT_FMAF(g, (x[at + k] - mean) * rstd, lane_gh);
    }
    const float a = warp_sum(lane_g) / (float)width, b = warp_sum(lane_gh) / (float)width;
    for (unsigned c = threadIdx.x; c < (unsigned)width / N; c += CUDA_WARP) {
        const unit<N> value = unit_load<N>(x + at, c), w = unit_load<N>(weight, c);
        const unit<N> d = unit_load<N>(dy + at, c);
        unit<N> result;
        CUDA_UNROLL(N)
        for (int i = 0; i < N; i++) {
            const float h = (value.v[i] - mean) * rstd;
            result.v[i] = FT_FMAF(-h, b, d.v[i] * w.v[i] - a) * rstd;
        }
        unit_store(dx + at, c, result);
    }
}

extern "C" void cuda_layernorm_backward(struct device *device, const struct rows *rows, int width,
                                        const float *x, const float *weight, const float *mean,
                                        const float *rstd, const float *dy, float *dx)
{
    WARP_ROW_RUN(device, "layernorm_backward", row_fours(width, x, weight, dy, dx), rows->tokens,
                 layernorm_gradient<4>, layernorm_gradient<1>, *rows, width, x, weight, mean, rstd, dy, dx);
}

template <int N>
static __global__ void __launch_bounds__(ROW_THREADS)
    rmsnorm(struct rows rows, int width, float epsilon, const float *x, const float *weight, float *y,
            float *rstds)
{
    const unsigned token = row_token();
    if (token >= (unsigned)rows.tokens) return;
    const size_t at = cuda_row(rows, (int)token) * (size_t)width;
    const float rstd = ft_rsqrtf(row_squares(x + at, (unsigned)width) / (float)width + epsilon);
    if (threadIdx.x == 0) rstds[token] = rstd;
    for (unsigned c = threadIdx.x; c < (unsigned)width / N; c += CUDA_WARP) {
        const unit<N> value = unit_load<N>(x + at, c), w = unit_load<N>(weight, c);
        unit<N> result;
        CUDA_UNROLL(N)
        for (int i = 0; i < N; i++)
            result.v[i] = (value.v[i] * rstd) * w.v[i];
        unit_store(y + at, c, result);
    }
}

extern "C" void cuda_rmsnorm_forward(struct device *device, const struct rows *rows, int width, float epsilon,
                                     const float *x, const float *weight, float *y, float *rstd)
{
    WARP_ROW_RUN(device, "rmsnorm_forward", row_fours(width, x, weight, y), rows->tokens, rmsnorm<4>,
                 rmsnorm<1>, *rows, width, epsilon, x, weight, y, rstd);
}

template <int N>
static __global__ void __launch_bounds__(ROW_THREADS)
    rmsnorm_gradient(struct rows rows, int width, const float *x, const float *weight, const float *rstds,
                     const float *dy, bool accumulate, float *dx)
{
    const unsigned token = row_token();
    if (token >= (unsigned)rows.tokens) return;
    const size_t at = cuda_row(rows, (int)token) * (size_t)width;
    const float rstd = rstds[token];
    float lane = 0.0f;
    CUDA_UNROLL(4)
    for (unsigned k = threadIdx.x; k < (unsigned)width; k += CUDA_WARP)
        lane = FT_FMAF(dy[at + k] * weight[k], x[at + k] * rstd, lane);
    const float b = warp_sum(lane) / (float)width;
    for (unsigned c = threadIdx.x; c < (unsigned)width / N; c += CUDA_WARP) {
        const unit<N> value = unit_load<N>(x + at, c), w = unit_load<N>(weight, c);
        const unit<N> d = unit_load<N>(dy + at, c);
        unit<N> result;
        if (accumulate) result = unit_load<N>(dx + at, c);
        CUDA_UNROLL(N)
        for (int i = 0; i < N; i++) {
            const float own = FT_FMAF(-(value.v[i] * rstd), b, d.v[i] * w.v[i]) * rstd;
            result.v[i] = accumulate ? result.v[i] + own : own;
        }
        unit_store(dx + at, c, result);
    }
}

extern "C" void cuda_rmsnorm_backward(struct device *device, const struct rows *rows, int width,
                                      const float *x, const float *weight, const float *rstd, const float *dy,
                                      bool accumulate, float *dx)
{
    WARP_ROW_RUN(device, "rmsnorm_backward", row_fours(width, x, weight, dy, dx), rows->tokens,
                 rmsnorm_gradient<4>, rmsnorm_gradient<1>, *rows, width, x, weight, rstd, dy, accumulate, dx);
}
