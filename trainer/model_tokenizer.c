#include "trainer/model_tokenizer.h"

static enum status check_length(const struct run_spec *spec, const struct model_config *config,
                                struct error *error)
{
    if (spec->max_length <= config->max_positions) return STATUS_OK;
    if (config->limited_by != NULL)
        return error_set(
            error, STATUS_UNSUPPORTED,
            "max_length %d is more than the %s of %d in config.json: attention that slides is not "
            "computed (%s)",
            spec->max_length, config->limited_by, config->max_positions, spec->model_path);
    return error_set(error, STATUS_BAD_INPUT, "max_length %d is more than the model's %d positions (%s)",
                     spec->max_length, config->max_positions, spec->model_path);
}

static enum status check_fit(const struct run_spec *spec, const struct model_config *config,
                             const struct tokenizer *tokenizer, struct error *error)
{
    if (tokenizer_vocabulary(tokenizer) > config->vocab_size)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: the tokenizer has %d tokens, config.json's vocab_size is %d", spec->model_path,
                         tokenizer_vocabulary(tokenizer), config->vocab_size);
    if (spec->text_pair_column[0] != '\0' && config->family == FAMILY_BERT && config->type_vocab_size < 2)
        return error_set(error, STATUS_BAD_INPUT, "%s: pairs of texts need type_vocab_size 2",
                         spec->model_path);
    return STATUS_OK;
}

enum status model_tokenizer_open(const struct run_spec *spec, const struct model_config *config,
                                 struct tokenizer **tokenizer, struct error *error)
{
    TRY(check_length(spec, config, error));
    TRY(tokenizer_open(spec->model_path, tokenizer, error));
    enum status status = check_fit(spec, config, *tokenizer, error);
    if (status == STATUS_OK) {
        tokenizer_limit(*tokenizer, config->vocab_size);
        return STATUS_OK;
    }
    tokenizer_close(*tokenizer);
    *tokenizer = NULL;
    return status;
}
