#include "trainer/data/capacity.h"

#include "base/memory.h"

#include <stdlib.h>

/* From about so many tokens on a product's speed no longer grows with them. */
enum { EVALUATION_SAMPLES = 64, EVALUATION_TOKENS = 512, MOST_ROWS = 1 << 28 };

/* What the `most` longest samples have together. */
struct heap {
    int64_t samples, tokens, squares, longest;
};

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}
static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int descending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

static enum status heap_longest(const struct samples *samples, int most, struct heap *heap,
                                struct error *error)
{
    *heap = (struct heap){0};
    size_t count = (size_t)samples->count;
    int64_t *lengths = memory_zeroed(count, sizeof *lengths);
    if (lengths == NULL) return error_no_memory(error, count * sizeof *lengths);
    for (size_t i = 0; i < count; i++)
        lengths[i] = samples->begin[i + 1] - samples->begin[i];
    qsort(lengths, count, sizeof *lengths, descending);
    for (size_t i = 0; i < count && heap->samples < most; i++) {
        heap->samples++;
        heap->tokens += lengths[i];
        heap->squares += lengths[i] * lengths[i];
    }
    heap->longest = count > 0 ? lengths[0] : 0;
    memory_free(lengths);
    return STATUS_OK;
}

/* Rows of storage of one sample when it is padded. */
static int64_t padded_width(const struct capacity_request *request, int64_t longest)
{
    return request->padding == PADDING_MAX ? request->max_length : longest;
}

static enum status refuse_rows(int64_t rows, struct error *error)
{
    return error_set(
        error, STATUS_BAD_INPUT,
        "batch_size: one pass would have %lld rows of tokens, at most %d are allowed; write a smaller "
        "batch_size with gradient_accumulation_steps, or micro_batch",
        (long long)rows, MOST_ROWS);
}

enum status capacity_for_evaluation(int samples, int max_length, const struct token_reading *reading,
                                    struct batch_limits *limits, struct error *error)
{
    int64_t tokens = (int64_t)samples * max_length;
    if (samples == 0) tokens = larger(max_length, EVALUATION_TOKENS);
    if (tokens > MOST_ROWS) return refuse_rows(tokens, error);
    *limits = (struct batch_limits){.samples = samples == 0 ? EVALUATION_SAMPLES : samples,
                                    .tokens = (int)tokens,
                                    .rows = (int)tokens,
                                    .squares = tokens * max_length,
                                    .max_length = max_length,
                                    .padding = PADDING_NONE,
                                    .reading = *reading};
    return STATUS_OK;
}

enum status capacity_choose(const struct samples *train, const struct samples *validation,
                            const struct capacity_request *request, struct batch_limits *limits,
                            struct error *error)
{
    struct heap pass, evaluation;
    TRY(heap_longest(train, request->pass_samples, &pass, error));
    TRY(heap_longest(validation, EVALUATION_SAMPLES, &evaluation, error));
    int64_t roomy = larger(evaluation.longest, smaller(evaluation.tokens, EVALUATION_TOKENS));
    int64_t tokens = larger(pass.tokens, roomy);
    int64_t squares = larger(pass.squares, smaller(evaluation.squares, roomy * evaluation.longest));
    int64_t rows = tokens;
    if (request->padding != PADDING_NONE) {
        int64_t width = padded_width(request, evaluation.longest);
        rows = larger(pass.samples * padded_width(request, pass.longest), larger(width, EVALUATION_TOKENS));
    }
    if (rows > MOST_ROWS) return refuse_rows(rows, error);
    *limits = (struct batch_limits){.samples = (int)larger(pass.samples, evaluation.samples),
                                    .tokens = (int)tokens,
                                    .rows = (int)rows,
                                    .squares = squares,
                                    .max_length = request->max_length,
                                    .padding = request->padding,
                                    .reading = request->reading};
    return STATUS_OK;
}

int capacity_fitting(const struct batch_limits *limits, const struct samples *samples, int from)
{
    int64_t tokens = 0, squares = 0, longest = 0;
    int count = 0;
    while (from + count < samples->count && count < limits->samples) {
        int64_t length = samples->begin[from + count + 1] - samples->begin[from + count];
        tokens += length;
        squares += length * length;
        longest = larger(longest, length);
        int64_t rows = tokens;
        if (limits->padding != PADDING_NONE)
            rows = (count + 1) * (limits->padding == PADDING_MAX ? limits->max_length : longest);
        bool fits = tokens <= limits->tokens && squares <= limits->squares && rows <= limits->rows;
        if (count > 0 && !fits) break;
        count++;
    }
    return count;
}
