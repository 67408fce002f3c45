/* tensor_table.h - the table of a model's parameter tensors, and how a family's layout fills it. */
#ifndef FTBENCH_TRAINER_MODEL_TENSOR_TABLE_H
#define FTBENCH_TRAINER_MODEL_TENSOR_TABLE_H

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
    int64_t qkv_bias;                 /* ((H + 2 G) D); encoders, and decoders that say so */
    int64_t out_weight;               /* (C, H D) */
    int64_t out_bias;                 /* (C); as qkv_bias */
    int64_t norm1_weight, norm1_bias; /* (C): after (encoders) or before (decoders) attention; decoders have
                                         no bias */
    int64_t up_weight;                /* encoders (F, C); decoders (2 F, C): gate, then up */
    int64_t up_bias;                  /* encoders (F); decoders (2 F) or none */
    int64_t down_weight;              /* (C, F) */
    int64_t down_bias;                /* (C); as up_bias */
    int64_t norm2_weight, norm2_bias; /* (C) */
};

struct layout {
    struct tensor *tensors; /* (count), owned, ascending offsets without gaps */
    int count;
    int64_t *begin;                     /* (count + 1), owned: offsets, and the total at the end */
    int64_t total;                      /* numbers in the block */
    int64_t word, position, type;       /* embeddings: (vocab, C), (positions, C), (types, C); -1: none */
    int64_t norm_weight, norm_bias;     /* encoders: of the embeddings; decoders: the final norm (bias -1) */
    int64_t pooler_weight, pooler_bias; /* (C, C), (C): BERT's pooler, RoBERTa's classifier.dense,
                                           DistilBERT's pre_classifier; decoders have none: -1 */
    int64_t head_weight, head_bias;     /* (classes, C), (classes); decoders have no bias: -1 */
    struct layer_offsets *layers;       /* (L), owned */
};

/* Append a tensor "PREFIX" "NAME.weight" or ".bias" to a layout that has room; its offset. A matrix takes
 * weight decay and starts random, a bias starts at zero, a norm's gain at one. */
int64_t tensor_matrix(struct layout *layout, int rows, int cols, const char *prefix, const char *name);
int64_t tensor_bias(struct layout *layout, int cols, const char *prefix, const char *name);
int64_t tensor_gain(struct layout *layout, int cols, const char *prefix, const char *name);

#endif
