/* positional.c - rotary position embedding. */
#include "kernels/cpu/families.h"

#include "kernels/cpu/spans.h"

struct rope {
    const struct rows *rows;
    int heads, head_dim, ldx;
    const float *cos, *sin;
    float sign; /* of sin */
    float *x;
};

static void rope_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct rope *op = job;
    const int half = op->head_dim / 2;
    const float sign = op->sign;
    (void)workspace;
    for (int token = begin; token < end; token++) {
        const float *cos = op->cos + (size_t)op->rows->position[token] * (size_t)half;
        const float *sin = op->sin + (size_t)op->rows->position[token] * (size_t)half;
        float *row = op->x + span_offset(op->rows, token, op->ldx);
        for (int head = 0; head < op->heads; head++) {
            float *low = row + head * op->head_dim, *high = low + half;
            FT_INDEPENDENT
            for (int i = 0; i < half; i++) {
                float a = low[i], b = high[i], s = sign * sin[i];
                low[i] = FT_FMAF(-b, s, a * cos[i]);
                high[i] = FT_FMAF(a, s, b * cos[i]);
            }
        }
    }
}

void CPU_FN(rope)(struct device *device, const struct rows *rows, int heads, int head_dim, int ldx,
                  const float *cos, const float *sin, bool inverse, float *x)
{
    struct rope op = {rows, heads, head_dim, ldx, cos, sin, inverse ? -1.0f : 1.0f, x};
    threads_run(device, rows->tokens, span_grain(heads * head_dim), rope_piece, &op);
}
