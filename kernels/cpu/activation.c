/* activation.c - elementwise operations over tokens: add, gelu, tanh, relu, swiglu, dropout. */
#include "kernels/cpu/families.h"

#include "kernels/common/elementary.h"
#include "kernels/cpu/masks.h"
#include "kernels/cpu/spans.h"

/* One elementwise operation: `second` is unused by those of one input. */
struct elementwise {
    void (*apply)(size_t count, const float *first, const float *second, float *result);
    const struct rows *rows;
    int width;
    const float *first, *second;
    float *result;
};

static void elementwise_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct elementwise *op = job;
    (void)workspace;
    for (int token = begin; token < end;) {
        int tokens = span_tokens(op->rows, token, end);
        size_t at = span_offset(op->rows, token, op->width);
        op->apply((size_t)tokens * (size_t)op->width, op->first + at, op->second + at, op->result + at);
        token += tokens;
    }
}

static void elementwise_run(struct device *device, const struct elementwise *op)
{
    threads_run(device, op->rows->tokens, span_grain(op->width), elementwise_piece, op);
}

static void apply_add(size_t count, const float *a, const float *b, float *y)
{
    FT_INDEPENDENT
    for (size_t i = 0; i < count; i++)
        y[i] = a[i] + b[i];
}

static void apply_gelu(size_t count, const float *x, const float *unused, float *y)
{
    (void)unused;
    FT_INDEPENDENT
    for (size_t i = 0; i < count; i++)
        y[i] = ft_geluf(x[i]);
}

static void apply_gelu_grad(size_t count, const float *dy, const float *x, float *dx)
{
    FT_INDEPENDENT
    for (size_t i = 0; i < count; i++)
        dx[i] = dy[i] * ft_gelu_gradf(x[i]);
}

static void apply_tanh(size_t count, const float *x, const float *unused, float *y)
{
    (void)unused;
    FT_INDEPENDENT
    for (size_t i = 0; i < count; i++)
        y[i] = ft_tanhf(x[i]);
}

static void apply_tanh_grad(size_t count, const float *dy, const float *y, float *dx)
{
    FT_INDEPENDENT
    for (size_t i = 0; i < count; i++)
        dx[i] = dy[i] * FT_FMAF(-y[i], y[i], 1.0f);
}

static void apply_relu(size_t count, const float *x, const float *unused, float *y)
{
    (void)unused;
    FT_INDEPENDENT
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] < 0.0f ? 0.0f : x[i];
}

static void apply_relu_grad(size_t count, const float *dy, const float *y, float *dx)
{
    FT_INDEPENDENT
    for (size_t i = 0; i < count; i++)
        dx[i] = y[i] <= 0.0f ? 0.0f : dy[i];
}

void CPU_FN(add)(struct device *device, const struct rows *rows, int width, const float *a, const float *b,
                 float *y)
{
    elementwise_run(device, &(struct elementwise){apply_add, rows, width, a, b, y});
}

void CPU_FN(gelu_forward)(struct device *device, const struct rows *rows, int width, const float *x, float *y)
{
    elementwise_run(device, &(struct elementwise){apply_gelu, rows, width, x, x, y});
}

void CPU_FN(gelu_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                           const float *dy, float *dx)
{
    elementwise_run(device, &(struct elementwise){apply_gelu_grad, rows, width, dy, x, dx});
}

void CPU_FN(tanh_forward)(struct device *device, const struct rows *rows, int width, const float *x, float *y)
{
    elementwise_run(device, &(struct elementwise){apply_tanh, rows, width, x, x, y});
}

void CPU_FN(tanh_backward)(struct device *device, const struct rows *rows, int width, const float *y,
                           const float *dy, float *dx)
{
    elementwise_run(device, &(struct elementwise){apply_tanh_grad, rows, width, dy, y, dx});
}

void CPU_FN(relu_forward)(struct device *device, const struct rows *rows, int width, const float *x, float *y)
{
    elementwise_run(device, &(struct elementwise){apply_relu, rows, width, x, x, y});
}

void CPU_FN(relu_backward)(struct device *device, const struct rows *rows, int width, const float *y,
                           const float *dy, float *dx)
{
    elementwise_run(device, &(struct elementwise){apply_relu_grad, rows, width, dy, y, dx});
}

struct swiglu {
    const struct rows *rows;
    int width;
    const float *gate_up, *dy;
    float *y, *d_gate_up;
};

static void swiglu_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct swiglu *op = job;
    (void)workspace;
    for (int token = begin; token < end; token++) {
        const float *gate = op->gate_up + span_offset(op->rows, token, 2 * op->width), *up = gate + op->width;
        float *y = op->y + span_offset(op->rows, token, op->width);
        FT_INDEPENDENT
        for (int i = 0; i < op->width; i++)
            y[i] = ft_siluf(gate[i]) * up[i];
    }
}

static void swiglu_grad_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct swiglu *op = job;
    (void)workspace;
    for (int token = begin; token < end; token++) {
        size_t at = span_offset(op->rows, token, 2 * op->width);
        const float *gate = op->gate_up + at, *up = gate + op->width;
        const float *dy = op->dy + span_offset(op->rows, token, op->width);
        float *d_gate = op->d_gate_up + at, *d_up = d_gate + op->width;
        FT_INDEPENDENT
        for (int i = 0; i < op->width; i++) {
            float g = gate[i], u = up[i], d = dy[i];
            d_gate[i] = (d * u) * ft_silu_gradf(g);
            d_up[i] = d * ft_siluf(g);
        }
    }
}

void CPU_FN(swiglu_forward)(struct device *device, const struct rows *rows, int width, const float *gate_up,
                            float *y)
{
    struct swiglu op = {.rows = rows, .width = width, .gate_up = gate_up, .y = y};
    threads_run(device, rows->tokens, span_grain(width), swiglu_piece, &op);
}

void CPU_FN(swiglu_backward)(struct device *device, const struct rows *rows, int width, const float *gate_up,
                             const float *dy, float *d_gate_up)
{
    struct swiglu op = {.rows = rows, .width = width, .gate_up = gate_up, .dy = dy, .d_gate_up = d_gate_up};
    threads_run(device, rows->tokens, span_grain(width), swiglu_grad_piece, &op);
}

struct dropout_rows {
    const struct rows *rows;
    int width;
    const struct dropout *dropout;
    const float *x;
    float *y;
};

static void dropout_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct dropout_rows *op = job;
    (void)workspace;
    for (int token = begin; token < end; token++) {
        size_t at = span_offset(op->rows, token, op->width);
        uint64_t element = (uint64_t)op->rows->position[token] * (uint64_t)op->width;
        masks_apply(op->dropout, (uint32_t)op->rows->sample[token], element, op->width, op->x + at,
                    op->y + at);
    }
}

void CPU_FN(dropout)(struct device *device, const struct rows *rows, int width, const struct dropout *dropout,
                     const float *x, float *y)
{
    struct dropout_rows op = {rows, width, dropout, x, y};
    threads_run(device, rows->tokens, span_grain(width), dropout_piece, &op);
}
