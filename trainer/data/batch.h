/* batch.h - samples laid out for the device: token ids, where the tokens are, buckets for the embedding
 * gradients.
 *
 * A batch object is made once for the largest micro-batch, and filled again and again without allocating. The
 * padding mode decides where tokens are stored, never what is computed: packed (none), padded to the longest
 * sample of the micro-batch, or to max_length. */
#ifndef FTBENCH_TRAINER_DATA_BATCH_H
#define FTBENCH_TRAINER_DATA_BATCH_H

#include "base/status.h"
#include "kernels/ops.h"
#include "trainer/data/dataset.h"

#include <stdbool.h>
#include <stdint.h>

/* How a model reads the tokens of a sample. The padding token is one that stands in a text: those that fill
 * up a padded micro-batch are in no list. */
struct token_reading {
    bool pool_last; /* pool the last token that is not the padding token (decoders; the first token where all
                       are), not the first */
    bool one_type;  /* every token is of type 0, whatever the tokenizer says (RoBERTa) */
    bool places_from_padding; /* places count only tokens that are not the padding token, from pad_token_id +
                                 1; those of padding tokens are pad_token_id (RoBERTa). Otherwise a place is a
                                 position */
    int pad_token_id;         /* -1: none */
};

/* The most that a micro-batch can hold. */
struct batch_limits {
    int samples;
    int tokens;      /* all valid tokens of a micro-batch together */
    int rows;        /* rows of storage, >= tokens; more when samples are padded */
    int64_t squares; /* sum of its samples' squared lengths: sizes the attention's tensors */
    int max_length;  /* the setting: longest sample, and the width of padding = max */
    int padding;     /* enum padding (run_spec.h) */
    struct token_reading reading;
};

struct batch {
    /* what the model reads */
    struct rows rows;      /* the tokens */
    struct rows pooled;    /* one token a sample: rows of the pooled (B, C) tensors */
    const int32_t *ids;    /* (T) device */
    const int32_t *types;  /* (T) device */
    const int32_t *places; /* (T) device: row of the position table */
    const int32_t *labels; /* (B) device */
    const int32_t *pool;   /* (B) device: token that is pooled */
    struct buckets by_id, by_type, by_place;
    /* owned */
    const struct ops *ops;
    struct device *device;
    struct batch_limits limits;
    int32_t *host;        /* staging for all device arrays */
    int64_t *host_square; /* the beginning of it: 2 x (samples + 1) */
    void *block;          /* device */
    uint64_t *sorting;    /* (tokens) scratch */
    size_t words;         /* int32 words in host and block */
};

/* Bytes that batch_create takes on the device and on the host. */
int64_t batch_device_bytes(const struct batch_limits *limits);
int64_t batch_host_bytes(const struct batch_limits *limits);

enum status batch_create(const struct ops *ops, struct device *device, const struct batch_limits *limits,
                         struct batch *batch, struct error *error);
void batch_free(struct batch *batch);

/* Lay out samples[index[0..count-1]]; their places in the optimiser step are first_in_step, first_in_step +
 * 1, ... The caller keeps within the limits. */
void batch_fill(struct batch *batch, const struct samples *samples, const int32_t *index, int count,
                int first_in_step);

#endif
