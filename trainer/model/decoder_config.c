#include "trainer/model/decoder_config.h"

#include "trainer/model/config_shape.h"
#include "trainer/model/rope_config.h"

#include <string.h>

/* Read by read_decoder, in every decoder. */
#define DECODER_FIELDS                                                                                       \
    "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",                          \
        "max_position_embeddings", "num_key_value_heads", "head_dim", "rms_norm_eps", "rope_theta",          \
        "rope_scaling", "rope_parameters", "hidden_act", "attention_dropout", "layer_types"

/* What transformers takes where a decoder's config.json is silent. */
struct defaults {
    int kv_heads; /* 0: as many as heads. null is always as many as heads */
    int positions;
};

static enum status read_heads(struct config_reader *reader, const struct defaults *defaults,
                              struct model_config *config)
{
    bool silent = !config_mentions(reader, "num_key_value_heads");
    int kv_heads = silent && defaults->kv_heads > 0 ? defaults->kv_heads : config->heads;
    TRY(config_count(reader, "num_key_value_heads", kv_heads, MOST_HEADS, &config->kv_heads));
    if (config->heads % config->kv_heads != 0)
        return config_wrong(reader, "num_key_value_heads", "a divisor of num_attention_heads");
    TRY(config_count(reader, "head_dim", config->hidden_size / config->heads, MOST_WIDTH, &config->head_dim));
    if (config->head_dim < 2 || config->head_dim % 2 != 0)
        return config_wrong(reader, "head_dim", "even: rotary positions turn pairs");
    return STATUS_OK;
}

/* Which layers slide, in transformers 5's spelling; `*slides` when any does. */
static enum status read_layer_types(struct config_reader *reader, int layers, bool *slides)
{
    struct json_object *list = config_field(reader, "layer_types");
    if (list == NULL) return STATUS_OK;
    if (!json_object_is_type(list, json_type_array) || json_object_array_length(list) != (size_t)layers)
        return config_wrong(reader, "layer_types", "a list with one word for each layer");
    *slides = false;
    for (size_t l = 0; l < (size_t)layers; l++) {
        struct json_object *type = json_object_array_get_idx(list, l);
        const char *word = json_object_is_type(type, json_type_string) ? json_object_get_string(type) : "";
        if (strcmp(word, "sliding_attention") == 0)
            *slides = true;
        else if (strcmp(word, "full_attention") != 0)
            return config_unsupported(reader, "layer_types", "\"full_attention\"");
    }
    return STATUS_OK;
}

static enum status read_decoder(struct config_reader *reader, const struct defaults *defaults,
                                struct model_config *config)
{
    config->family = FAMILY_LLAMA;
    TRY(shape_read(reader, &shape_common, -1, config));
    TRY(read_heads(reader, defaults, config));
    TRY(config_count(reader, "max_position_embeddings", defaults->positions, MOST_POSITIONS,
                     &config->max_positions));
    TRY(config_number(reader, "rms_norm_eps", 1e-6, 0.0, 1.0, &config->norm_epsilon));
    TRY(config_number(reader, "attention_dropout", 0.0, 0.0, 1.0, &config->attention_dropout));
    TRY(config_only_word(reader, "hidden_act", "silu"));
    return rope_config_read(reader, config->max_positions, config);
}

/* Attention to the last W tokens is attention to all of them in sequences of at most W. `window` is the
 * default; null means that nothing slides. */
static enum status limit_to_window(struct config_reader *reader, int window, struct model_config *config)
{
    if (config_mentions(reader, "sliding_window") && config_field(reader, "sliding_window") == NULL)
        return STATUS_OK;
    TRY(config_count(reader, "sliding_window", window, INT32_MAX, &window));
    if (window < config->max_positions) {
        config->max_positions = window;
        config->limited_by = "sliding_window";
    }
    return STATUS_OK;
}

static enum status refuse_sliding(struct config_reader *reader, const struct model_config *config)
{
    bool slides = false;
    TRY(read_layer_types(reader, config->layers, &slides));
    return slides ? config_unsupported(reader, "layer_types", "\"full_attention\"") : STATUS_OK;
}

enum status decoder_config_llama(struct config_reader *reader, struct model_config *config)
{
    static const char *const fields[] = {DECODER_FIELDS,   "attention_bias",   "mlp_bias",
                                         "pretraining_tp", "rope_interleaved", NULL};
    static const struct defaults defaults = {.positions = 2048};
    TRY(shape_refuse_unknown(reader, fields));
    TRY(read_decoder(reader, &defaults, config));
    TRY(config_flag(reader, "attention_bias", false, &config->qkv_bias));
    config->out_bias = config->qkv_bias;
    TRY(config_flag(reader, "mlp_bias", false, &config->mlp_bias));
    TRY(config_only_one(reader, "pretraining_tp"));
    TRY(config_only_false(reader, "rope_interleaved"));
    return refuse_sliding(reader, config);
}

enum status decoder_config_mistral(struct config_reader *reader, struct model_config *config)
{
    static const char *const fields[] = {DECODER_FIELDS, "sliding_window", "attention_bias", "mlp_bias",
                                         NULL};
    static const struct defaults defaults = {.kv_heads = 8, .positions = 131072};
    TRY(shape_refuse_unknown(reader, fields));
    TRY(read_decoder(reader, &defaults, config));
    /* fields that Mistral has not, but its relatives; folders converted from those name them */
    TRY(config_only_false(reader, "attention_bias"));
    TRY(config_only_false(reader, "mlp_bias"));
    TRY(refuse_sliding(reader, config));
    return limit_to_window(reader, 4096, config);
}

enum status decoder_config_qwen2(struct config_reader *reader, struct model_config *config)
{
    static const char *const fields[] = {DECODER_FIELDS,      "sliding_window", "use_sliding_window",
                                         "max_window_layers", "use_mrope",      NULL};
    static const struct defaults defaults = {.kv_heads = 32, .positions = 32768};
    bool windows = false;
    TRY(shape_refuse_unknown(reader, fields));
    TRY(read_decoder(reader, &defaults, config));
    config->qkv_bias = true;
    TRY(config_only_false(reader, "use_mrope"));
    /* max_window_layers says where the sliding layers begin; which layers slide does not matter to a limit */
    TRY(config_flag(reader, "use_sliding_window", false, &windows));
    bool slides = windows;
    TRY(read_layer_types(reader, config->layers, &slides));
    if (slides && !windows)
        return config_wrong(reader, "layer_types", "\"full_attention\" where use_sliding_window is false");
    return slides ? limit_to_window(reader, 4096, config) : STATUS_OK;
}
