/* cpu_memory.c - device memory that is plain memory, aligned to cache lines. */
#include "kernels/cpu/cpu_memory.h"

#include "base/machine.h"
#include "base/memory.h"

#include <string.h>

enum status cpu_allocate(struct device *device, size_t bytes, void **block, struct error *error)
{
    (void)device;
    *block = memory_aligned(bytes, 1);
    return *block == NULL ? error_no_memory(error, bytes) : STATUS_OK;
}

void cpu_release(struct device *device, void *block)
{
    (void)device;
    memory_free(block);
}

void cpu_upload(struct device *device, void *to, const void *from_host, size_t bytes)
{
    (void)device;
    if (bytes > 0) memcpy(to, from_host, bytes);
}

void cpu_download(struct device *device, void *to_host, const void *from, size_t bytes)
{
    (void)device;
    if (bytes > 0) memcpy(to_host, from, bytes);
}

void cpu_copy(struct device *device, void *to, const void *from, size_t bytes)
{
    (void)device;
    if (bytes > 0) memcpy(to, from, bytes);
}

void cpu_zero(struct device *device, void *block, size_t bytes)
{
    (void)device;
    if (bytes > 0) memset(block, 0, bytes);
}

enum status cpu_synchronize(struct device *device, struct error *error)
{
    (void)device;
    (void)error;
    return STATUS_OK;
}

void cpu_describe(struct device *device, struct device_description *description)
{
    (void)device;
    *description = (struct device_description){.gpu = ""};
}

double cpu_memory(struct device *device)
{
    (void)device;
    return machine_memory();
}
