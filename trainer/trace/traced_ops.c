#include "trainer/trace/traced_ops.h"

#include "trainer/trace/watch.h"

static struct trace *trace_of(struct device *device)
{
    return (struct trace *)(void *)device;
}

/* Tell the trace about a call, when it listens. */
#define TELL(trace, operation, hint, ...)                                                                    \
    do {                                                                                                     \
        if (watch_open(trace)) {                                                                             \
            const struct written told_[] = {__VA_ARGS__};                                                    \
            watch_call(trace, operation, hint, told_, sizeof told_ / sizeof told_[0]);                       \
        }                                                                                                    \
    } while (0)

static struct written tokens(const struct rows *rows, int width, const float *values)
{
    return (struct written){
        .values = values, .shape = WRITTEN_TOKENS, .rows = rows, .width = width, .stride = width};
}

static struct written scalars(const struct rows *rows, const float *values)
{
    return (struct written){.values = values, .shape = WRITTEN_PACKED, .rows = rows, .width = 1};
}

static struct written samples(int count, int width, const float *values)
{
    return (struct written){.values = values, .shape = WRITTEN_SAMPLES, .samples = count, .width = width};
}

static struct written whole(int64_t count, const float *values)
{
    return (struct written){.values = values, .shape = WRITTEN_WHOLE, .count = count};
}

static struct written gradient(int64_t count, const float *values)
{
    return (struct written){.values = values, .shape = WRITTEN_WHOLE, .count = count, .adds = true};
}

static struct written columns_of(const struct rows *rows, int width, int stride, const char *part,
                                 const float *values)
{
    return (struct written){.values = values,
                            .shape = WRITTEN_TOKENS,
                            .rows = rows,
                            .width = width,
                            .stride = stride,
                            .part = part};
}

/* ---- memory */

static enum status refuse_open(const struct device_options *options, struct device **device,
                               struct error *error)
{
    (void)options;
    (void)device;
    return error_set(error, STATUS_INTERNAL, "a watched device is made by trace_wrap");
}

static void close_device(struct device *device)
{
    struct trace *trace = trace_of(device);
    if (trace == NULL || trace->device == NULL) return;
    trace->real->close(trace->device);
    trace->device = NULL;
    trace->model = NULL;
    regions_free(&trace->regions);
}

static void describe(struct device *device, struct device_description *description)
{
    struct trace *trace = trace_of(device);
    trace->real->describe(trace->device, description);
}

static double free_memory(struct device *device)
{
    struct trace *trace = trace_of(device);
    return trace->real->memory(trace->device);
}

static double processor_seconds(struct device *device)
{
    struct trace *trace = trace_of(device);
    return trace->real->processor_seconds(trace->device);
}

static enum status allocate(struct device *device, size_t bytes, void **block, struct error *error)
{
    struct trace *trace = trace_of(device);
    return trace->real->allocate(trace->device, bytes, block, error);
}

static void release(struct device *device, void *block)
{
    struct trace *trace = trace_of(device);
    trace->real->release(trace->device, block);
}

static void upload(struct device *device, void *to, const void *from_host, size_t bytes)
{
    struct trace *trace = trace_of(device);
    trace->real->upload(trace->device, to, from_host, bytes);
}

static void download(struct device *device, void *to_host, const void *from, size_t bytes)
{
    struct trace *trace = trace_of(device);
    trace->real->download(trace->device, to_host, from, bytes);
}

static void copy(struct device *device, void *to, const void *from, size_t bytes)
{
    struct trace *trace = trace_of(device);
    trace->real->copy(trace->device, to, from, bytes);
}

static void zero(struct device *device, void *block, size_t bytes)
{
    struct trace *trace = trace_of(device);
    trace->real->zero(trace->device, block, bytes);
}

static enum status synchronize(struct device *device, struct error *error)
{
    struct trace *trace = trace_of(device);
    TRY(trace->real->synchronize(trace->device, error));
    if (trace->failure.status == STATUS_OK) return STATUS_OK;
    return error_set(error, trace->failure.status, "%s", trace->failure.text);
}

