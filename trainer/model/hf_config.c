#include "trainer/model/hf_config.h"

#include "base/file.h"
#include "base/json_read.h"
#include "trainer/model/decoder_config.h"
#include "trainer/model/encoder_config.h"
#include "trainer/weights/weights_files.h"

#include <stdint.h>
#include <string.h>

/* By model_type. */
static const struct {
    const char *type;
    enum status (*read)(struct config_reader *reader, struct model_config *config);
} families[] = {
    {"bert", encoder_config_bert},
    {"roberta", encoder_config_roberta},
    {"xlm-roberta", encoder_config_roberta},
    {"camembert", encoder_config_roberta},
    {"distilbert", encoder_config_distilbert},
    {"llama", decoder_config_llama},
    {"mistral", decoder_config_mistral},
    {"qwen2", decoder_config_qwen2},
};

static enum status read_family(struct config_reader *reader, struct model_config *config)
{
    struct json_object *type = config_field(reader, "model_type");
    const char *name = type == NULL ? "missing" : json_object_get_string(type);
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        if (strcmp(name, families[f].type) == 0) return families[f].read(reader, config);
    }
    return error_set(
        reader->error, STATUS_UNSUPPORTED,
        "%s: \"model_type\" is %s; supported: bert, roberta, xlm-roberta, camembert, distilbert, "
        "llama, mistral, qwen2",
        reader->path, name);
}

/* Numbers of the model without its head: at most 2^58, as each size is within its limit. */
static int64_t parameters(const struct model_config *config)
{
    const bool decoder = model_config_is_decoder(config);
    const int64_t width = config->hidden_size, inner = config->intermediate_size;
    const int64_t queries = (int64_t)config->heads * config->head_dim;
    const int64_t keys = (int64_t)config->kv_heads * config->head_dim;
    const int64_t rows = (int64_t)config->vocab_size + config->type_vocab_size +
                         (decoder ? 0 : config->max_positions + config->position_offset + width);
    const int64_t products = decoder ? 3 : 2; /* with F: up and down, and a gate */
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

static enum status read_object(const char *json, size_t length, const char *path, struct json_object **object,
                               struct error *error)
{
    struct error problem = {0};
    enum status status = json_read_object(json, length, object, &problem);
    if (status == STATUS_OK) status = json_read_check_names(json, *object, &problem);
    return status == STATUS_OK ? STATUS_OK : error_set(error, status, "%s: %s", path, problem.text);
}

static enum status parse(const char *json, size_t length, const char *path, struct model_config *config,
                         struct error *error)
{
    *config = (struct model_config){0};
    struct config_reader reader = {.path = path, .within = "", .error = error};
    enum status status = read_object(json, length, path, &reader.object, error);
    if (status == STATUS_OK) status = read_family(&reader, config);
    if (status == STATUS_OK) status = check_total(path, config, error);
    json_object_put(reader.object);
    return status;
}

enum status hf_config_parse(const char *json, const char *path, struct model_config *config,
                            struct error *error)
{
    return parse(json, strlen(json), path, config, error);
}

enum status hf_config_read(const char *folder, struct model_config *config, struct error *error)
{
    char path[4096];
    TRY(file_join(folder, "config.json", path, sizeof path, error));
    /* An adapter's folder need not have the model's config.json. */
    if (!file_exists(path)) TRY(weights_files_refuse_adapter(folder, error));
    struct text content = {0};
    enum status status = file_read(path, 1 << 20, &content, error);
    if (status == STATUS_OK) status = parse(text_string(&content), content.length, path, config, error);
    text_free(&content);
    return status;
}

void hf_config_set_dropout(struct model_config *config, double probability)
{
    config->attention_dropout = probability;
    if (model_config_is_decoder(config)) return;
    config->embedding_dropout = probability;
    config->hidden_dropout = probability;
    config->classifier_dropout = probability;
    if (config->family != FAMILY_DISTILBERT) config->attention_output_dropout = probability;
}
