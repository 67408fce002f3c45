#include "trainer/model/model_config.h"

bool model_config_is_decoder(const struct model_config *config)
{
    return config->family == FAMILY_LLAMA;
}

struct token_reading model_config_reading(const struct model_config *config)
{
    return (struct token_reading){.pool_last = model_config_is_decoder(config),
                                  .one_type = config->family == FAMILY_ROBERTA,
                                  .places_from_padding = config->family == FAMILY_ROBERTA,
                                  .pad_token_id = config->pad_token_id};
}
