#include "trainer/model/hf_config.h"

#include "base/file.h"

#include <json-c/json.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* Fields of config.json that say nothing about a sequence classifier's arithmetic: provenance, generation,
 * pre-training heads, storage. label2id/id2label/num_labels are passed over because the classes come from the
 * data. */
static const char *const without_effect[] = {"architectures",
                                             "_name_or_path",
                                             "transformers_version",
                                             "torch_dtype",
                                             "dtype",
                                             "use_cache",
                                             "model_type",
                                             "id2label",
                                             "label2id",
                                             "num_labels",
                                             "bos_token_id",
                                             "eos_token_id",
                                             "sep_token_id",
                                             "cls_token_id",
                                             "mask_token_id",
                                             "directionality",
                                             "gradient_checkpointing",
                                             "tie_word_embeddings",
                                             "pooler_fc_size",
                                             "pooler_num_attention_heads",
                                             "pooler_num_fc_layers",
                                             "pooler_size_per_head",
                                             "finetuning_task",
                                             "_attn_implementation_autoset",
                                             NULL};

struct reader {
    struct json_object *root;
    const char *path;
    struct error *error;
};

static enum status wrong(struct reader *reader, const char *field, const char *expected)
{
    return error_set(reader->error, STATUS_BAD_INPUT, "%s: \"%s\" must be %s", reader->path, field, expected);
}

/* The member, or NULL when it is absent or null. */
static struct json_object *member(struct reader *reader, const char *field)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(reader->root, field, &value);
    return value;
}

/* Far above any model of the two families, and so low that products of two sizes fit an int and those of all
 * fit 64 bits. */
enum {
    REQUIRED = -1,
    MOST_WORDS = 1 << 24,
    MOST_WIDTH = 1 << 16,
    MOST_LAYERS = 1 << 10,
    MOST_HEADS = 1 << 12,
    MOST_INNER = 1 << 20,
    MOST_POSITIONS = 1 << 20,
    MOST_TYPES = 1 << 16
};

static enum status read_count(struct reader *reader, const char *field, int fallback, int most, int *count)
{
    struct json_object *value = member(reader, field);
    if (value == NULL) {
        if (fallback == REQUIRED) return wrong(reader, field, "given, a whole number > 0");
        *count = fallback;
        return STATUS_OK;
    }
    int64_t number = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;
    if (number < 1 || number > most)
        return error_set(reader->error, STATUS_BAD_INPUT,
                         "%s: \"%s\" must be a whole number from 1 to %d, not %s", reader->path, field, most,
                         json_object_to_json_string(value));
    *count = (int)number;
    return STATUS_OK;
}

static enum status read_number(struct reader *reader, const char *field, double fallback, double least,
                               double below, double *number)
{
    struct json_object *value = member(reader, field);
    *number = fallback;
    if (value == NULL) return STATUS_OK;
    bool is_number =
        json_object_is_type(value, json_type_double) || json_object_is_type(value, json_type_int);
    if (is_number) *number = json_object_get_double(value);
    if (!is_number || !(*number >= least && *number < below)) {
        return error_set(reader->error, STATUS_BAD_INPUT, "%s: \"%s\" must be a number >= %g and < %g",
                         reader->path, field, least, below);
    }
    return STATUS_OK;
}

/* A field that may only have the one value that we compute. */
static enum status only_word(struct reader *reader, const char *field, const char *word)
{
    struct json_object *value = member(reader, field);
    if (value == NULL) return STATUS_OK;
    if (!json_object_is_type(value, json_type_string) || strcmp(json_object_get_string(value), word) != 0)
        return error_set(reader->error, STATUS_UNSUPPORTED, "%s: \"%s\" is %s; only \"%s\" is computed",
                         reader->path, field, json_object_to_json_string(value), word);
    return STATUS_OK;
}

static enum status only_false(struct reader *reader, const char *field)
{
    struct json_object *value = member(reader, field);
    if (value == NULL) return STATUS_OK;
    if (!json_object_is_type(value, json_type_boolean) || json_object_get_boolean(value))
        return error_set(reader->error, STATUS_UNSUPPORTED, "%s: \"%s\" is %s; only false is computed",
                         reader->path, field, json_object_to_json_string(value));
    return STATUS_OK;
}

static enum status only_null(struct reader *reader, const char *field)
{
    struct json_object *value = member(reader, field);
    if (value == NULL) return STATUS_OK;
    return error_set(reader->error, STATUS_UNSUPPORTED, "%s: \"%s\" is %s; only null is computed",
                     reader->path, field, json_object_to_json_string(value));
}

