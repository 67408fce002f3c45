/* families.h - CUDA's functions of `struct ops`, one family a file; C names, so that the table is C. */
#ifndef FTBENCH_KERNELS_CUDA_FAMILIES_H
#define FTBENCH_KERNELS_CUDA_FAMILIES_H

#ifdef __cplusplus
extern "C" {
#endif

#include "kernels/ops.h"

/* inspect.cu */
bool cuda_usable(void);
void cuda_inspect(int index, struct device_facts *facts);
/* Names of the GPU and of what drives it. */
void cuda_identify(int index, struct device_description *description);

/* device.cu */
enum status cuda_open(const struct device_options *options, struct device **device, struct error *error);
void cuda_close(struct device *device);
void cuda_describe(struct device *device, struct device_description *description);
double cuda_memory(struct device *device);
double cuda_processor_seconds(struct device *device); /* NaN: the GPU computes */
enum status cuda_allocate(struct device *device, size_t bytes, void **block, struct error *error);
void cuda_release(struct device *device, void *block);
void cuda_upload(struct device *device, void *to, const void *from_host, size_t bytes);
void cuda_download(struct device *device, void *to_host, const void *from, size_t bytes);
void cuda_copy(struct device *device, void *to, const void *from, size_t bytes);
void cuda_zero(struct device *device, void *block, size_t bytes);
enum status cuda_synchronize(struct device *device, struct error *error);

/* linear.cu: the gradient of a bias alone, dbias = dbias (+) dy over tokens ascending */
void cuda_bias_grad(struct device *device, const struct rows *rows, int width, const float *dy, float *dbias);

#define FT_FAMILY(name) cuda_##name
#include "kernels/family_list.h"

/* The members of the strict table. */
#define CUDA_TABLE                                                                                           \
    .name = "cuda", .isa = "", .overrides = "", .usable = cuda_usable, .inspect = cuda_inspect,              \
    .open = cuda_open, .close = cuda_close, .describe = cuda_describe, .memory = cuda_memory,                \
    .processor_seconds = cuda_processor_seconds, .allocate = cuda_allocate, .release = cuda_release,         \
    .upload = cuda_upload, .download = cuda_download, .copy = cuda_copy, .zero = cuda_zero,                  \
    .synchronize = cuda_synchronize, FT_FAMILY_TABLE

#ifdef __cplusplus
}
#endif

#endif
