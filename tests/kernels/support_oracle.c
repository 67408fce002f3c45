/* support_oracle.c - the oracle's table: linear layers, embeddings, elementwise operations, pooling, loss,
 * optimiser. */
#include "support_oracle.h"

#include "support_oracle_parts.h"

#include "kernels/common/dropout_keep.h"
#include "base/memory.h"
#include "kernels/common/elementary.h"
#include "kernels/common/half.h"

#include <math.h>
#include <string.h>

static enum status oracle_open(const struct device_options *options, struct device **device,
                               struct error *error)
{
    *device = memory_zeroed(1, sizeof **device);
    if (*device == NULL) return error_no_memory(error, sizeof **device);
    (*device)->operands = options->operands;
    return STATUS_OK;
}

static void oracle_close(struct device *device)
{
    memory_free(device);
}

static float operand(const struct device *device, float x)
{
    if (device == NULL || device->operands == OPERANDS_FP32) return x;
    return device->operands == OPERANDS_FP16 ? ft_round_fp16(x) : ft_round_bf16(x);
}

float oracle_link(const struct device *device, float a, float b, float sum)
{
    return fmaf(operand(device, a), operand(device, b), sum);
}

size_t oracle_row(const struct rows *rows, int token)
{
    return rows->contiguous ? (size_t)token : (size_t)rows->row[token];
}

float oracle_lanes(const float *term_a, const float *term_b, int count)
{
    float lane[32] = {0};
    for (int k = 0; k < count; k++)
        lane[k % 32] = term_b == NULL ? lane[k % 32] + term_a[k] : fmaf(term_a[k], term_b[k], lane[k % 32]);
    for (int d = 16; d >= 1; d /= 2) {
        for (int l = 0; l < d; l++)
            lane[l] += lane[l + d];
    }
    return lane[0];
}

float oracle_drop(const struct dropout *dropout, uint32_t sample, uint64_t element, float x)
{
    if (dropout->probability <= 0.0f) return x;
    uint32_t word =
        ft_dropout_word(dropout->seed, dropout->stream, dropout->draw, dropout->site, sample, element);
    return word >= dropout->threshold ? x * dropout->scale : 0.0f;
}

static void linear_forward(struct device *device, const struct rows *rows, int in, int out, const float *x,
                           const float *w, const float *bias, float *y)
{
    for (int t = 0; t < rows->tokens; t++) {
        size_t row = oracle_row(rows, t);
        for (int o = 0; o < out; o++) {
            float sum = 0;
            for (int i = 0; i < in; i++)
                sum = oracle_link(device, x[row * (size_t)in + (size_t)i], w[o * in + i], sum);
            y[row * (size_t)out + (size_t)o] = bias == NULL ? sum : sum + bias[o];
        }
    }
}

static void linear_backward_input(struct device *device, const struct rows *rows, int in, int out,
                                  const float *dy, const float *w, bool accumulate, float *dx)
{
    for (int t = 0; t < rows->tokens; t++) {
        size_t row = oracle_row(rows, t);
        for (int i = 0; i < in; i++) {
            float *d = &dx[row * (size_t)in + (size_t)i];
            float sum = accumulate ? *d : 0;
            for (int o = 0; o < out; o++)
                sum = oracle_link(device, dy[row * (size_t)out + (size_t)o], w[o * in + i], sum);
            *d = sum;
        }
    }
}

static void linear_backward_weight(struct device *device, const struct rows *rows, int in, int out,
                                   const float *dy, const float *x, float *dw, float *dbias)
{
    for (int t = 0; t < rows->tokens; t++) {
        const float *dy_row = dy + oracle_row(rows, t) * (size_t)out,
                    *x_row = x + oracle_row(rows, t) * (size_t)in;
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++)
                dw[o * in + i] = oracle_link(device, dy_row[o], x_row[i], dw[o * in + i]);
            if (dbias != NULL) dbias[o] += dy_row[o];
        }
    }
}

static void embedding_forward(struct device *device, const struct rows *rows, int width, const float *word,
                              const int32_t *ids, const float *type, const int32_t *type_ids,
                              const float *position, int position_offset, float *y)
{
    (void)device;
    for (int t = 0; t < rows->tokens; t++) {
        for (int c = 0; c < width; c++) {
            float sum = 0;
            bool any = false;
            if (word != NULL) {
                sum = word[ids[t] * width + c];
                any = true;
            }
            if (type != NULL) {
                float value = type[type_ids[t] * width + c];
                sum = any ? sum + value : value;
                any = true;
            }
            if (position != NULL) {
                float value = position[(rows->position[t] + position_offset) * width + c];
                sum = any ? sum + value : value;
            }
            y[oracle_row(rows, t) * (size_t)width + (size_t)c] = sum;
        }
    }
}