static enum status only_one(struct reader *reader, const char *field)
{
    struct json_object *value = member(reader, field);
    if (value == NULL) return STATUS_OK;
    if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) != 1)
        return error_set(reader->error, STATUS_UNSUPPORTED, "%s: \"%s\" is %s; only 1 is computed",
                         reader->path, field, json_object_to_json_string(value));
    return STATUS_OK;
}

static enum status read_pad_token(struct reader *reader, int vocab_size, int *pad)
{
    struct json_object *value = member(reader, "pad_token_id");
    *pad = -1;
    if (value == NULL) return STATUS_OK;
    int64_t id = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : -2;
    if (id == -1) return STATUS_OK;
    if (id < 0 || id >= vocab_size) return wrong(reader, "pad_token_id", "null or an id below vocab_size");
    *pad = (int)id;
    return STATUS_OK;
}

static enum status read_shape(struct reader *reader, struct model_config *config)
{
    TRY(read_count(reader, "vocab_size", REQUIRED, MOST_WORDS, &config->vocab_size));
    TRY(read_count(reader, "hidden_size", REQUIRED, MOST_WIDTH, &config->hidden_size));
    TRY(read_count(reader, "num_hidden_layers", REQUIRED, MOST_LAYERS, &config->layers));
    TRY(read_count(reader, "num_attention_heads", REQUIRED, MOST_HEADS, &config->heads));
    TRY(read_count(reader, "intermediate_size", REQUIRED, MOST_INNER, &config->intermediate_size));
    if (config->hidden_size % config->heads != 0 && config->family == FAMILY_BERT)
        return wrong(reader, "hidden_size", "a multiple of num_attention_heads");
    TRY(read_number(reader, "initializer_range", 0.02, 0.0, 10.0, &config->initializer_range));
    return read_pad_token(reader, config->vocab_size, &config->pad_token_id);
}

static const char *const bert_fields[] = {"vocab_size",
                                          "hidden_size",
                                          "num_hidden_layers",
                                          "num_attention_heads",
                                          "intermediate_size",
                                          "initializer_range",
                                          "pad_token_id",
                                          "max_position_embeddings",
                                          "type_vocab_size",
                                          "layer_norm_eps",
                                          "hidden_act",
                                          "hidden_dropout_prob",
                                          "attention_probs_dropout_prob",
                                          "classifier_dropout",
                                          "position_embedding_type",
                                          "pooler_type",
                                          "is_decoder",
                                          "add_cross_attention",
                                          "chunk_size_feed_forward",
                                          NULL};

static enum status read_bert(struct reader *reader, struct model_config *config)
{
    TRY(read_shape(reader, config));
    config->kv_heads = config->heads;
    config->head_dim = config->hidden_size / config->heads;
    TRY(read_count(reader, "max_position_embeddings", 512, MOST_POSITIONS, &config->max_positions));
    TRY(read_count(reader, "type_vocab_size", 2, MOST_TYPES, &config->type_vocab_size));
    TRY(read_number(reader, "layer_norm_eps", 1e-12, 0.0, 1.0, &config->norm_epsilon));
    TRY(read_number(reader, "hidden_dropout_prob", 0.1, 0.0, 1.0, &config->hidden_dropout));
    TRY(read_number(reader, "attention_probs_dropout_prob", 0.1, 0.0, 1.0, &config->attention_dropout));
    config->embedding_dropout = config->hidden_dropout;
    /* transformers: classifier_dropout null means hidden_dropout_prob */
    TRY(read_number(reader, "classifier_dropout", config->hidden_dropout, 0.0, 1.0,
                    &config->classifier_dropout));
    TRY(only_word(reader, "hidden_act", "gelu"));
    TRY(only_word(reader, "position_embedding_type", "absolute"));
    TRY(only_word(reader, "pooler_type", "first_token_transform"));
    TRY(only_false(reader, "is_decoder"));
    return only_false(reader, "add_cross_attention");
}

static const char *const llama_fields[] = {"vocab_size",
                                           "hidden_size",
                                           "num_hidden_layers",
                                           "num_attention_heads",
                                           "intermediate_size",
                                           "initializer_range",
                                           "pad_token_id",
                                           "max_position_embeddings",
                                           "num_key_value_heads",
                                           "head_dim",
                                           "rms_norm_eps",
                                           "rope_theta",
                                           "rope_scaling",
                                           "hidden_act",
                                           "attention_bias",
                                           "mlp_bias",
                                           "attention_dropout",
                                           "pretraining_tp",
                                           NULL};

