#include "trainer/model/encoder_layout.h"

#include <stdio.h>

/* Hugging Face's names: `layer` is followed by the layer's number, a dot and a part's name. */
struct names {
    const char *embeddings, *layer;
    const char *query, *key, *value, *out, *norm1, *up, *down, *norm2;
    const char *pooler_prefix, *pooler, *head_prefix, *head;
};

static const struct names bert = {.embeddings = "bert.embeddings.",
                                  .layer = "bert.encoder.layer.",
                                  .query = "attention.self.query",
                                  .key = "attention.self.key",
                                  .value = "attention.self.value",
                                  .out = "attention.output.dense",
                                  .norm1 = "attention.output.LayerNorm",
                                  .up = "intermediate.dense",
                                  .down = "output.dense",
                                  .norm2 = "output.LayerNorm",
                                  .pooler_prefix = "bert.pooler.",
                                  .pooler = "dense",
                                  .head_prefix = "",
                                  .head = "classifier"};

/* RobertaForSequenceClassification, and those of XLM-RoBERTa and CamemBERT. */
static const struct names roberta = {.embeddings = "roberta.embeddings.",
                                     .layer = "roberta.encoder.layer.",
                                     .query = "attention.self.query",
                                     .key = "attention.self.key",
                                     .value = "attention.self.value",
                                     .out = "attention.output.dense",
                                     .norm1 = "attention.output.LayerNorm",
                                     .up = "intermediate.dense",
                                     .down = "output.dense",
                                     .norm2 = "output.LayerNorm",
                                     .pooler_prefix = "classifier.",
                                     .pooler = "dense",
                                     .head_prefix = "classifier.",
                                     .head = "out_proj"};

static const struct names distilbert = {.embeddings = "distilbert.embeddings.",
                                        .layer = "distilbert.transformer.layer.",
                                        .query = "attention.q_lin",
                                        .key = "attention.k_lin",
                                        .value = "attention.v_lin",
                                        .out = "attention.out_lin",
                                        .norm1 = "sa_layer_norm",
                                        .up = "ffn.lin1",
                                        .down = "ffn.lin2",
                                        .norm2 = "output_layer_norm",
                                        .pooler_prefix = "",
                                        .pooler = "pre_classifier",
                                        .head_prefix = "",
                                        .head = "classifier"};

static void fill_layer(struct layout *layout, const struct model_config *config, const struct names *names,
                       int layer)
{
    struct layer_offsets *at = &layout->layers[layer];
    int width = config->hidden_size, inner = config->intermediate_size;
    char prefix[48];
    snprintf(prefix, sizeof prefix, "%s%d.", names->layer, layer);
    at->qkv_weight = tensor_matrix(layout, width, width, prefix, names->query);
    tensor_matrix(layout, width, width, prefix, names->key);
    tensor_matrix(layout, width, width, prefix, names->value);
    at->qkv_bias = tensor_bias(layout, width, prefix, names->query);
    tensor_bias(layout, width, prefix, names->key);
    tensor_bias(layout, width, prefix, names->value);
    at->out_weight = tensor_matrix(layout, width, width, prefix, names->out);
    at->out_bias = tensor_bias(layout, width, prefix, names->out);
    at->norm1_weight = tensor_gain(layout, width, prefix, names->norm1);
    at->norm1_bias = tensor_bias(layout, width, prefix, names->norm1);
    at->up_weight = tensor_matrix(layout, inner, width, prefix, names->up);
    at->up_bias = tensor_bias(layout, inner, prefix, names->up);
    at->down_weight = tensor_matrix(layout, width, inner, prefix, names->down);
    at->down_bias = tensor_bias(layout, width, prefix, names->down);
    at->norm2_weight = tensor_gain(layout, width, prefix, names->norm2);
    at->norm2_bias = tensor_bias(layout, width, prefix, names->norm2);
}

void encoder_layout_fill(struct layout *layout, const struct model_config *config, int classes)
{
    const struct names *names = config->family == FAMILY_BERT      ? &bert
                                : config->family == FAMILY_ROBERTA ? &roberta
                                                                   : &distilbert;
    int width = config->hidden_size, places = config->position_offset + config->max_positions;
    const char *top = names->embeddings;
    layout->word = tensor_matrix(layout, config->vocab_size, width, top, "word_embeddings");
    layout->position = tensor_matrix(layout, places, width, top, "position_embeddings");
    layout->type = config->type_vocab_size == 0
                       ? -1
                       : tensor_matrix(layout, config->type_vocab_size, width, top, "token_type_embeddings");
    layout->norm_weight = tensor_gain(layout, width, top, "LayerNorm");
    layout->norm_bias = tensor_bias(layout, width, top, "LayerNorm");
    for (int l = 0; l < config->layers; l++)
        fill_layer(layout, config, names, l);
    layout->pooler_weight = tensor_matrix(layout, width, width, names->pooler_prefix, names->pooler);
    layout->pooler_bias = tensor_bias(layout, width, names->pooler_prefix, names->pooler);
    layout->head_weight = tensor_matrix(layout, classes, width, names->head_prefix, names->head);
    layout->head_bias = tensor_bias(layout, classes, names->head_prefix, names->head);
}
