/* warp.cuh - the 32 lanes of the contract's row sums as the 32 threads of a warp. */
#ifndef FTBENCH_KERNELS_CUDA_WARP_CUH
#define FTBENCH_KERNELS_CUDA_WARP_CUH

#include "kernels/cuda/device.h"

#define CUDA_ALL_LANES 0xffffffffu

/* The lanes joined (tree_sum.h), x[l] = x[l] + x[l + d] for d = 16, 8, 4, 2, 1; to be called by all threads
 * of a warp. The contract's sum is lane 0's. Every lane has it: lane l adds the one across, l ^ d, so from
 * lane to lane only the two terms of an addition change places. */
static __device__ __forceinline__ float warp_sum(float lane)
{
    CUDA_UNROLL(5)
    for (int distance = CUDA_WARP / 2; distance > 0; distance /= 2)
        lane = lane + __shfl_xor_sync(CUDA_ALL_LANES, lane, distance);
    return lane;
}

#endif
