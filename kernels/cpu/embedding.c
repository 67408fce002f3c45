/* embedding.c - rows of tables, and the gradients of those rows. */
#include "kernels/cpu/families.h"

#include "kernels/cpu/spans.h"

#include <string.h>

struct embedding {
    const struct rows *rows;
    int width;
    const float *word, *type, *position;
    const int32_t *ids, *type_ids;
    int position_offset;
    float *y;
};

/* The first table there is makes the row, later ones are added to it. */
static void take_row(const float *row, int width, bool first, float *y)
{
    if (first) {
        memcpy(y, row, (size_t)width * sizeof(float));
        return;
    }
    FT_INDEPENDENT
    for (int i = 0; i < width; i++)
        y[i] = y[i] + row[i];
}

static void embedding_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct embedding *op = job;
    const size_t width = (size_t)op->width;
    (void)workspace;
    for (int token = begin; token < end; token++) {
        float *y = op->y + span_offset(op->rows, token, op->width);
        bool first = true;
        if (op->word != NULL) {
            take_row(op->word + (size_t)op->ids[token] * width, op->width, first, y);
            first = false;
        }
        if (op->type != NULL) {
            take_row(op->type + (size_t)op->type_ids[token] * width, op->width, first, y);
            first = false;
        }
        if (op->position != NULL) {
            size_t entry = (size_t)(op->rows->position[token] + op->position_offset);
            take_row(op->position + entry * width, op->width, first, y);
        }
    }
}

void CPU_FN(embedding_forward)(struct device *device, const struct rows *rows, int width, const float *word,
                               const int32_t *ids, const float *type, const int32_t *type_ids,
                               const float *position, int position_offset, float *y)
{
    struct embedding op = {rows, width, word, type, position, ids, type_ids, position_offset, y};
    threads_run(device, rows->tokens, span_grain(width), embedding_piece, &op);
}

struct embedding_grad {
    const struct rows *rows;
    int width;
    const struct buckets *buckets;
    const float *dy;
    float *dtable;
};

static void embedding_grad_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct embedding_grad *op = job;
    const struct buckets *buckets = op->buckets;
    (void)workspace;
    for (int b = begin; b < end; b++) {
        float *row = op->dtable + (size_t)buckets->id[b] * (size_t)op->width;
        for (int32_t i = buckets->begin[b]; i < buckets->begin[b + 1]; i++) {
            const float *dy = op->dy + span_offset(op->rows, buckets->token[i], op->width);
            FT_INDEPENDENT
            for (int c = 0; c < op->width; c++)
                row[c] = row[c] + dy[c];
        }
    }
}

void CPU_FN(embedding_backward)(struct device *device, const struct rows *rows, int width,
                                const struct buckets *buckets, const float *dy, float *dtable)
{
    struct embedding_grad op = {rows, width, buckets, dy, dtable};
    threads_run(device, buckets->count, span_grain(width), embedding_grad_piece, &op);
}
