/* model_config.h - what a model is: its family, sizes and constants, as config.json says them (hf_config.h).
 */
#ifndef FTBENCH_TRAINER_MODEL_MODEL_CONFIG_H
#define FTBENCH_TRAINER_MODEL_MODEL_CONFIG_H

#include "trainer/data/batch.h"

#include <stdbool.h>

/* Which tensors a model has and what they are called. Families of one name in Hugging Face that compute the
 * same are one here: docs/families.md. */
enum model_family {
    FAMILY_BERT,       /* encoder: post-LayerNorm, learned positions; token 0, pooler with tanh */
    FAMILY_ROBERTA,    /* BERT with positions from pad_token_id + 1, one type, and a head of its own */
    FAMILY_DISTILBERT, /* BERT without types and pooler; the head has a layer with ReLU */
    FAMILY_LLAMA /* decoder: pre-RMSNorm, rotary positions, SwiGLU, grouped-query attention, last token */
};

/* Of the encoders' inner layers; decoders have SwiGLU. */
enum activation {
    ACTIVATION_GELU, /* the exact one, by erf */
    ACTIVATION_RELU
};

enum rope_kind { ROPE_DEFAULT, ROPE_LINEAR, ROPE_LLAMA3 };

/* How rotary angles are made slower than theta alone makes them: rotary.h has the formulas. */
struct rope_scaling {
    enum rope_kind kind;
    double factor;                /* >= 1 */
    double low_frequency_factor;  /* llama3 */
    double high_frequency_factor; /* llama3; more than the low one */
    int original_positions;       /* llama3: original_max_position_embeddings */
};

struct model_config {
    enum model_family family;
    int vocab_size;
    int hidden_size;        /* C */
    int layers;             /* L */
    int heads;              /* H; query heads */
    int kv_heads;           /* G, divides H; H for encoders */
    int head_dim;           /* D; C / H for encoders */
    int intermediate_size;  /* F */
    int max_positions;      /* longest sequence that the model can take */
    const char *limited_by; /* the field of config.json that says so; static. NULL: max_position_embeddings */
    int position_offset;    /* RoBERTa: rows of the position table before that of the first token; else 0 */
    int type_vocab_size;    /* BERT, RoBERTa: rows of the type table; else 0 */
    int pad_token_id;       /* its embedding row starts at zero and is not trained; -1: none */
    enum activation activation;
    bool qkv_bias, out_bias, mlp_bias; /* Llama: which products have a bias. Encoders have all of them */
    double norm_epsilon;
    double initializer_range; /* SD of random weights */
    double rope_theta;        /* Llama */
    struct rope_scaling rope_scaling;
    /* dropout probabilities, as config.json says (transformers' defaults where it is silent) */
    double embedding_dropout, attention_dropout;
    double attention_output_dropout; /* after the product behind attention; DistilBERT has none */
    double hidden_dropout;           /* after the MLP */
    double classifier_dropout;       /* before the head's products */
};

bool model_config_is_decoder(const struct model_config *config);

/* How the model reads the tokens of a batch. */
struct token_reading model_config_reading(const struct model_config *config);

#endif
