/* spans.h - walking the tokens of a batch: where a token's row is, and how far consecutive tokens lie
 * together. */
#ifndef FTBENCH_KERNELS_CPU_SPANS_H
#define FTBENCH_KERNELS_CPU_SPANS_H

#include "kernels/common/portable.h"
#include "kernels/ops.h"

#include <stddef.h>

/* First element of a token's row in a (storage_rows, width) tensor. */
FT_INLINE size_t span_offset(const struct rows *rows, int token, int width)
{
    size_t row = rows->contiguous ? (size_t)token : (size_t)rows->row[token];
    return row * (size_t)width;
}

/* How many of the tokens [token, end) are stored in consecutive rows, from `token` on: >= 1. */
FT_INLINE int span_tokens(const struct rows *rows, int token, int end)
{
    if (rows->contiguous) return end - token;
    int count = 1;
    while (token + count < end && rows->row[token + count] == rows->row[token] + count)
        count++;
    return count;
}

/* Rows a piece of work should have, so that it holds some 16384 elements: far more than taking it costs. */
FT_INLINE int span_grain(int width)
{
    return width >= 16384 ? 1 : 16384 / (width < 1 ? 1 : width);
}

#endif
