/* support_memory.h - memory for what the tests of tensor operations compare.
 *
 * Tests make their arrays on the host and give them to operations as they are. So that this works with a GPU
 * too, they come from both_make: managed memory where the build has CUDA and the machine a GPU, or the CUDA
 * on the CPU of tests/cuda_shim. The host reads and writes them while the device is at rest: before an
 * operation, and after a synchronize. */
#ifndef FTBENCH_TESTS_KERNELS_SUPPORT_MEMORY_H
#define FTBENCH_TESTS_KERNELS_SUPPORT_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* `count` elements of `size` bytes that host and device read and write; content arbitrary. Ends the program
 * when there is no memory. Freed with both_free. */
void *both_make(size_t count, size_t size);
void both_free(void *block);

/* A copy of integers (ids, labels, tokens) in such memory. */
int32_t *integers_make(const int32_t *values, size_t count);

/* Zeroed memory of the host alone: that a kernel reads it is seen on the CUDA on the CPU. Freed with
 * host_free. */
void *host_make(size_t count, size_t size);
void host_free(void *block);

#endif
