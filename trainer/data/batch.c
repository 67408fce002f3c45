#include "trainer/data/batch.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The int32 arrays of a batch, in the order in which they lie in the staging block and in the device block,
 * after the sums of squares (int64): those of the tokens, (samples + 1), and those of the pooled ones. */
enum array {
    ARRAY_ROW,
    ARRAY_SAMPLE,
    ARRAY_POSITION,
    ARRAY_IDS,
    ARRAY_TYPES,
    ARRAY_PLACES,
    ARRAY_ID_KEYS,
    ARRAY_ID_BEGIN,
    ARRAY_ID_TOKENS,
    ARRAY_TYPE_KEYS,
    ARRAY_TYPE_BEGIN,
    ARRAY_TYPE_TOKENS,
    ARRAY_PLACE_KEYS,
    ARRAY_PLACE_BEGIN,
    ARRAY_PLACE_TOKENS, /* up to here: (tokens + 1) each */
    ARRAY_LABELS,
    ARRAY_POOL,
    ARRAY_POOLED_SAMPLE,
    ARRAY_FIRST,
    ARRAY_START,
    ARRAY_COUNTING, /* 0, 1, 2, ...: rows and starts of the pooled tensors */
    ARRAY_ZEROS,
    ARRAYS
};

static size_t array_words(const struct batch_limits *limits, enum array array)
{
    return (size_t)(array <= ARRAY_PLACE_TOKENS ? limits->tokens : limits->samples) + 1;
}

/* int64 words of the sums of squares of either list */
static size_t square_words(const struct batch_limits *limits)
{
    return (size_t)limits->samples + 1;
}

static size_t array_at(const struct batch_limits *limits, enum array array)
{
    size_t at = 2 * square_words(limits) * (sizeof(int64_t) / sizeof(int32_t));
    for (int a = 0; a < (int)array; a++)
        at += array_words(limits, (enum array)a);
    return at;
}

static int32_t *host_array(const struct batch *batch, enum array array)
{
    return batch->host + array_at(&batch->limits, array);
}

static const int32_t *device_array(const struct batch *batch, enum array array)
{
    return (const int32_t *)batch->block + array_at(&batch->limits, array);
}

/* Where the buckets are sorted. */
static size_t sorting_words(const struct batch_limits *limits)
{
    return (size_t)limits->tokens + 1;
}

int64_t batch_device_bytes(const struct batch_limits *limits)
{
    return (int64_t)(array_at(limits, ARRAYS) * sizeof(int32_t));
}

int64_t batch_host_bytes(const struct batch_limits *limits)
{
    return batch_device_bytes(limits) + (int64_t)(sorting_words(limits) * sizeof(uint64_t));
}

enum status batch_create(const struct ops *ops, struct device *device, const struct batch_limits *limits,
                         struct batch *batch, struct error *error)
{
    *batch = (struct batch){.ops = ops, .device = device, .limits = *limits};
    batch->words = array_at(limits, ARRAYS);
    batch->host_square = memory_zeroed(batch->words, sizeof(int32_t));
    batch->host = (int32_t *)(void *)batch->host_square;
    batch->sorting = memory_zeroed(sorting_words(limits), sizeof *batch->sorting);
    enum status status = STATUS_OK;
    if (batch->host == NULL || batch->sorting == NULL)
        status = error_no_memory(error, batch->words * sizeof *batch->host);
    if (status == STATUS_OK)
        status = ops->allocate(device, batch->words * sizeof(int32_t), &batch->block, error);
    if (status != STATUS_OK) batch_free(batch);
    return status;
}

void batch_free(struct batch *batch)
{
    if (batch->block != NULL) batch->ops->release(batch->device, batch->block);
    memory_free(batch->host);
    memory_free(batch->sorting);
    *batch = (struct batch){0};
}