/* ---- linear layers */

static void linear_forward(struct device *device, const struct rows *rows, int in, int out, const float *x,
                           const float *w, const float *bias, float *y)
{
    struct trace *trace = trace_of(device);
    trace->real->linear_forward(trace->device, rows, in, out, x, w, bias, y);
    TELL(trace, OPERATION_LINEAR_FORWARD, w, tokens(rows, out, y));
}

static void linear_backward_input(struct device *device, const struct rows *rows, int in, int out,
                                  const float *dy, const float *w, bool accumulate, float *dx)
{
    struct trace *trace = trace_of(device);
    trace->real->linear_backward_input(trace->device, rows, in, out, dy, w, accumulate, dx);
    TELL(trace, OPERATION_LINEAR_BACKWARD_INPUT, w, tokens(rows, in, dx));
}

static void linear_backward_weight(struct device *device, const struct rows *rows, int in, int out,
                                   const float *dy, const float *x, float *dw, float *dbias)
{
    struct trace *trace = trace_of(device);
    trace->real->linear_backward_weight(trace->device, rows, in, out, dy, x, dw, dbias);
    TELL(trace, OPERATION_LINEAR_BACKWARD_WEIGHT, dw, gradient((int64_t)in * out, dw), gradient(out, dbias));
}

/* ---- embeddings */

static void embedding_forward(struct device *device, const struct rows *rows, int width, const float *word,
                              const int32_t *ids, const float *type, const int32_t *type_ids,
                              const float *position, int position_offset, float *y)
{
    struct trace *trace = trace_of(device);
    if (watch_open(trace)) { /* every pass begins here */
        const struct written batch = {.values = ids,
                                      .shape = WRITTEN_PACKED,
                                      .rows = rows,
                                      .width = 1,
                                      .integers = true,
                                      .part = "token ids"};
        watch_pass(trace);
        watch_source(trace, OPERATION_BATCH, &batch);
    }
    trace->real->embedding_forward(trace->device, rows, width, word, ids, type, type_ids, position,
                                   position_offset, y);
    TELL(trace, OPERATION_EMBEDDING_FORWARD, word, tokens(rows, width, y));
}

static void embedding_backward(struct device *device, const struct rows *rows, int width,
                               const struct buckets *buckets, const float *dy, float *dtable)
{
    struct trace *trace = trace_of(device);
    trace->real->embedding_backward(trace->device, rows, width, buckets, dy, dtable);
    const struct region *table = regions_find(&trace->regions, dtable);
    TELL(trace, OPERATION_EMBEDDING_BACKWARD, dtable, gradient(table == NULL ? 0 : table->count, dtable));
}

/* ---- norms */

static void layernorm_forward(struct device *device, const struct rows *rows, int width, float epsilon,
                              const float *x, const float *weight, const float *bias, float *y, float *mean,
                              float *rstd)
{
    struct trace *trace = trace_of(device);
    trace->real->layernorm_forward(trace->device, rows, width, epsilon, x, weight, bias, y, mean, rstd);
    TELL(trace, OPERATION_LAYERNORM_FORWARD, weight, tokens(rows, width, y), scalars(rows, mean),
         scalars(rows, rstd));
}

static void layernorm_backward(struct device *device, const struct rows *rows, int width, const float *x,
                               const float *weight, const float *mean, const float *rstd, const float *dy,
                               float *dx)
{
    struct trace *trace = trace_of(device);
    trace->real->layernorm_backward(trace->device, rows, width, x, weight, mean, rstd, dy, dx);
    TELL(trace, OPERATION_LAYERNORM_BACKWARD, weight, tokens(rows, width, dx));
}

