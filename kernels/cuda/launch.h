/* launch.h - the few words in which a kernel's source differs between nvcc and the compiler of the host.
 *
 * Every .cu file of this folder compiles with nvcc for a GPU and, with a <cuda_runtime.h> of the tests' own
 * (tests/cuda_shim), with a C++ compiler for the CPU, where each thread of a block is a fiber. Shared memory
 * and launches are written with these macros so that both understand them; all else is plain CUDA C++ with
 * explicit __fmaf_rn and the functions of kernels/common.
 *
 *   CUDA_SHARED(float, tile, 16 * 17);                an array of a block: float tile[16 * 17]
 *   CUDA_DYNAMIC_SHARED(float, rows);                 float *rows, as many bytes as the launch says
 *   CUDA_LAUNCH(kernel, grid, block, bytes, stream, arguments...);  kernel may be (name<a, b>), in brackets
 *   CUDA_UNROLL(4)                                    before a loop: that many rounds at once, for nvcc
 */
#ifndef FTBENCH_KERNELS_CUDA_LAUNCH_H
#define FTBENCH_KERNELS_CUDA_LAUNCH_H

#include <cuda_runtime.h>

#ifdef __CUDACC__
#define CUDA_SHARED(type, name, count) __shared__ __align__(16) type name[count]
#define CUDA_DYNAMIC_SHARED(type, name)                                                                      \
    extern __shared__ __align__(16) unsigned char cuda_dynamic_shared[];                                     \
    type *name = reinterpret_cast<type *>(cuda_dynamic_shared)
#define CUDA_LAUNCH(kernel, grid, block, bytes, stream, ...)                                                 \
    kernel<<<(grid), (block), (bytes), (stream)>>>(__VA_ARGS__)
#define CUDA_PRAGMA(text) _Pragma(#text)
#define CUDA_UNROLL(rounds) CUDA_PRAGMA(unroll rounds)
#else
#define CUDA_UNROLL(rounds)
#endif

#endif
