#include "probe.h"

#include "kernels/common/tree_sum.h"

#ifndef CUDA_ATOMIC_TYPE
#define CUDA_ATOMIC_TYPE unsigned /* float does not compile (float_atomic.sh) */
#endif

/* Lanes of tree_sum.h by the first warp, from a copy of the row in dynamic shared memory. */
static __global__ void sum_kernel(const float *x, int width, int fault, float *out)
{
    CUDA_DYNAMIC_SHARED(float, row);
    CUDA_SHARED(float, total, 1);
    int thread = (int)threadIdx.x, threads = (int)blockDim.x, block = (int)blockIdx.x;
    for (int i = thread; i < width; i += threads)
        row[i] = x[(size_t)block * (size_t)width + (size_t)i];
    if (fault == PROBE_SHARED_OVERRUN) row[width + (thread == 0 ? 0 : -1)] = 0;
    if (fault == PROBE_EARLY_END && thread == 5) return;
    if (fault == PROBE_DIVERGENT_BARRIER && thread % 2 == 0)
        __syncthreads();
    else if (fault == PROBE_TWO_BARRIERS && thread % 2 == 0)
        __syncthreads();
    else if (fault != PROBE_NO_BARRIER && fault != PROBE_DIVERGENT_BARRIER)
        __syncthreads();
    if (thread < 32) {
        float lane = 0;
        for (int i = thread; i < width; i += 32)
            lane = __fadd_rn(lane, row[i]);
        if (fault == PROBE_ABSENT_LANE && thread == 16) return;
        if (fault == PROBE_DIVERGENT_SHUFFLE && thread >= 16) __syncwarp();
        unsigned mask = fault == PROBE_WRONG_MASK ? 0xfffffffeu : 0xffffffffu;
        for (int d = 16; d > 0; d /= 2)
            lane = __fadd_rn(lane, __shfl_down_sync(mask, lane, d));
        if (thread == 0) total[0] = lane;
    }
    if (fault == PROBE_DIVERGENT_BARRIER) return;
    __syncthreads();
    if (thread == threads - 1) {
        out[fault == PROBE_BLOCK_RACE ? 0 : block] = total[0];
        if (fault == PROBE_OVERRUN) out[gridDim.x] = 0;
        if (fault == PROBE_WILD) out[(ptrdiff_t)1 << 40] = 0;
    }
}

void probe_sum(const float *x, int rows, int width, int threads, enum probe_fault fault, float *out,
               cudaStream_t stream)
{
    CUDA_LAUNCH(sum_kernel, (unsigned)rows, (unsigned)threads, (size_t)width * sizeof *x, stream, x, width,
                fault, out);
}

static __global__ void unwritten_kernel(float *out, int count)
{
    CUDA_SHARED(float, values, 64);
    for (int i = (int)threadIdx.x; i < count; i += (int)blockDim.x)
        out[i] = values[i];
}

void probe_unwritten(float *out, int count, cudaStream_t stream)
{
    CUDA_LAUNCH(unwritten_kernel, 2, 32, 0, stream, out, count);
}

static __global__ void count_kernel(CUDA_ATOMIC_TYPE *count)
{
    atomicAdd(count, 1);
}

void probe_count(unsigned *count, dim3 grid, dim3 block, size_t bytes, cudaStream_t stream)
{
    CUDA_LAUNCH(count_kernel, grid, block, bytes, stream, (CUDA_ATOMIC_TYPE *)count);
}

cudaError_t probe_allow_shared(int bytes)
{
    return cudaFuncSetAttribute(count_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
}

static __global__ void places_kernel(int *out)
{
    unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
    unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
    int *place = out + 7 * (block * blockDim.x * blockDim.y * blockDim.z + thread);
    place[0] = (int)threadIdx.x;
    place[1] = (int)threadIdx.y;
    place[2] = (int)threadIdx.z;
    place[3] = (int)blockIdx.x;
    place[4] = (int)blockIdx.y;
    place[5] = (int)blockIdx.z;
    place[6] = __popc(__ballot_sync(0xffffffffu, 1));
}

void probe_places(int *out, dim3 grid, dim3 block, cudaStream_t stream)
{
    CUDA_LAUNCH(places_kernel, grid, block, 0, stream, out);
}

static __global__ void shuffles_kernel(int *out)
{
    const unsigned all = 0xffffffffu;
    int lane = (int)threadIdx.x;
    out[lane] = __shfl_sync(all, lane, 3, 8);
    out[32 + lane] = __shfl_up_sync(all, lane, 2u, 8);
    out[64 + lane] = __shfl_down_sync(all, lane, 2u, 8);
    out[96 + lane] = __shfl_xor_sync(all, lane, 5, 8);
    out[128 + lane] = (int)__ballot_sync(all, lane % 3 == 0);
    out[160 + lane] = __any_sync(all, lane == 7) + 2 * __all_sync(all, lane != 7);
    if (lane < 8) out[192 + lane] = __shfl_xor_sync(0xffu, lane, 1);
    __syncwarp();
    out[192 + 8 + lane] = lane;
}

void probe_shuffles(int *out, cudaStream_t stream)
{
    CUDA_LAUNCH(shuffles_kernel, 1, 32, 0, stream, out);
}

template <int Factor, int Count> static __global__ void multiples_kernel(int *out)
{
    if (threadIdx.x < Count) out[threadIdx.x] = Factor * (int)threadIdx.x;
}

void probe_template(int *out, cudaStream_t stream)
{
    CUDA_LAUNCH((multiples_kernel<3, 7>), 1, 32, 0, stream, out);
}