static int compare_words(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Stable buckets: sorting (key, token) pairs as one number keeps tokens ascending within a key. */
static void fill_buckets(struct batch *batch, const int32_t *keys, int tokens, enum array key_array,
                         struct buckets *buckets)
{
    for (int t = 0; t < tokens; t++)
        batch->sorting[t] = (uint64_t)(uint32_t)keys[t] << 32 | (uint32_t)t;
    qsort(batch->sorting, (size_t)tokens, sizeof *batch->sorting, compare_words);
    int32_t *id = host_array(batch, key_array);
    int32_t *begin = host_array(batch, (enum array)(key_array + 1));
    int32_t *token = host_array(batch, (enum array)(key_array + 2));
    int count = 0;
    for (int i = 0; i < tokens; i++) {
        int32_t key = (int32_t)(batch->sorting[i] >> 32);
        if (count == 0 || id[count - 1] != key) {
            id[count] = key;
            begin[count++] = i;
        }
        token[i] = (int32_t)(batch->sorting[i] & 0xffffffffu);
    }
    begin[count] = tokens;
    buckets->count = count;
    buckets->id = device_array(batch, key_array);
    buckets->begin = device_array(batch, (enum array)(key_array + 1));
    buckets->token = device_array(batch, (enum array)(key_array + 2));
}

static int longest_of(const struct samples *samples, const int32_t *index, int count)
{
    int longest = 0;
    for (int b = 0; b < count; b++) {
        int length = (int)(samples->begin[index[b] + 1] - samples->begin[index[b]]);
        if (length > longest) longest = length;
    }
    return longest;
}

static void describe_rows(struct batch *batch, int count, int tokens, int storage_rows)
{
    batch->rows = (struct rows){.tokens = tokens,
                                .storage_rows = storage_rows,
                                .samples = count,
                                .contiguous = batch->limits.padding == PADDING_NONE,
                                .first = host_array(batch, ARRAY_FIRST),
                                .start = host_array(batch, ARRAY_START),
                                .square = batch->host_square,
                                .device_first = device_array(batch, ARRAY_FIRST),
                                .device_start = device_array(batch, ARRAY_START),
                                .device_square = batch->block,
                                .row = device_array(batch, ARRAY_ROW),
                                .sample = device_array(batch, ARRAY_SAMPLE),
                                .position = device_array(batch, ARRAY_POSITION)};
    batch->pooled =
        (struct rows){.tokens = count,
                      .storage_rows = count,
                      .samples = count,
                      .contiguous = true,
                      .first = host_array(batch, ARRAY_COUNTING),
                      .start = host_array(batch, ARRAY_COUNTING),
                      .square = batch->host_square + square_words(&batch->limits),
                      .device_first = device_array(batch, ARRAY_COUNTING),
                      .device_start = device_array(batch, ARRAY_COUNTING),
                      .device_square = (const int64_t *)batch->block + square_words(&batch->limits),
                      .row = device_array(batch, ARRAY_COUNTING),
                      .sample = device_array(batch, ARRAY_POOLED_SAMPLE),
                      .position = device_array(batch, ARRAY_ZEROS)};
}

/* Of the sample's tokens first .. end - 1 the last that is not the padding token; the first where all are. */
static int32_t last_of_text(const struct token_reading *reading, const int32_t *ids, int first, int end)
{
    for (int t = end - 1; t > first; t--) {
        if (ids[t] != reading->pad_token_id) return t;
    }
    return first;
}

static void place_from_padding(const struct token_reading *reading, const int32_t *ids, int first, int end,
                               int32_t *places)
{
    int32_t place = reading->pad_token_id;
    for (int t = first; t < end; t++)
        places[t] = ids[t] == reading->pad_token_id ? reading->pad_token_id : ++place;
}

void batch_fill(struct batch *batch, const struct samples *samples, const int32_t *index, int count,
                int first_in_step)
{
    const struct batch_limits *limits = &batch->limits;
    const struct token_reading *reading = &limits->reading;
    int32_t *row = host_array(batch, ARRAY_ROW), *sample = host_array(batch, ARRAY_SAMPLE);
    int32_t *position = host_array(batch, ARRAY_POSITION), *ids = host_array(batch, ARRAY_IDS);
    int32_t *types = host_array(batch, ARRAY_TYPES), *labels = host_array(batch, ARRAY_LABELS);
    int32_t *places = host_array(batch, ARRAY_PLACES);
    int32_t *pool = host_array(batch, ARRAY_POOL), *pooled_sample = host_array(batch, ARRAY_POOLED_SAMPLE);
    int32_t *first = host_array(batch, ARRAY_FIRST), *start = host_array(batch, ARRAY_START);
    int32_t *counting = host_array(batch, ARRAY_COUNTING);
    int64_t *square = batch->host_square, *pooled_square = square + square_words(limits);

    int stride = limits->padding == PADDING_MAX ? limits->max_length : longest_of(samples, index, count);
    int tokens = 0;
    square[0] = pooled_square[0] = 0;
    for (int b = 0; b < count; b++) {
        int64_t from = samples->begin[index[b]];
        int length = (int)(samples->begin[index[b] + 1] - from);
        first[b] = tokens;
        start[b] = limits->padding == PADDING_NONE ? tokens : b * stride;
        for (int i = 0; i < length; i++, tokens++) {
            row[tokens] = start[b] + i;
            sample[tokens] = first_in_step + b;
            position[tokens] = i;
            ids[tokens] = samples->ids[from + i];
            types[tokens] = reading->one_type ? 0 : samples->types[from + i];
            places[tokens] = i;
        }
        if (reading->places_from_padding) place_from_padding(reading, ids, first[b], tokens, places);
        labels[b] = samples->labels[index[b]];
        pool[b] = reading->pool_last ? last_of_text(reading, ids, first[b], tokens) : first[b];
        pooled_sample[b] = first_in_step + b;
        counting[b] = b;
        square[b + 1] = square[b] + (int64_t)length * length;
        pooled_square[b + 1] = b + 1;
    }
    first[count] = tokens;
    counting[count] = count;

    describe_rows(batch, count, tokens, limits->padding == PADDING_NONE ? tokens : count * stride);
    fill_buckets(batch, ids, tokens, ARRAY_ID_KEYS, &batch->by_id);
    fill_buckets(batch, types, tokens, ARRAY_TYPE_KEYS, &batch->by_type);
    fill_buckets(batch, places, tokens, ARRAY_PLACE_KEYS, &batch->by_place);
    batch->ids = device_array(batch, ARRAY_IDS);
    batch->types = device_array(batch, ARRAY_TYPES);
    batch->places = device_array(batch, ARRAY_PLACES);
    batch->labels = device_array(batch, ARRAY_LABELS);
    batch->pool = device_array(batch, ARRAY_POOL);
    batch->ops->upload(batch->device, batch->block, batch->host, batch->words * sizeof(int32_t));
}
