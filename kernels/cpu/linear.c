/* linear.c - linear layers as matrix products. Tokens that lie together are one product; a padded batch has
 * one a sample. For the weights the chains go on from product to product, tokens ascending. */
#include "kernels/cpu/families.h"

#include "kernels/cpu/product.h"
#include "kernels/cpu/spans.h"

void CPU_FN(linear_forward)(struct device *device, const struct rows *rows, int in, int out, const float *x,
                            const float *w, const float *bias, float *y)
{
    for (int token = 0, tokens; token < rows->tokens; token += tokens) {
        tokens = span_tokens(rows, token, rows->tokens);
        struct product product = {.m = tokens,
                                  .n = out,
                                  .k = in,
                                  .a = x + span_offset(rows, token, in),
                                  .lda = in,
                                  .b = w,
                                  .ldb = in,
                                  .b_transposed = true,
                                  .c = y + span_offset(rows, token, out),
                                  .ldc = out,
                                  .bias = bias};
        CPU_FN(product_share)(device, &product);
    }
}

void CPU_FN(linear_backward_input)(struct device *device, const struct rows *rows, int in, int out,
                                   const float *dy, const float *w, bool accumulate, float *dx)
{
    for (int token = 0, tokens; token < rows->tokens; token += tokens) {
        tokens = span_tokens(rows, token, rows->tokens);
        struct product product = {.m = tokens,
                                  .n = in,
                                  .k = out,
                                  .a = dy + span_offset(rows, token, out),
                                  .lda = out,
                                  .b = w,
                                  .ldb = in,
                                  .c = dx + span_offset(rows, token, in),
                                  .ldc = in,
                                  .accumulate = accumulate};
        CPU_FN(product_share)(device, &product);
    }
}

struct bias_grad {
    const struct rows *rows;
    int width;
    const float *dy;
    float *dbias;
};

static void bias_grad_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct bias_grad *op = job;
    (void)workspace;
    for (int token = 0; token < op->rows->tokens; token++) {
        const float *dy = op->dy + span_offset(op->rows, token, op->width);
        float *dbias = op->dbias;
        FT_INDEPENDENT
        for (int i = begin; i < end; i++)
            dbias[i] = dbias[i] + dy[i];
    }
}

void CPU_FN(linear_backward_weight)(struct device *device, const struct rows *rows, int in, int out,
                                    const float *dy, const float *x, float *dw, float *dbias)
{
    for (int token = 0, tokens; token < rows->tokens; token += tokens) {
        tokens = span_tokens(rows, token, rows->tokens);
        struct product product = {.m = out,
                                  .n = in,
                                  .k = tokens,
                                  .a = dy + span_offset(rows, token, out),
                                  .lda = out,
                                  .a_transposed = true,
                                  .b = x + span_offset(rows, token, in),
                                  .ldb = in,
                                  .c = dw,
                                  .ldc = in,
                                  .accumulate = true};
        CPU_FN(product_share)(device, &product);
    }
    if (dbias != NULL) {
        struct bias_grad op = {rows, out, dy, dbias};
        threads_run(device, out, 128, bias_grad_piece, &op);
    }
}
