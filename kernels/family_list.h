/* family_list.h - every tensor operation of `struct ops` as a function of a backend; what each does is said
 * in kernels/ops.h. A backend's families.h defines FT_FAMILY(name), the name of its function, and includes
 * this; FT_FAMILY_TABLE are the members of its table. No include guard: it belongs to the file that includes
 * it. */
#define FT_FAMILY_TABLE                                                                                      \
    .linear_forward = FT_FAMILY(linear_forward), .linear_backward_input = FT_FAMILY(linear_backward_input),  \
    .linear_backward_weight = FT_FAMILY(linear_backward_weight),                                             \
    .embedding_forward = FT_FAMILY(embedding_forward), .embedding_backward = FT_FAMILY(embedding_backward),  \
    .layernorm_forward = FT_FAMILY(layernorm_forward), .layernorm_backward = FT_FAMILY(layernorm_backward),  \
    .layernorm_backward_weight = FT_FAMILY(layernorm_backward_weight),                                       \
    .rmsnorm_forward = FT_FAMILY(rmsnorm_forward), .rmsnorm_backward = FT_FAMILY(rmsnorm_backward),          \
    .rmsnorm_backward_weight = FT_FAMILY(rmsnorm_backward_weight), .add = FT_FAMILY(add),                    \
    .gelu_forward = FT_FAMILY(gelu_forward), .gelu_backward = FT_FAMILY(gelu_backward),                      \
    .tanh_forward = FT_FAMILY(tanh_forward), .tanh_backward = FT_FAMILY(tanh_backward),                      \
    .relu_forward = FT_FAMILY(relu_forward), .relu_backward = FT_FAMILY(relu_backward),                      \
    .swiglu_forward = FT_FAMILY(swiglu_forward), .swiglu_backward = FT_FAMILY(swiglu_backward),              \
    .dropout = FT_FAMILY(dropout), .rope = FT_FAMILY(rope),                                                  \
    .attention_forward = FT_FAMILY(attention_forward), .attention_backward = FT_FAMILY(attention_backward),  \
    .gather = FT_FAMILY(gather), .scatter = FT_FAMILY(scatter), .cross_entropy = FT_FAMILY(cross_entropy),   \
    .sum_squares = FT_FAMILY(sum_squares), .adamw = FT_FAMILY(adamw)

void FT_FAMILY(linear_forward)(struct device *device, const struct rows *rows, int in, int out,
                               const float *x, const float *w, const float *bias, float *y);
void FT_FAMILY(linear_backward_input)(struct device *device, const struct rows *rows, int in, int out,
                                      const float *dy, const float *w, bool accumulate, float *dx);
void FT_FAMILY(linear_backward_weight)(struct device *device, const struct rows *rows, int in, int out,
                                       const float *dy, const float *x, float *dw, float *dbias);
void FT_FAMILY(embedding_forward)(struct device *device, const struct rows *rows, int width,
                                  const float *word, const int32_t *ids, const float *type,
                                  const int32_t *type_ids, const float *position, int position_offset,
                                  float *y);
void FT_FAMILY(embedding_backward)(struct device *device, const struct rows *rows, int width,
                                   const struct buckets *buckets, const float *dy, float *dtable);
void FT_FAMILY(layernorm_forward)(struct device *device, const struct rows *rows, int width, float epsilon,
                                  const float *x, const float *weight, const float *bias, float *y,
                                  float *mean, float *rstd);
void FT_FAMILY(layernorm_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                                   const float *weight, const float *mean, const float *rstd, const float *dy,
                                   float *dx);
void FT_FAMILY(layernorm_backward_weight)(struct device *device, const struct rows *rows, int width,
                                          const float *x, const float *mean, const float *rstd,
                                          const float *dy, float *dweight, float *dbias);
void FT_FAMILY(rmsnorm_forward)(struct device *device, const struct rows *rows, int width, float epsilon,
                                const float *x, const float *weight, float *y, float *rstd);
void FT_FAMILY(rmsnorm_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                                 const float *weight, const float *rstd, const float *dy, bool accumulate,
                                 float *dx);
void FT_FAMILY(rmsnorm_backward_weight)(struct device *device, const struct rows *rows, int width,
                                        const float *x, const float *rstd, const float *dy, float *dweight);
void FT_FAMILY(add)(struct device *device, const struct rows *rows, int width, const float *a, const float *b,
                    float *y);
void FT_FAMILY(gelu_forward)(struct device *device, const struct rows *rows, int width, const float *x,
                             float *y);
void FT_FAMILY(gelu_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                              const float *dy, float *dx);
void FT_FAMILY(tanh_forward)(struct device *device, const struct rows *rows, int width, const float *x,
                             float *y);
void FT_FAMILY(tanh_backward)(struct device *device, const struct rows *rows, int width, const float *y,
                              const float *dy, float *dx);
void FT_FAMILY(relu_forward)(struct device *device, const struct rows *rows, int width, const float *x,
                             float *y);
void FT_FAMILY(relu_backward)(struct device *device, const struct rows *rows, int width, const float *y,
                              const float *dy, float *dx);
void FT_FAMILY(swiglu_forward)(struct device *device, const struct rows *rows, int width,
                               const float *gate_up, float *y);
void FT_FAMILY(swiglu_backward)(struct device *device, const struct rows *rows, int width,
                                const float *gate_up, const float *dy, float *d_gate_up);
void FT_FAMILY(dropout)(struct device *device, const struct rows *rows, int width,
                        const struct dropout *dropout, const float *x, float *y);
void FT_FAMILY(rope)(struct device *device, const struct rows *rows, int heads, int head_dim, int ldx,
                     const float *cos, const float *sin, bool inverse, float *x);
void FT_FAMILY(attention_forward)(struct device *device, const struct rows *rows,
                                  const struct attention *attention, const float *q, const float *k,
                                  const float *v, float *probabilities, float *out);
void FT_FAMILY(attention_backward)(struct device *device, const struct rows *rows,
                                   const struct attention *attention, const float *q, const float *k,
                                   const float *v, const float *probabilities, const float *dout,
                                   float *scratch, float *dq, float *dk, float *dv);
void FT_FAMILY(gather)(struct device *device, const struct rows *rows, int width, const int32_t *token,
                       const float *x, float *pooled);
void FT_FAMILY(scatter)(struct device *device, const struct rows *rows, int width, const int32_t *token,
                        const float *dpooled, float *dx);
void FT_FAMILY(cross_entropy)(struct device *device, int samples, int classes, const float *logits,
                              const int32_t *labels, float scale, float *losses, float *dlogits);
void FT_FAMILY(sum_squares)(struct device *device, const float *x, int tensors, const int64_t *begin,
                            float *result);
void FT_FAMILY(adamw)(struct device *device, int64_t count, const struct adamw *adamw, const float *gradient,
                      float *p, float *m, float *v);