static void layernorm_backward_weight(struct device *device, const struct rows *rows, int width,
                                      const float *x, const float *mean, const float *rstd, const float *dy,
                                      float *dweight, float *dbias)
{
    struct trace *trace = trace_of(device);
    trace->real->layernorm_backward_weight(trace->device, rows, width, x, mean, rstd, dy, dweight, dbias);
    TELL(trace, OPERATION_LAYERNORM_BACKWARD_WEIGHT, dweight, gradient(width, dweight),
         gradient(width, dbias));
}

static void rmsnorm_forward(struct device *device, const struct rows *rows, int width, float epsilon,
                            const float *x, const float *weight, float *y, float *rstd)
{
    struct trace *trace = trace_of(device);
    trace->real->rmsnorm_forward(trace->device, rows, width, epsilon, x, weight, y, rstd);
    TELL(trace, OPERATION_RMSNORM_FORWARD, weight, tokens(rows, width, y), scalars(rows, rstd));
}

static void rmsnorm_backward(struct device *device, const struct rows *rows, int width, const float *x,
                             const float *weight, const float *rstd, const float *dy, bool accumulate,
                             float *dx)
{
    struct trace *trace = trace_of(device);
    trace->real->rmsnorm_backward(trace->device, rows, width, x, weight, rstd, dy, accumulate, dx);
    TELL(trace, OPERATION_RMSNORM_BACKWARD, weight, tokens(rows, width, dx));
}

static void rmsnorm_backward_weight(struct device *device, const struct rows *rows, int width, const float *x,
                                    const float *rstd, const float *dy, float *dweight)
{
    struct trace *trace = trace_of(device);
    trace->real->rmsnorm_backward_weight(trace->device, rows, width, x, rstd, dy, dweight);
    TELL(trace, OPERATION_RMSNORM_BACKWARD_WEIGHT, dweight, gradient(width, dweight));
}

/* ---- elementwise */

static void add(struct device *device, const struct rows *rows, int width, const float *a, const float *b,
                float *y)
{
    struct trace *trace = trace_of(device);
    trace->real->add(trace->device, rows, width, a, b, y);
    TELL(trace, OPERATION_ADD, NULL, tokens(rows, width, y));
}

static void gelu_forward(struct device *device, const struct rows *rows, int width, const float *x, float *y)
{
    struct trace *trace = trace_of(device);
    trace->real->gelu_forward(trace->device, rows, width, x, y);
    TELL(trace, OPERATION_GELU_FORWARD, x, tokens(rows, width, y));
}

static void gelu_backward(struct device *device, const struct rows *rows, int width, const float *x,
                          const float *dy, float *dx)
{
    struct trace *trace = trace_of(device);
    trace->real->gelu_backward(trace->device, rows, width, x, dy, dx);
    TELL(trace, OPERATION_GELU_BACKWARD, x, tokens(rows, width, dx));
}

static void tanh_forward(struct device *device, const struct rows *rows, int width, const float *x, float *y)
{
    struct trace *trace = trace_of(device);
    trace->real->tanh_forward(trace->device, rows, width, x, y);
    TELL(trace, OPERATION_TANH_FORWARD, NULL, tokens(rows, width, y));
}

static void tanh_backward(struct device *device, const struct rows *rows, int width, const float *y,
                          const float *dy, float *dx)
{
    struct trace *trace = trace_of(device);
    trace->real->tanh_backward(trace->device, rows, width, y, dy, dx);
    TELL(trace, OPERATION_TANH_BACKWARD, NULL, tokens(rows, width, dx));
}

static void relu_forward(struct device *device, const struct rows *rows, int width, const float *x, float *y)
{
    struct trace *trace = trace_of(device);
    trace->real->relu_forward(trace->device, rows, width, x, y);
    TELL(trace, OPERATION_RELU_FORWARD, x, tokens(rows, width, y));
}

static void relu_backward(struct device *device, const struct rows *rows, int width, const float *y,
                          const float *dy, float *dx)
{
    struct trace *trace = trace_of(device);
    trace->real->relu_backward(trace->device, rows, width, y, dy, dx);
    TELL(trace, OPERATION_RELU_BACKWARD, y, tokens(rows, width, dx));
}

