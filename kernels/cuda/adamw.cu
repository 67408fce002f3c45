/* adamw.cu - AdamW, one pass over gradient, weight and moments.
 *
 * One launch a tensor, bound by memory: 16 bytes read and 12 written for a parameter; 85 to 90% of the
 * bandwidth is expected. The sums of squares are sum_squares.cu. Threads go on at strides of the whole grid,
 * so any count will do. */
#include "kernels/cuda/families.h"

#include "kernels/common/elementary.h"
#include "kernels/cuda/rows.cuh"

#define THREADS 256
#ifndef CUDA_ADAMW_BLOCKS
#define CUDA_ADAMW_BLOCKS 16384 /* at most: some 8 waves of the largest GPU; tests make it small */
#endif

struct adamw_job {
    struct adamw scalars;
    const float *gradient;
    float *p, *m, *v;
};

static __device__ __forceinline__ void adamw_one(const struct adamw &s, float gradient, float &p, float &m,
                                                 float &v)
{
    const float tiny = 0x1p-100f;
    const float g = gradient * s.gradient_scale;
    const float decayed = p * s.decay;
    const float mean = FT_FMAF(s.one_minus_beta1, g - m, m);
    const float square = FT_FMAF(s.one_minus_beta2, g * g, v * s.beta2);
    m = ft_absf(mean) < tiny ? 0.0f : mean;
    v = square < tiny ? 0.0f : square;
    p = FT_FMAF(-s.step_size, m / (FT_SQRTF(v) / s.root_correction + s.epsilon), decayed);
}

/* N parameters from `at` on. */
template <int N> static __device__ __forceinline__ void adamw_unit(const struct adamw_job &job, int64_t at)
{
    const unit<N> gradient = unit_load<N>(job.gradient + at, 0);
    unit<N> p = unit_load<N>(job.p + at, 0), m = unit_load<N>(job.m + at, 0), v = unit_load<N>(job.v + at, 0);
    CUDA_UNROLL(N)
    for (int i = 0; i < N; i++)
        adamw_one(job.scalars, gradient.v[i], p.v[i], m.v[i], v.v[i]);
    unit_store(job.m + at, 0, m);
    unit_store(job.v + at, 0, v);
    unit_store(job.p + at, 0, p);
}

/* All parameters: units of N floats from `head` on, and by the first threads the few before and after them,
 * one at a time. */
template <int N>
static __global__ void __launch_bounds__(THREADS) adamw_all(struct adamw_job job, int64_t head, int64_t count)
{
    const int64_t units = (count - head) / N, rest = count - units * N;
    const int64_t thread = (int64_t)blockIdx.x * THREADS + threadIdx.x, step = (int64_t)gridDim.x * THREADS;
    for (int64_t u = thread; u < units; u += step)
        adamw_unit<N>(job, head + u * N);
    if (thread < rest) adamw_unit<1>(job, thread < head ? thread : thread + units * N);
}

/* Elements before the first at a multiple of 16 bytes. */
static int64_t head_of(const float *x)
{
    return (int64_t)((16 - (uintptr_t)x % 16) % 16 / sizeof(float));
}

extern "C" void cuda_adamw(struct device *device, int64_t count, const struct adamw *adamw,
                           const float *gradient, float *p, float *m, float *v)
{
    if (count <= 0) return;
    const struct adamw_job job = {*adamw, gradient, p, m, v};
    const bool fours =
        head_of(gradient) == head_of(p) && head_of(m) == head_of(p) && head_of(v) == head_of(p);
    const int64_t head = !fours ? 0 : head_of(p) < count ? head_of(p) : count;
    const int64_t blocks = (count / (fours ? 4 : 1) + THREADS - 1) / THREADS + 1;
    const unsigned grid = (unsigned)(blocks < CUDA_ADAMW_BLOCKS ? blocks : CUDA_ADAMW_BLOCKS);
    if (fours)
        CUDA_RUN(device, "adamw", adamw_all<4>, grid, THREADS, 0, job, head, count);
    else
        CUDA_RUN(device, "adamw", adamw_all<1>, grid, THREADS, 0, job, head, count);
}
