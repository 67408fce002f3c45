/* fast_families.h - what the fast table has of its own (fast_device.cu, fast_linear.cu); in families.h and
 * kernels/ops.h is what each does. */
#ifndef FTBENCH_KERNELS_CUDA_FAST_FAMILIES_H
#define FTBENCH_KERNELS_CUDA_FAST_FAMILIES_H

#ifdef __cplusplus
extern "C" {
#endif

#include "kernels/ops.h"

bool cuda_fast_usable(void);
void cuda_fast_inspect(int index, struct device_facts *facts);
enum status cuda_fast_open(const struct device_options *options, struct device **device, struct error *error);
void cuda_fast_close(struct device *device);
void cuda_fast_describe(struct device *device, struct device_description *description);

void cuda_fast_linear_forward(struct device *device, const struct rows *rows, int in, int out, const float *x,
                              const float *w, const float *bias, float *y);
void cuda_fast_linear_backward_input(struct device *device, const struct rows *rows, int in, int out,
                                     const float *dy, const float *w, bool accumulate, float *dx);
void cuda_fast_linear_backward_weight(struct device *device, const struct rows *rows, int in, int out,
                                      const float *dy, const float *x, float *dw, float *dbias);

#ifdef __cplusplus
}
#endif

#endif