static void swiglu_forward(struct device *device, const struct rows *rows, int width, const float *gate_up,
                           float *y)
{
    struct trace *trace = trace_of(device);
    trace->real->swiglu_forward(trace->device, rows, width, gate_up, y);
    TELL(trace, OPERATION_SWIGLU_FORWARD, gate_up, tokens(rows, width, y));
}

static void swiglu_backward(struct device *device, const struct rows *rows, int width, const float *gate_up,
                            const float *dy, float *d_gate_up)
{
    struct trace *trace = trace_of(device);
    trace->real->swiglu_backward(trace->device, rows, width, gate_up, dy, d_gate_up);
    TELL(trace, OPERATION_SWIGLU_BACKWARD, gate_up, tokens(rows, 2 * width, d_gate_up));
}

static void dropout(struct device *device, const struct rows *rows, int width, const struct dropout *how,
                    const float *x, float *y)
{
    struct trace *trace = trace_of(device);
    trace->real->dropout(trace->device, rows, width, how, x, y);
    TELL(trace, OPERATION_DROPOUT, NULL, tokens(rows, width, y));
}

/* Queries stand first in their tensor, keys behind them. */
static void rope(struct device *device, const struct rows *rows, int heads, int head_dim, int ldx,
                 const float *cos, const float *sin, bool inverse, float *x)
{
    struct trace *trace = trace_of(device);
    trace->real->rope(trace->device, rows, heads, head_dim, ldx, cos, sin, inverse, x);
    const struct region *region = regions_find(&trace->regions, x);
    const char *part = region != NULL && region->begin == x ? "queries" : "keys";
    TELL(trace, OPERATION_ROPE, x, columns_of(rows, heads * head_dim, ldx, part, x));
}

/* ---- attention */

static void attention_forward(struct device *device, const struct rows *rows,
                              const struct attention *attention, const float *q, const float *k,
                              const float *v, float *probabilities, float *out)
{
    struct trace *trace = trace_of(device);
    trace->real->attention_forward(trace->device, rows, attention, q, k, v, probabilities, out);
    const struct written scores = {.values = probabilities,
                                   .shape = WRITTEN_SCORES,
                                   .rows = rows,
                                   .heads = attention->heads,
                                   .causal = attention->causal};
    int width = attention->heads * attention->head_dim;
    TELL(trace, OPERATION_ATTENTION_FORWARD, q, scores, columns_of(rows, width, attention->ldo, NULL, out));
}

static void attention_backward(struct device *device, const struct rows *rows,
                               const struct attention *attention, const float *q, const float *k,
                               const float *v, const float *probabilities, const float *dout, float *scratch,
                               float *dq, float *dk, float *dv)
{
    struct trace *trace = trace_of(device);
    trace->real->attention_backward(trace->device, rows, attention, q, k, v, probabilities, dout, scratch, dq,
                                    dk, dv);
    int queries = attention->heads * attention->head_dim, keys = attention->kv_heads * attention->head_dim;
    TELL(trace, OPERATION_ATTENTION_BACKWARD, q, columns_of(rows, queries, attention->ldq, "queries", dq),
         columns_of(rows, keys, attention->ldkv, "keys", dk),
         columns_of(rows, keys, attention->ldkv, "values", dv));
}

/* ---- pooling, loss */

static void gather(struct device *device, const struct rows *rows, int width, const int32_t *token,
                   const float *x, float *pooled)
{
    struct trace *trace = trace_of(device);
    trace->real->gather(trace->device, rows, width, token, x, pooled);
    TELL(trace, OPERATION_GATHER, NULL, samples(rows->samples, width, pooled));
}

static void scatter(struct device *device, const struct rows *rows, int width, const int32_t *token,
                    const float *dpooled, float *dx)
{
    struct trace *trace = trace_of(device);
    trace->real->scatter(trace->device, rows, width, token, dpooled, dx);
    TELL(trace, OPERATION_SCATTER, NULL, tokens(rows, width, dx));
}