static void embedding_backward(struct device *device, const struct rows *rows, int width,
                               const struct buckets *buckets, const float *dy, float *dtable)
{
    (void)device;
    for (int b = 0; b < buckets->count; b++) {
        for (int32_t i = buckets->begin[b]; i < buckets->begin[b + 1]; i++) {
            for (int c = 0; c < width; c++)
                dtable[buckets->id[b] * width + c] +=
                    dy[oracle_row(rows, buckets->token[i]) * (size_t)width + (size_t)c];
        }
    }
}

/* Calls `body` with `at`, the index of each element of a (tokens, width) tensor. */
#define EACH_ELEMENT(body)                                                                                   \
    do {                                                                                                     \
        (void)device;                                                                                        \
        for (int t = 0; t < rows->tokens; t++) {                                                             \
            for (int c = 0; c < width; c++) {                                                                \
                size_t at = oracle_row(rows, t) * (size_t)width + (size_t)c;                                 \
                body;                                                                                        \
            }                                                                                                \
        }                                                                                                    \
    } while (0)

static void add(struct device *device, const struct rows *rows, int width, const float *a, const float *b,
                float *y)
{
    EACH_ELEMENT(y[at] = a[at] + b[at]);
}

static void gelu_forward(struct device *device, const struct rows *rows, int width, const float *x, float *y)
{
    EACH_ELEMENT(y[at] = ft_geluf(x[at]));
}

static void gelu_backward(struct device *device, const struct rows *rows, int width, const float *x,
                          const float *dy, float *dx)
{
    EACH_ELEMENT(dx[at] = dy[at] * ft_gelu_gradf(x[at]));
}

static void tanh_forward(struct device *device, const struct rows *rows, int width, const float *x, float *y)
{
    EACH_ELEMENT(y[at] = ft_tanhf(x[at]));
}

static void tanh_backward(struct device *device, const struct rows *rows, int width, const float *y,
                          const float *dy, float *dx)
{
    EACH_ELEMENT(dx[at] = dy[at] * fmaf(-y[at], y[at], 1.0f));
}

static void relu_forward(struct device *device, const struct rows *rows, int width, const float *x, float *y)
{
    EACH_ELEMENT(if (x[at] < 0) y[at] = 0; else y[at] = x[at]);
}

static void relu_backward(struct device *device, const struct rows *rows, int width, const float *y,
                          const float *dy, float *dx)
{
    EACH_ELEMENT(if (y[at] <= 0) dx[at] = 0; else dx[at] = dy[at]);
}

static void swiglu_forward(struct device *device, const struct rows *rows, int width, const float *gate_up,
                           float *y)
{
    EACH_ELEMENT({
        const float *gate = gate_up + oracle_row(rows, t) * 2 * (size_t)width;
        y[at] = ft_siluf(gate[c]) * gate[width + c];
    });
}

static void swiglu_backward(struct device *device, const struct rows *rows, int width, const float *gate_up,
                            const float *dy, float *d_gate_up)
{
    EACH_ELEMENT({
        size_t row = oracle_row(rows, t) * 2 * (size_t)width;
        float gate = gate_up[row + (size_t)c];
        float up = gate_up[row + (size_t)(width + c)];
        d_gate_up[row + (size_t)c] = (dy[at] * up) * ft_silu_gradf(gate);
        d_gate_up[row + (size_t)(width + c)] = dy[at] * ft_siluf(gate);
    });
}

static void dropout_op(struct device *device, const struct rows *rows, int width,
                       const struct dropout *dropout, const float *x, float *y)
{
    EACH_ELEMENT(y[at] = oracle_drop(dropout, (uint32_t)rows->sample[t],
                                     (uint64_t)rows->position[t] * (uint64_t)width + (uint64_t)c, x[at]));
}

static void rope(struct device *device, const struct rows *rows, int heads, int head_dim, int ldx,
                 const float *cos, const float *sin, bool inverse, float *x)
{
    int half = head_dim / 2;
    (void)device;
    for (int t = 0; t < rows->tokens; t++) {
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < half; i++) {
                float *low = x + oracle_row(rows, t) * (size_t)ldx + h * head_dim + i;
                float a = low[0];
                float b = low[half];
                float c = cos[rows->position[t] * half + i];
                float s = sin[rows->position[t] * half + i];
                if (inverse) s = -s;
                low[0] = fmaf(-b, s, a * c);
                low[half] = fmaf(a, s, b * c);
            }
        }
    }
}

