/* cpu_memory.h - the memory operations of the CPU's table: its device memory is the heap. */
#ifndef FTBENCH_KERNELS_CPU_MEMORY_H
#define FTBENCH_KERNELS_CPU_MEMORY_H

#include "kernels/ops.h"

enum status cpu_allocate(struct device *device, size_t bytes, void **block, struct error *error);
void cpu_release(struct device *device, void *block);
void cpu_upload(struct device *device, void *to, const void *from_host, size_t bytes);
void cpu_download(struct device *device, void *to_host, const void *from, size_t bytes);
void cpu_copy(struct device *device, void *to, const void *from, size_t bytes);
void cpu_zero(struct device *device, void *block, size_t bytes);
enum status cpu_synchronize(struct device *device, struct error *error); /* ops are done when they return */
void cpu_describe(struct device *device, struct device_description *description); /* nothing beyond the isa */
double cpu_memory(struct device *device);                                         /* of the machine */

#endif
