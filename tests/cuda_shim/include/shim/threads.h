/* threads.h - what a kernel sees of its threads: indices, barriers, warp operations, shared memory. */
#ifndef FTBENCH_SHIM_THREADS_H
#define FTBENCH_SHIM_THREADS_H

#include "vectors.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define __global__
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))

/* Where the running thread is. Set by the scheduler, to be read by kernels. */
struct shim_block_place {
    uint3 index;
    dim3 size, grid;
};
extern const uint3 *shim_thread_index;
extern struct shim_block_place shim_block;

#define threadIdx (*shim_thread_index)
#define blockIdx (shim_block.index)
#define blockDim (shim_block.size)
#define gridDim (shim_block.grid)
static constexpr int warpSize = 32;

enum shim_warp_kind {
    SHIM_SHUFFLE,      /* argument: the lane */
    SHIM_SHUFFLE_UP,   /* argument: how many lanes below */
    SHIM_SHUFFLE_DOWN, /* argument: how many lanes above */
    SHIM_SHUFFLE_XOR,  /* argument: the bits of the lane that change */
    SHIM_BALLOT,
    SHIM_SYNC
};

/* Wait for the block's threads, or the lanes of `mask`. Called through the macros below. */
void shim_barrier(const char *file, int line);
uint64_t shim_warp(enum shim_warp_kind kind, uint32_t mask, uint64_t value, int argument, int width,
                   const char *file, int line);

/* An array of the running block: the same for every thread, new and full of NaN for each block. `site` names
 * the declaration. */
void *shim_shared(const void *site, size_t bytes);
void *shim_dynamic_shared(void);

template <class T>
static inline T shim_shuffle(enum shim_warp_kind kind, uint32_t mask, T value, int argument, int width,
                             const char *file, int line)
{
    static_assert(sizeof(T) == 4 || sizeof(T) == 8, "shuffles carry 4 or 8 bytes");
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof value);
    bits = shim_warp(kind, mask, bits, argument, width, file, line);
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* With CUDA's default for the width, 32. */
#define SHIM_WIDTH(first, width, ...) width
#define SHIM_ARGUMENT(first, ...) first
#define SHIM_SHUFFLED(kind, mask, value, ...)                                                                \
    shim_shuffle(kind, mask, value, static_cast<int>(SHIM_ARGUMENT(__VA_ARGS__, 32)),                        \
                 SHIM_WIDTH(__VA_ARGS__, 32, 32), __FILE__, __LINE__)
#define __shfl_sync(mask, value, ...) SHIM_SHUFFLED(SHIM_SHUFFLE, mask, value, __VA_ARGS__)
#define __shfl_up_sync(mask, value, ...) SHIM_SHUFFLED(SHIM_SHUFFLE_UP, mask, value, __VA_ARGS__)
#define __shfl_down_sync(mask, value, ...) SHIM_SHUFFLED(SHIM_SHUFFLE_DOWN, mask, value, __VA_ARGS__)
#define __shfl_xor_sync(mask, value, ...) SHIM_SHUFFLED(SHIM_SHUFFLE_XOR, mask, value, __VA_ARGS__)
#define __ballot_sync(mask, predicate)                                                                       \
    static_cast<unsigned>(shim_warp(SHIM_BALLOT, mask, (predicate) ? 1 : 0, 0, 32, __FILE__, __LINE__))
#define __any_sync(mask, predicate) (__ballot_sync(mask, predicate) != 0 ? 1 : 0)
#define __all_sync(mask, predicate) (__ballot_sync(mask, !(predicate)) == 0 ? 1 : 0)

static inline uint32_t shim_mask(uint32_t mask = 0xffffffffu)
{
    return mask;
}
#define __syncwarp(...)                                                                                      \
    static_cast<void>(shim_warp(SHIM_SYNC, shim_mask(__VA_ARGS__), 0, 0, 32, __FILE__, __LINE__))
#define __syncthreads() shim_barrier(__FILE__, __LINE__)
#define __threadfence() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define __threadfence_block() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* The words of kernels/cuda/launch.h. */
#define CUDA_SHARED(type, name, count)                                                                       \
    static const char name##_site = 0;                                                                       \
    type(&name)[count] = *static_cast<type(*)[count]>(shim_shared(&name##_site, sizeof(type) * (count)))
#define CUDA_DYNAMIC_SHARED(type, name) type *name = static_cast<type *>(shim_dynamic_shared())

#endif
