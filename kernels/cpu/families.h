/* families.h - the CPU's functions of `struct ops`, family by family; what each does is said in
 * kernels/ops.h. */
#ifndef FTBENCH_KERNELS_CPU_FAMILIES_H
#define FTBENCH_KERNELS_CPU_FAMILIES_H

#include "kernels/cpu/isa.h"
#include "kernels/cpu/threads.h"
#include "kernels/ops.h"

void CPU_FN(linear_forward)(struct device *device, const struct rows *rows, int in, int out, const float *x,
                            const float *w, const float *bias, float *y);
void CPU_FN(linear_backward_input)(struct device *device, const struct rows *rows, int in, int out,
                                   const float *dy, const float *w, bool accumulate, float *dx);
void CPU_FN(linear_backward_weight)(struct device *device, const struct rows *rows, int in, int out,
                                    const float *dy, const float *x, float *dw, float *dbias);
void CPU_FN(embedding_forward)(struct device *device, const struct rows *rows, int width, const float *word,
                               const int32_t *ids, const float *type, const int32_t *type_ids,
                               const float *position, int position_offset, float *y);
void CPU_FN(embedding_backward)(struct device *device, const struct rows *rows, int width,
                                const struct buckets *buckets, const float *dy, float *dtable);
void CPU_FN(layernorm_forward)(struct device *device, const struct rows *rows, int width, float epsilon,
                               const float *x, const float *weight, const float *bias, float *y, float *mean,
                               float *rstd);
void CPU_FN(layernorm_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                                const float *weight, const float *mean, const float *rstd, const float *dy,
                                float *dx);
void CPU_FN(layernorm_backward_weight)(struct device *device, const struct rows *rows, int width,
                                       const float *x, const float *mean, const float *rstd, const float *dy,
                                       float *dweight, float *dbias);
void CPU_FN(rmsnorm_forward)(struct device *device, const struct rows *rows, int width, float epsilon,
                             const float *x, const float *weight, float *y, float *rstd);
void CPU_FN(rmsnorm_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                              const float *weight, const float *rstd, const float *dy, bool accumulate,
                              float *dx);
void CPU_FN(rmsnorm_backward_weight)(struct device *device, const struct rows *rows, int width,
                                     const float *x, const float *rstd, const float *dy, float *dweight);
void CPU_FN(add)(struct device *device, const struct rows *rows, int width, const float *a, const float *b,
                 float *y);
void CPU_FN(gelu_forward)(struct device *device, const struct rows *rows, int width, const float *x,
                          float *y);
void CPU_FN(gelu_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                           const float *dy, float *dx);
void CPU_FN(tanh_forward)(struct device *device, const struct rows *rows, int width, const float *x,
                          float *y);
void CPU_FN(tanh_backward)(struct device *device, const struct rows *rows, int width, const float *y,
                           const float *dy, float *dx);
void CPU_FN(relu_forward)(struct device *device, const struct rows *rows, int width, const float *x,
                          float *y);
void CPU_FN(relu_backward)(struct device *device, const struct rows *rows, int width, const float *y,
                           const float *dy, float *dx);
void CPU_FN(swiglu_forward)(struct device *device, const struct rows *rows, int width, const float *gate_up,
                            float *y);
void CPU_FN(swiglu_backward)(struct device *device, const struct rows *rows, int width, const float *gate_up,
                             const float *dy, float *d_gate_up);
void CPU_FN(dropout)(struct device *device, const struct rows *rows, int width, const struct dropout *dropout,
                     const float *x, float *y);
void CPU_FN(rope)(struct device *device, const struct rows *rows, int heads, int head_dim, int ldx,
                  const float *cos, const float *sin, bool inverse, float *x);
void CPU_FN(attention_forward)(struct device *device, const struct rows *rows,
                               const struct attention *attention, const float *q, const float *k,
                               const float *v, float *probabilities, float *out);
void CPU_FN(attention_backward)(struct device *device, const struct rows *rows,
                                const struct attention *attention, const float *q, const float *k,
                                const float *v, const float *probabilities, const float *dout, float *scratch,
                                float *dq, float *dk, float *dv);
void CPU_FN(gather)(struct device *device, const struct rows *rows, int width, const int32_t *token,
                    const float *x, float *pooled);
void CPU_FN(scatter)(struct device *device, const struct rows *rows, int width, const int32_t *token,
                     const float *dpooled, float *dx);
void CPU_FN(cross_entropy)(struct device *device, int samples, int classes, const float *logits,
                           const int32_t *labels, float scale, float *losses, float *dlogits);
void CPU_FN(sum_squares)(struct device *device, const float *x, int tensors, const int64_t *begin,
                         float *result);
void CPU_FN(adamw)(struct device *device, int64_t count, const struct adamw *adamw, const float *gradient,
                   float *p, float *m, float *v);

#endif
