/* fuzz_hf_config.c - the text of a model's config.json, any family: the model, the names of its classes, and
 * how its texts were read where ftbench saved it. What is accepted must be a model whose sizes fit the
 * integers that count them. */
#include "tests/fuzz/support_fuzz.h"

#include "trainer/model/hf_config.h"
#include "trainer/model/model_labels.h"
#include "trainer/saved_settings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_probability(double value)
{
    return value >= 0 && value < 1;
}

static void check_model(const struct model_config *config)
{
    fuzz_check(config->vocab_size > 0 && config->hidden_size > 0 && config->layers > 0);
    fuzz_check(config->heads > 0 && config->kv_heads > 0 && config->head_dim > 0);
    fuzz_check(config->heads % config->kv_heads == 0);
    fuzz_check(config->intermediate_size > 0 && config->max_positions > 0);
    fuzz_check(config->pad_token_id >= -1 && config->pad_token_id < config->vocab_size);
    fuzz_check(config->position_offset >= 0 && config->type_vocab_size >= 0);
    fuzz_check(isfinite(config->norm_epsilon) && config->norm_epsilon >= 0);
    fuzz_check(isfinite(config->initializer_range) && config->initializer_range >= 0);
    fuzz_check(is_probability(config->embedding_dropout) && is_probability(config->attention_dropout));
    fuzz_check(is_probability(config->attention_output_dropout) && is_probability(config->hidden_dropout));
    fuzz_check(is_probability(config->classifier_dropout));
    /* Upper bounds, in floating point, of what the layout computes in integers. */
    const double width = config->hidden_size, inner = config->intermediate_size;
    const double queries = (double)config->heads * config->head_dim;
    const double layer = width * (4 * queries + 3 * inner) + 16 * (width + inner + queries);
    const double rows = (double)config->vocab_size + config->max_positions + config->type_vocab_size;
    fuzz_check(layer * config->layers + rows * width < 0x1p53);
    if (model_config_is_decoder(config)) {
        fuzz_check(isfinite(config->rope_theta) && config->rope_theta > 0);
        fuzz_check(config->head_dim % 2 == 0);
    } else {
        fuzz_check(config->heads * config->head_dim == config->hidden_size);
    }
}

static void try_rest(const uint8_t *data, size_t size)
{
    static struct run_spec spec;
    struct model_labels labels;
    struct error error = {0};
    fuzz_put("config.json", data, size);
    enum status status = model_labels_read(fuzz_folder(), &labels, &error);
    fuzz_check_failure(status, &error);
    fuzz_check((status == STATUS_OK) == (labels.count > 0));
    model_labels_free(&labels);
    run_spec_defaults(&spec);
    spec.max_length = 0;
    strcpy(spec.model_path, fuzz_folder());
    status = saved_settings_read(&spec, &error);
    fuzz_check_failure(status, &error);
    if (status == STATUS_OK) fuzz_check(spec.max_length >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct model_config config = {0};
    struct error error = {0};
    char *json = fuzz_string(data, size);
    fuzz_begin();
    enum status status = hf_config_parse(json, "config.json", &config, &error);
    fuzz_check_failure(status, &error);
    if (status == STATUS_OK) check_model(&config);
    try_rest(data, size);
    fuzz_end();
    free(json);
    return 0;
}
