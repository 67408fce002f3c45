/* written.h - one output of one call of an operation: where it lies and how it is arranged, so that it can be
 * read in canonical order: sample by sample, token by token, column by column, without what lies in between.
 */
#ifndef FTBENCH_TRAINER_TRACE_WRITTEN_H
#define FTBENCH_TRAINER_TRACE_WRITTEN_H

#include "kernels/ops.h"

#include <stdbool.h>
#include <stdint.h>

enum written_shape {
    WRITTEN_TOKENS,  /* (storage rows, width) with `stride` between rows; a token is in its row */
    WRITTEN_PACKED,  /* (T, width): a token is in the row of its number */
    WRITTEN_SAMPLES, /* (B, width) */
    WRITTEN_SCORES,  /* for each sample (heads, n, n), as attention's probabilities */
    WRITTEN_WHOLE    /* `count` values that belong to no sample */
};

struct written {
    const void *values; /* device, but for `host`; NULL: was not asked for */
    enum written_shape shape;
    const struct rows *rows; /* TOKENS, PACKED, SCORES */
    int samples;             /* SAMPLES */
    int width, stride;
    int heads;
    bool causal;      /* SCORES: keys after the query are not there */
    bool adds;        /* goes on from what was there: complete at the end of the step only */
    bool host;        /* host memory */
    bool integers;    /* 32-bit whole numbers */
    bool tensors;     /* value i belongs to the i-th tensor of the layout */
    int64_t count;    /* WHOLE */
    const char *part; /* what of the tensor, or (outside the model's memory) the name; NULL: all */
};

/* A part of it: rows of `columns` values, the first at `at`, `stride` apart. */
struct stretch {
    int64_t at, rows, columns, stride;
};

int written_parts(const struct written *written);
struct stretch written_part(const struct written *written, int part);

#endif