static enum status read_llama(struct reader *reader, struct model_config *config)
{
    TRY(read_shape(reader, config));
    TRY(read_count(reader, "num_key_value_heads", config->heads, MOST_HEADS, &config->kv_heads));
    if (config->heads % config->kv_heads != 0)
        return wrong(reader, "num_key_value_heads", "a divisor of num_attention_heads");
    TRY(read_count(reader, "head_dim", config->hidden_size / config->heads, MOST_WIDTH, &config->head_dim));
    if (config->head_dim < 2 || config->head_dim % 2 != 0)
        return wrong(reader, "head_dim", "even: rotary positions turn pairs");
    TRY(read_count(reader, "max_position_embeddings", 2048, MOST_POSITIONS, &config->max_positions));
    TRY(read_number(reader, "rms_norm_eps", 1e-6, 0.0, 1.0, &config->norm_epsilon));
    TRY(read_number(reader, "rope_theta", 10000.0, 1.0, 1e12, &config->rope_theta));
    TRY(read_number(reader, "attention_dropout", 0.0, 0.0, 1.0, &config->attention_dropout));
    TRY(only_word(reader, "hidden_act", "silu"));
    TRY(only_null(reader, "rope_scaling"));
    TRY(only_false(reader, "attention_bias"));
    TRY(only_false(reader, "mlp_bias"));
    return only_one(reader, "pretraining_tp");
}

static bool in_list(const char *word, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, word) == 0) return true;
    }
    return false;
}

static enum status refuse_unknown(struct reader *reader, const char *const *known)
{
    json_object_object_foreach(reader->root, field, value)
    {
        (void)value;
        if (in_list(field, known) || in_list(field, without_effect)) continue;
        return error_set(
            reader->error, STATUS_UNSUPPORTED,
            "%s: the field \"%s\" is not known; remove it if it does not change what the model computes",
            reader->path, field);
    }
    return STATUS_OK;
}

static enum status read_family(struct reader *reader, struct model_config *config)
{
    struct json_object *type = member(reader, "model_type");
    const char *name = type == NULL ? "missing" : json_object_get_string(type);
    if (strcmp(name, "bert") == 0) {
        config->family = FAMILY_BERT;
        TRY(refuse_unknown(reader, bert_fields));
        return read_bert(reader, config);
    }
    if (strcmp(name, "llama") == 0) {
        config->family = FAMILY_LLAMA;
        TRY(refuse_unknown(reader, llama_fields));
        return read_llama(reader, config);
    }
    return error_set(reader->error, STATUS_UNSUPPORTED, "%s: \"model_type\" is %s; supported: bert, llama",
                     reader->path, name);
}

/* Numbers of the model without its head: at most 2^58, as each size is within its limit. */
static int64_t parameters(const struct model_config *config)
{
    const int64_t width = config->hidden_size, inner = config->intermediate_size;
    const int64_t queries = (int64_t)config->heads * config->head_dim;
    const int64_t keys = (int64_t)config->kv_heads * config->head_dim;
    const int64_t rows = (int64_t)config->vocab_size + config->type_vocab_size +
                         (config->family == FAMILY_BERT ? config->max_positions + width : 0);
    const int64_t products = config->family == FAMILY_BERT ? 2 : 3; /* with F: up and down, and a gate */
    return rows * width + config->layers * width * (2 * queries + 2 * keys + products * inner);
}

/* 2^40 numbers are 4 TiB, and a run needs four times as many. */
static enum status check_total(const char *path, const struct model_config *config, struct error *error)
{
    const int64_t most = (int64_t)1 << 40, total = parameters(config);
    if (total < most) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT,
                     "%s: the sizes make a model of %.3g parameters; fewer than %.3g can be trained", path,
                     (double)total, (double)most);
}

enum status hf_config_parse(const char *json, const char *path, struct model_config *config,
                            struct error *error)
{
    *config = (struct model_config){0};
    enum json_tokener_error problem = json_tokener_success;
    struct reader reader = {.path = path, .error = error};
    reader.root = json_tokener_parse_verbose(json, &problem);
    if (reader.root == NULL || !json_object_is_type(reader.root, json_type_object)) {
        json_object_put(reader.root);
        return error_set(error, STATUS_BAD_INPUT, "%s: is not a JSON object: %s", path,
                         problem == json_tokener_success ? "another type" : json_tokener_error_desc(problem));
    }
    enum status status = read_family(&reader, config);
    if (status == STATUS_OK) status = check_total(path, config, error);
    json_object_put(reader.root);
    return status;
}

enum status hf_config_read(const char *folder, struct model_config *config, struct error *error)
{
    char path[4096];
    TRY(file_join(folder, "config.json", path, sizeof path, error));
    struct text content = {0};
    enum status status = file_read(path, 1 << 20, &content, error);
    if (status == STATUS_OK) status = hf_config_parse(text_string(&content), path, config, error);
    text_free(&content);
    return status;
}

void hf_config_set_dropout(struct model_config *config, double probability)
{
    config->attention_dropout = probability;
    if (config->family == FAMILY_BERT) {
        config->embedding_dropout = probability;
        config->hidden_dropout = probability;
        config->classifier_dropout = probability;
    }
}
