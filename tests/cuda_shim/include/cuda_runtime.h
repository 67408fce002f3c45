/* cuda_runtime.h - CUDA on the CPU, for tests: stands in for NVIDIA's header of that name.
 *
 * With -Itests/cuda_shim/include every source of kernels/cuda compiles with a C or C++17 compiler of the host
 * (g++ -x c++ -ffp-contract=off file.cu) and runs without a GPU, without a driver and without CUDA. Each
 * thread of a block is a fiber; what a kernel computes is what the rules of CUDA say, and what they forbid
 * ends the program with one line that names kernel, block, thread and source line:
 *
 *   - a barrier that some threads of a block do not reach, or reach elsewhere, or after another has ended
 *   - a warp operation whose lanes differ in mask or place, or that reads a lane which is not there
 *   - shared memory written beyond its end; more of it than the device has
 *   - a kernel's pointer that is not of the device; a host that reads or writes memory of the device
 *   - memory, streams that are not given back at the end of the program
 *
 * Shared memory and what cudaMalloc gives are filled with NaN, shared memory anew for each block. The order
 * of blocks and threads is an input (ORDER below), so that a missing barrier changes results. Work is done
 * late: a launch or a copy from or to pinned memory waits in the stream until someone synchronizes, so a
 * missing synchronize is seen too. Float atomics are not there and do not compile.
 *
 * What the device is and what fails is set by environment variables FTBENCH_SHIM_..., or by shim_set of
 * shim.h, which lists them. The device calls itself "shim (CUDA on the CPU, not a GPU)".
 *
 * Not covered: memory order between blocks, hazards between streams (all streams are one queue), bits of
 * float functions that the host's library computes (expf and the like; the kernels use none). */
#ifndef FTBENCH_SHIM_CUDA_RUNTIME_H
#define FTBENCH_SHIM_CUDA_RUNTIME_H

#include "shim/api.h"

#ifdef __cplusplus
#include "shim/arithmetic.h"
#include "shim/launch.h"
#include "shim/threads.h"
#include "shim/vectors.h"
#endif

#endif
