/* hf_config.h - what a Hugging Face config.json says about a model, for the two families that ftbench trains.
 *
 * Fails closed: a field that would change the result and that we do not compute is an error that names it;
 * fields known to be without effect on a classifier's arithmetic are listed in hf_config.c and passed over;
 * any other field is refused too, because we cannot know. So are sizes
 * beyond any model of the two families: heads, layers, widths and their products, up to 2^40 parameters, fit
 * the integers that count them. */
#ifndef FTBENCH_TRAINER_MODEL_HF_CONFIG_H
#define FTBENCH_TRAINER_MODEL_HF_CONFIG_H

#include "base/status.h"

enum model_family {
    FAMILY_BERT, /* encoder: post-LayerNorm, learned positions, GELU, [CLS] pooler */
    FAMILY_LLAMA /* decoder: pre-RMSNorm, rotary positions, SwiGLU, grouped-query attention, last token */
};

struct model_config {
    enum model_family family;
    int vocab_size;
    int hidden_size;       /* C */
    int layers;            /* L */
    int heads;             /* H; query heads */
    int kv_heads;          /* G, divides H; H for BERT */
    int head_dim;          /* D; C / H for BERT */
    int intermediate_size; /* F */
    int max_positions;     /* longest sequence that the model can take */
    int type_vocab_size;   /* BERT: 1 or 2; Llama: 0 */
    int pad_token_id;      /* its embedding row starts at zero; -1: none */
    double norm_epsilon;
    double initializer_range; /* SD of random weights */
    double rope_theta;        /* Llama */
    /* dropout probabilities, as config.json says (transformers' defaults where it is silent) */
    double embedding_dropout, attention_dropout, hidden_dropout, classifier_dropout;
};

/* Read FOLDER/config.json. Errors name the file, the field and what would be right. */
enum status hf_config_read(const char *folder, struct model_config *config, struct error *error);

/* The same from the text of a config.json; `path` is what errors call it. */
enum status hf_config_parse(const char *json, const char *path, struct model_config *config,
                            struct error *error);

/* One probability for every dropout of the model (those that its family has). */
void hf_config_set_dropout(struct model_config *config, double probability);

#endif