static void cross_entropy(struct device *device, int count, int classes, const float *logits,
                          const int32_t *labels, float scale, float *losses, float *dlogits)
{
    struct trace *trace = trace_of(device);
    const struct written batch = {.values = labels,
                                  .shape = WRITTEN_SAMPLES,
                                  .samples = count,
                                  .width = 1,
                                  .integers = true,
                                  .part = "labels"};
    if (watch_open(trace)) watch_source(trace, OPERATION_BATCH, &batch);
    trace->real->cross_entropy(trace->device, count, classes, logits, labels, scale, losses, dlogits);
    TELL(trace, OPERATION_CROSS_ENTROPY, NULL, samples(count, 1, losses), samples(count, classes, dlogits));
}

/* ---- optimiser */

static void sum_squares(struct device *device, const float *x, int tensors, const int64_t *begin,
                        float *result)
{
    struct trace *trace = trace_of(device);
    if (watch_open(trace)) watch_update(trace);
    trace->real->sum_squares(trace->device, x, tensors, begin, result);
    struct written sums = whole(tensors, result);
    sums.host = sums.tensors = true;
    sums.part = "sum of squares of the gradient of";
    TELL(trace, OPERATION_SUM_SQUARES, NULL, sums);
}

static void adamw(struct device *device, int64_t count, const struct adamw *how, const float *gradient_,
                  float *p, float *m, float *v)
{
    struct trace *trace = trace_of(device);
    if (watch_open(trace)) {
        const float host[] = {how->gradient_scale,  how->decay,     how->one_minus_beta1, how->beta2,
                              how->one_minus_beta2, how->step_size, how->root_correction, how->epsilon};
        struct written scalars_of_step = whole(sizeof host / sizeof host[0], host);
        scalars_of_step.host = true;
        scalars_of_step.part = "scalars of the update";
        watch_source(trace, OPERATION_HOST, &scalars_of_step);
    }
    trace->real->adamw(trace->device, count, how, gradient_, p, m, v);
    TELL(trace, OPERATION_ADAMW, NULL, whole(count, p), whole(count, m), whole(count, v));
}

struct ops traced_ops_for(const struct ops *real)
{
    return (struct ops){
        .name = real->name,
        .isa = real->isa,
        .overrides = real->overrides,
        .usable = real->usable,
        .inspect = real->inspect,
        .open = refuse_open,
        .close = close_device,
        .describe = describe,
        .memory = free_memory,
        .processor_seconds = processor_seconds,
        .allocate = allocate,
        .release = release,
        .upload = upload,
        .download = download,
        .copy = copy,
        .zero = zero,
        .synchronize = synchronize,
        .linear_forward = linear_forward,
        .linear_backward_input = linear_backward_input,
        .linear_backward_weight = linear_backward_weight,
        .embedding_forward = embedding_forward,
        .embedding_backward = embedding_backward,
        .layernorm_forward = layernorm_forward,
        .layernorm_backward = layernorm_backward,
        .layernorm_backward_weight = layernorm_backward_weight,
        .rmsnorm_forward = rmsnorm_forward,
        .rmsnorm_backward = rmsnorm_backward,
        .rmsnorm_backward_weight = rmsnorm_backward_weight,
        .add = add,
        .gelu_forward = gelu_forward,
        .gelu_backward = gelu_backward,
        .tanh_forward = tanh_forward,
        .tanh_backward = tanh_backward,
        .relu_forward = relu_forward,
        .relu_backward = relu_backward,
        .swiglu_forward = swiglu_forward,
        .swiglu_backward = swiglu_backward,
        .dropout = dropout,
        .rope = rope,
        .attention_forward = attention_forward,
        .attention_backward = attention_backward,
        .gather = gather,
        .scatter = scatter,
        .cross_entropy = cross_entropy,
        .sum_squares = sum_squares,
        .adamw = adamw,
    };
}
