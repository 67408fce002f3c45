#include "support_memory.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef FTBENCH_TESTS_CUDA
#include <cuda_runtime.h>
#endif
#ifdef FTBENCH_TESTS_SHIM
#include "tests/cuda_shim/shim.h"
#endif

static void *checked(void *block)
{
    if (block != NULL) return block;
    fprintf(stderr, "no memory for a test\n");
    exit(1);
}

#ifdef FTBENCH_TESTS_CUDA
static bool has_gpu(void)
{
    static int count = -1;
    if (count < 0 && cudaGetDeviceCount(&count) != cudaSuccess) count = 0;
    (void)cudaGetLastError();
    return count > 0;
}

void *both_make(size_t count, size_t size)
{
    void *block = NULL;
    if (count == 0) count = 1;
    if (!has_gpu()) return checked(memory_aligned(count, size));
    if (cudaMallocManaged(&block, count * size, cudaMemAttachGlobal) != cudaSuccess) block = NULL;
    return checked(block);
}

void both_free(void *block)
{
    if (has_gpu())
        (void)cudaFree(block);
    else
        memory_free(block);
}
#else
void *both_make(size_t count, size_t size)
{
    return checked(memory_aligned(count > 0 ? count : 1, size));
}

void both_free(void *block)
{
    memory_free(block);
}
#endif

int32_t *integers_make(const int32_t *values, size_t count)
{
    int32_t *copy = both_make(count, sizeof *copy);
    if (count > 0) memcpy(copy, values, count * sizeof *copy);
    return copy;
}

#ifdef FTBENCH_TESTS_SHIM
void *host_make(size_t count, size_t size)
{
    return shim_host_block(count * size);
}

void host_free(void *block)
{
    shim_host_free(block);
}
#else
void *host_make(size_t count, size_t size)
{
    return checked(memory_zeroed(count, size));
}

void host_free(void *block)
{
    memory_free(block);
}
#endif