static void gather(struct device *device, const struct rows *rows, int width, const int32_t *token,
                   const float *x, float *pooled)
{
    (void)device;
    for (int b = 0; b < rows->samples; b++) {
        for (int c = 0; c < width; c++)
            pooled[b * width + c] = x[oracle_row(rows, token[b]) * (size_t)width + (size_t)c];
    }
}

static void scatter(struct device *device, const struct rows *rows, int width, const int32_t *token,
                    const float *dpooled, float *dx)
{
    EACH_ELEMENT(dx[at] = 0);
    for (int b = 0; b < rows->samples; b++) {
        for (int c = 0; c < width; c++)
            dx[oracle_row(rows, token[b]) * (size_t)width + (size_t)c] = dpooled[b * width + c];
    }
}

static void cross_entropy(struct device *device, int samples, int classes, const float *logits,
                          const int32_t *labels, float scale, float *losses, float *dlogits)
{
    (void)device;
    for (int b = 0; b < samples; b++) {
        const float *x = logits + b * classes;
        float maximum = x[0];
        float sum = 0;
        for (int c = 1; c < classes; c++)
            maximum = x[c] > maximum ? x[c] : maximum;
        for (int c = 0; c < classes; c++)
            sum += ft_expf(x[c] - maximum);
        losses[b] = ft_logf(sum) - (x[labels[b]] - maximum);
        for (int c = 0; dlogits != NULL && c < classes; c++)
            dlogits[b * classes + c] =
                (ft_expf(x[c] - maximum) / sum - (c == labels[b] ? 1.0f : 0.0f)) * scale;
    }
}

static void sum_squares(struct device *device, const float *x, int tensors, const int64_t *begin,
                        float *result)
{
    float sums[512]; /* enough for the tests' tensors */
    (void)device;
    for (int t = 0; t < tensors; t++) {
        int count = 0;
        for (int64_t at = begin[t]; at < begin[t + 1]; at += 1024) {
            int64_t left = begin[t + 1] - at;
            sums[count++] = oracle_lanes(x + at, x + at, left < 1024 ? (int)left : 1024);
        }
        if (count == 0) sums[0] = 0;
        for (; count > 1; count = (count + 1) / 2) {
            for (int i = 0; i < count; i += 2)
                sums[i / 2] = i + 1 < count ? sums[i] + sums[i + 1] : sums[i];
        }
        result[t] = sums[0];
    }
}

static void adamw(struct device *device, int64_t count, const struct adamw *s, const float *gradient,
                  float *p, float *m, float *v)
{
    (void)device;
    for (int64_t i = 0; i < count; i++) {
        float g = gradient[i] * s->gradient_scale;
        p[i] = p[i] * s->decay;
        m[i] = fmaf(s->one_minus_beta1, g - m[i], m[i]);
        if (fabsf(m[i]) < 0x1p-100f) m[i] = 0;
        v[i] = fmaf(s->one_minus_beta2, g * g, v[i] * s->beta2);
        if (v[i] < 0x1p-100f) v[i] = 0;
        p[i] = fmaf(-s->step_size, m[i] / (sqrtf(v[i]) / s->root_correction + s->epsilon), p[i]);
    }
}

const struct ops oracle_ops = {
    .name = "oracle",
    .isa = "",
    .open = oracle_open,
    .close = oracle_close,
    .linear_forward = linear_forward,
    .linear_backward_input = linear_backward_input,
    .linear_backward_weight = linear_backward_weight,
    .embedding_forward = embedding_forward,
    .embedding_backward = embedding_backward,
    .layernorm_forward = oracle_layernorm_forward,
    .layernorm_backward = oracle_layernorm_backward,
    .layernorm_backward_weight = oracle_layernorm_backward_weight,
    .rmsnorm_forward = oracle_rmsnorm_forward,
    .rmsnorm_backward = oracle_rmsnorm_backward,
    .rmsnorm_backward_weight = oracle_rmsnorm_backward_weight,
    .add = add,
    .gelu_forward = gelu_forward,
    .gelu_backward = gelu_backward,
    .tanh_forward = tanh_forward,
    .tanh_backward = tanh_backward,
    .relu_forward = relu_forward,
    .relu_backward = relu_backward,
    .swiglu_forward = swiglu_forward,
    .swiglu_backward = swiglu_backward,
    .dropout = dropout_op,
    .rope = rope,
    .attention_forward = oracle_attention_forward,
    .attention_backward = oracle_attention_backward,
    .gather = gather,
    .scatter = scatter,
    .cross_entropy = cross_entropy,
    .sum_squares = sum_squares,
    .adamw = adamw,
};
