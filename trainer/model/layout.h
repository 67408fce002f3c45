/* layout.h - the table of a model's parameter tensors, and the one block of numbers that they are carved
 * from.
 *
 * All tensors of a model lie in one block, in the order of this table; gradients and both moments use the
 * same offsets. Names and shapes are Hugging Face's. Tensors that are used by one product lie side by side:
 * query, key and value weights form one (out, in) matrix, gate and up projections another; so do their
 * biases. */
#ifndef FTBENCH_TRAINER_MODEL_LAYOUT_H
#define FTBENCH_TRAINER_MODEL_LAYOUT_H

#include "base/status.h"
#include "trainer/model/hf_config.h"

#include <stdbool.h>
#include <stdint.h>

enum tensor_init {
    TENSOR_NORMAL, /* initializer_range * standard normal */
    TENSOR_ZERO,
    TENSOR_ONE
};

struct tensor {
    char name[112];
    int64_t offset; /* elements, into the block */
    int rows, cols; /* (rows, cols); a vector is (1, cols) */
    bool decay;     /* takes weight decay: matrices do, biases and norms do not (as transformers' Trainer) */
    enum tensor_init init;
};

/* Where the tensors of one layer are: offsets into the block; -1 for those that the family has not. */
struct layer_offsets {
    int64_t qkv_weight;               /* ((H + 2 G) D, C): query, key, value */
    int64_t qkv_bias;                 /* ((H + 2 G) D); BERT */
    int64_t out_weight;               /* (C, H D) */
    int64_t out_bias;                 /* (C); BERT */
    int64_t norm1_weight, norm1_bias; /* (C): after (BERT) or before (Llama) attention; no bias in Llama */
    int64_t up_weight;                /* BERT (F, C) intermediate; Llama (2 F, C): gate, then up */
    int64_t up_bias;                  /* (F); BERT */
    int64_t down_weight;              /* (C, F) */
    int64_t down_bias;                /* (C); BERT */
    int64_t norm2_weight, norm2_bias; /* (C) */
};

struct layout {
    struct tensor *tensors; /* (count), owned, ascending offsets without gaps */
    int count;
    int64_t *begin;                     /* (count + 1), owned: offsets, and the total at the end */
    int64_t total;                      /* numbers in the block */
    int64_t word, position, type;       /* embeddings: (vocab, C), (positions, C), (types, C); -1: none */
    int64_t norm_weight, norm_bias;     /* BERT: embeddings.LayerNorm; Llama: the final norm (bias -1) */
    int64_t pooler_weight, pooler_bias; /* BERT (C, C), (C); -1 for Llama */
    int64_t head_weight, head_bias;     /* (classes, C), (classes); Llama has no bias: -1 */
    struct layer_offsets *layers;       /* (L), owned */
};

/* The layout of a classifier with `classes` outputs. */
enum status layout_build(const struct model_config *config, int classes, struct layout *layout,
                         struct error *error);
void layout_free(struct layout *layout);

/* Random weights from the init stream into `block` (layout->total numbers, host): element e of the t-th
 * tensor is initializer_range * normal(words 2 (e % 2), 2 (e % 2) + 1 of Philox key (seed, init), counter (0,
 * t, 0, e / 2)), computed in binary64 and rounded once. The padding token's embedding row is zero, as in
 * transformers. */
void layout_init_random(const struct layout *layout, const struct model_config *config, uint32_t seed,
                        float *block);

#endif
