/* support_oracle_parts.h - what the oracle's files share: its device, rows, lanes, dropout, and the
 * operations that need pages of their own (norms and attention). */
#ifndef FTBENCH_TESTS_KERNELS_SUPPORT_ORACLE_PARTS_H
#define FTBENCH_TESTS_KERNELS_SUPPORT_ORACLE_PARTS_H

#include "kernels/ops.h"

#include <stddef.h>

/* The oracle's device: what the operands of its products are rounded to. NULL: binary32. */
struct device {
    enum operands operands;
};

/* One link of a product's chain: fma(a, b, sum), a and b as they are read. */
float oracle_link(const struct device *device, float a, float b, float sum);

size_t oracle_row(const struct rows *rows, int token);

/* The 32-lane sum of a, or of fma(a, b) when b is not NULL. */
float oracle_lanes(const float *term_a, const float *term_b, int count);

/* One element after dropout. */
float oracle_drop(const struct dropout *dropout, uint32_t sample, uint64_t element, float x);

void oracle_layernorm_forward(struct device *device, const struct rows *rows, int width, float epsilon,
                              const float *x, const float *weight, const float *bias, float *y, float *mean,
                              float *rstd);
void oracle_layernorm_backward(struct device *device, const struct rows *rows, int width, const float *x,
                               const float *weight, const float *mean, const float *rstd, const float *dy,
                               float *dx);
void oracle_layernorm_backward_weight(struct device *device, const struct rows *rows, int width,
                                      const float *x, const float *mean, const float *rstd, const float *dy,
                                      float *dweight, float *dbias);
void oracle_rmsnorm_forward(struct device *device, const struct rows *rows, int width, float epsilon,
                            const float *x, const float *weight, float *y, float *rstd);
void oracle_rmsnorm_backward(struct device *device, const struct rows *rows, int width, const float *x,
                             const float *weight, const float *rstd, const float *dy, bool accumulate,
                             float *dx);
void oracle_rmsnorm_backward_weight(struct device *device, const struct rows *rows, int width, const float *x,
                                    const float *rstd, const float *dy, float *dweight);
void oracle_attention_forward(struct device *device, const struct rows *rows,
                              const struct attention *attention, const float *q, const float *k,
                              const float *v, float *probabilities, float *out);
void oracle_attention_backward(struct device *device, const struct rows *rows,
                               const struct attention *attention, const float *q, const float *k,
                               const float *v, const float *probabilities, const float *dout, float *scratch,
                               float *dq, float *dk, float *dv);

#endif
