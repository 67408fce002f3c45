/* shim.h - what tests can tell the CUDA on the CPU, and ask of it. C and C++.
 *
 * shim_set(NAME, value) has the effect of the environment variable FTBENCH_SHIM_NAME=value in a program that
 * has not called CUDA yet; NULL is the default. A value that makes no sense ends the program.
 *
 *   ORDER       forward (default), reverse, or a number that seeds the order of blocks, warps and lanes
 *   DRIVER      13000 (default): the version; none: no driver; stub: the driver's stub library; a version
 *               below 13000: too old for the runtime
 *   DEVICES     how many there are: 1
 *   MEMORY      bytes that each has: 8589934592
 *   CAPABILITY  7.0, 7.5, 8.0, 8.6, 8.9, 9.0 (default), 10.0 or 12.0: decides how much shared memory a
 *               block may have
 *   FAIL        call:n[:error][,...]: the n-th such call from now on (1: the next) fails with that number of
 *               cudaError_t. Calls: malloc, mallochost, stream, copy, set, launch, synchronize, device,
 *               code (has the program code for the device: cudaFuncGetAttributes).
 *               Errors of a kernel (700, 702, 715, 716, 719) and of memory (214) come as on a device: the
 *               call succeeds, the next synchronize fails, and after that every call
 *   LAUNCHES    a file: at the end of the program the name of each kernel that ran is appended to it, a line
 *               each
 */
#ifndef FTBENCH_SHIM_H
#define FTBENCH_SHIM_H

#include <stdbool.h>
#include <stddef.h>

#define SHIM_NAME "shim (CUDA on the CPU, not a GPU)"

#ifdef __cplusplus
extern "C" {
#endif

void shim_set(const char *name, const char *value);

/* Forget errors, also those that stay, and what is still to fail. */
void shim_reset(void);

/* How often a kernel ran, all instances of a template together; its name without brackets and arguments. */
long shim_launches(const char *kernel);

/* Has the device a context: was it selected, or asked what needs one, and not reset since? As from CUDA 12
 * on. */
bool shim_has_context(int device);

/* Bytes of device memory in use. */
size_t shim_memory(void);

/* Is it memory of the device: from cudaMalloc or cudaMallocManaged? */
bool shim_is_device_memory(const void *pointer);

/* For libraries that compute on the device (tests/fake_cublas): give it a piece of work of theirs. The stream
 * must be one. */
void shim_enqueue(void *stream, void (*work)(void *argument), void *argument);

/* Zeroed memory of the host that kernels cannot touch: its pages are closed while they run. Ends the program
 * when there is none. */
void *shim_host_block(size_t bytes);
void shim_host_free(void *block);

#ifdef __cplusplus
}
#endif

#endif
