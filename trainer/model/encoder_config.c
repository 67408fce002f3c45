#include "trainer/model/encoder_config.h"

#include "trainer/model/config_shape.h"

#include <string.h>

static enum status read_activation(struct config_reader *reader, const char *field,
                                   enum activation *activation)
{
    struct json_object *value = config_field(reader, field);
    const char *name = "";
    *activation = ACTIVATION_GELU;
    if (value == NULL) return STATUS_OK;
    if (json_object_is_type(value, json_type_string)) name = json_object_get_string(value);
    if (strcmp(name, "gelu") == 0) return STATUS_OK;
    *activation = ACTIVATION_RELU;
    if (strcmp(name, "relu") == 0) return STATUS_OK;
    return config_unsupported(reader, field, "\"gelu\" or \"relu\"");
}

static enum status check_heads(struct config_reader *reader, const struct shape_names *names,
                               const struct model_config *config)
{
    if (config->hidden_size % config->heads == 0) return STATUS_OK;
    return error_set(reader->error, STATUS_BAD_INPUT, "%s: \"%s\" must be a multiple of %s", reader->path,
                     names->width, names->heads);
}

static const char *const bert_fields[] = {
    "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "max_position_embeddings",
    "type_vocab_size", "layer_norm_eps", "hidden_act", "hidden_dropout_prob", "attention_probs_dropout_prob",
    "classifier_dropout", "position_embedding_type", "pooler_type",
    /* of the pooler of another program; transformers reads none of them */
    "directionality", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers",
    "pooler_size_per_head", NULL};

/* What BERT and RoBERTa say in the same words. */
static enum status read_bert_like(struct config_reader *reader, int pad_default, struct model_config *config)
{
    TRY(shape_refuse_unknown(reader, bert_fields));
    TRY(shape_read(reader, &shape_common, pad_default, config));
    TRY(check_heads(reader, &shape_common, config));
    TRY(config_count(reader, "max_position_embeddings", 512, MOST_POSITIONS, &config->max_positions));
    TRY(config_count(reader, "type_vocab_size", 2, MOST_TYPES, &config->type_vocab_size));
    TRY(config_number(reader, "layer_norm_eps", 1e-12, 0.0, 1.0, &config->norm_epsilon));
    TRY(config_number(reader, "hidden_dropout_prob", 0.1, 0.0, 1.0, &config->hidden_dropout));
    TRY(config_number(reader, "attention_probs_dropout_prob", 0.1, 0.0, 1.0, &config->attention_dropout));
    config->embedding_dropout = config->attention_output_dropout = config->hidden_dropout;
    /* transformers: classifier_dropout null means hidden_dropout_prob */
    TRY(config_number(reader, "classifier_dropout", config->hidden_dropout, 0.0, 1.0,
                      &config->classifier_dropout));
    TRY(read_activation(reader, "hidden_act", &config->activation));
    return config_only_word(reader, "position_embedding_type", "absolute");
}

enum status encoder_config_bert(struct config_reader *reader, struct model_config *config)
{
    config->family = FAMILY_BERT;
    TRY(read_bert_like(reader, 0, config));
    return config_only_word(reader, "pooler_type", "first_token_transform");
}

enum status encoder_config_roberta(struct config_reader *reader, struct model_config *config)
{
    config->family = FAMILY_ROBERTA;
    TRY(read_bert_like(reader, 1, config));
    if (config->pad_token_id < 0)
        return config_wrong(reader, "pad_token_id", "an id: positions are counted from the one after it");
    config->position_offset = config->pad_token_id + 1;
    config->max_positions -= config->position_offset;
    if (config->max_positions < 1)
        return config_wrong(reader, "max_position_embeddings",
                            "more than pad_token_id + 1: positions are counted from there");
    return STATUS_OK;
}

static const char *const distilbert_fields[] = {
    "dim",        "n_layers", "n_heads",           "hidden_dim",          "max_position_embeddings",
    "activation", "dropout",  "attention_dropout", "seq_classif_dropout", "sinusoidal_pos_embds",
    "qa_dropout", /* of another head */
    NULL};

enum status encoder_config_distilbert(struct config_reader *reader, struct model_config *config)
{
    static const struct shape_names names = {"dim", "n_layers", "n_heads", "hidden_dim"};
    config->family = FAMILY_DISTILBERT;
    TRY(shape_refuse_unknown(reader, distilbert_fields));
    TRY(shape_read(reader, &names, 0, config));
    TRY(check_heads(reader, &names, config));
    config->norm_epsilon = 1e-12; /* not a field: the same in every DistilBERT */
    TRY(config_count(reader, "max_position_embeddings", 512, MOST_POSITIONS, &config->max_positions));
    TRY(config_number(reader, "dropout", 0.1, 0.0, 1.0, &config->hidden_dropout));
    TRY(config_number(reader, "attention_dropout", 0.1, 0.0, 1.0, &config->attention_dropout));
    TRY(config_number(reader, "seq_classif_dropout", 0.2, 0.0, 1.0, &config->classifier_dropout));
    config->embedding_dropout = config->hidden_dropout;
    TRY(read_activation(reader, "activation", &config->activation));
    /* true fills the table in another way and, in some versions of transformers, keeps it from being trained
     */
    return config_only_false(reader, "sinusoidal_pos_embds");
}
