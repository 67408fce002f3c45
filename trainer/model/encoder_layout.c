#include "trainer/model/encoder_layout.h"

#include <stdio.h>

/* Hugging Face's names of a layer's parts. */
struct layer_names {
    const char *query, *key, *value, *out, *norm1, *up, *down, *norm2;
};

/* And of a model: `layer` is followed by the layer's number, a dot and a part's name. */
struct names {
    const char *embeddings, *layer;
    const struct layer_names *parts;
    const char *pooler_prefix, *pooler, *head_prefix, *head;
};

static const struct layer_names bert_layer = {.query = "attention.self.query",
                                              .key = "attention.self.key",
                                              .value = "attention.self.value",
                                              .out = "attention.output.dense",
                                              .norm1 = "attention.output.LayerNorm",
                                              .up = "intermediate.dense",
                                              .down = "output.dense",
                                              .norm2 = "output.LayerNorm"};

static const struct layer_names distilbert_layer = {.query = "attention.q_lin",
                                                    .key = "attention.k_lin",
                                                    .value = "attention.v_lin",
                                                    .out = "attention.out_lin",
                                                    .norm1 = "sa_layer_norm",
                                                    .up = "ffn.lin1",
                                                    .down = "ffn.lin2",
                                                    .norm2 = "output_layer_norm"};

static const struct names bert = {
    "bert.embeddings.", "bert.encoder.layer.", &bert_layer, "bert.pooler.", "dense", "", "classifier"};

/* RobertaForSequenceClassification, and those of XLM-RoBERTa and CamemBERT. */
static const struct names roberta = {"roberta.embeddings.",
                                     "roberta.encoder.layer.",
                                     &bert_layer,
                                     "classifier.",
                                     "dense",
                                     "classifier.",
                                     "out_proj"};

static const struct names distilbert = {"distilbert.embeddings.",
                                        "distilbert.transformer.layer.",
                                        &distilbert_layer,
                                        "",
                                        "pre_classifier",
                                        "",
                                        "classifier"};

static void fill_layer(struct layout *layout, const struct model_config *config, const struct names *names,
                       int layer)
{
    struct layer_offsets *at = &layout->layers[layer];
    int width = config->hidden_size, inner = config->intermediate_size;
    const struct layer_names *parts = names->parts;
    char prefix[48];
    snprintf(prefix, sizeof prefix, "%s%d.", names->layer, layer);
    at->qkv_weight = tensor_matrix(layout, width, width, prefix, parts->query);
    tensor_matrix(layout, width, width, prefix, parts->key);
    tensor_matrix(layout, width, width, prefix, parts->value);
    at->qkv_bias = tensor_bias(layout, width, prefix, parts->query);
    tensor_bias(layout, width, prefix, parts->key);
    tensor_bias(layout, width, prefix, parts->value);
    at->out_weight = tensor_matrix(layout, width, width, prefix, parts->out);
    at->out_bias = tensor_bias(layout, width, prefix, parts->out);
    at->norm1_weight = tensor_gain(layout, width, prefix, parts->norm1);
    at->norm1_bias = tensor_bias(layout, width, prefix, parts->norm1);
    at->up_weight = tensor_matrix(layout, inner, width, prefix, parts->up);
    at->up_bias = tensor_bias(layout, inner, prefix, parts->up);
    at->down_weight = tensor_matrix(layout, width, inner, prefix, parts->down);
    at->down_bias = tensor_bias(layout, width, prefix, parts->down);
    at->norm2_weight = tensor_gain(layout, width, prefix, parts->norm2);
    at->norm2_bias = tensor_bias(layout, width, prefix, parts->norm2);
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
