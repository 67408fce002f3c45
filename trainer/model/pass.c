#include "trainer/model/pass.h"

#include "kernels/common/dropout_keep.h"

#include <math.h>

uint32_t pass_site(int layer, enum layer_site site)
{
    return 1 + (uint32_t)layer * SITES_A_LAYER + (uint32_t)site;
}

struct dropout pass_dropout(const struct pass *pass, double probability, uint32_t site)
{
    if (!pass->training || probability <= 0) return (struct dropout){.scale = 1.0f};
    return (struct dropout){.seed = pass->dropout_seed,
                            .stream = STREAM_DROPOUT,
                            .draw = pass->draw,
                            .site = site,
                            .threshold = ft_dropout_threshold(probability),
                            .probability = (float)probability,
                            .scale = (float)(1.0 / (1.0 - probability))};
}

struct attention pass_attention(const struct pass *pass, const struct model_config *config, int max_length,
                                int layer)
{
    int stride = (config->heads + 2 * config->kv_heads) * config->head_dim;
    return (struct attention){
        .heads = config->heads,
        .kv_heads = config->kv_heads,
        .head_dim = config->head_dim,
        .causal = model_config_is_decoder(config),
        .scale = (float)(1.0 / sqrt((double)config->head_dim)),
        .max_length = max_length,
        .ldq = stride,
        .ldkv = stride,
        .ldo = config->heads * config->head_dim,
        .dropout = pass_dropout(pass, config->attention_dropout, pass_site(layer, SITE_ATTENTION)),
    };
}
