/* pooling.c - one token a sample, taken out and put back. */
#include "kernels/cpu/families.h"

#include "kernels/cpu/spans.h"

#include <string.h>

void CPU_FN(gather)(struct device *device, const struct rows *rows, int width, const int32_t *token,
                    const float *x, float *pooled)
{
    size_t bytes = (size_t)width * sizeof(float);
    (void)device;
    for (int b = 0; b < rows->samples; b++)
        memcpy(pooled + (size_t)b * (size_t)width, x + span_offset(rows, token[b], width), bytes);
}

void CPU_FN(scatter)(struct device *device, const struct rows *rows, int width, const int32_t *token,
                     const float *dpooled, float *dx)
{
    size_t bytes = (size_t)width * sizeof(float);
    (void)device;
    for (int t = 0, tokens; t < rows->tokens; t += tokens) {
        tokens = span_tokens(rows, t, rows->tokens);
        memset(dx + span_offset(rows, t, width), 0, (size_t)tokens * bytes);
    }
    for (int b = 0; b < rows->samples; b++)
        memcpy(dx + span_offset(rows, token[b], width), dpooled + (size_t)b * (size_t)width, bytes);
}
