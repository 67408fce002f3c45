#include "trainer/model/decoder_layout.h"

#include <stdio.h>

static void fill_layer(struct layout *layout, const struct model_config *config, int layer)
{
    struct layer_offsets *at = &layout->layers[layer];
    int width = config->hidden_size, inner = config->intermediate_size;
    int queries = config->heads * config->head_dim, keys = config->kv_heads * config->head_dim;
    char prefix[48];
    snprintf(prefix, sizeof prefix, "model.layers.%d.", layer);
    at->qkv_bias = at->out_bias = at->up_bias = at->down_bias = at->norm1_bias = at->norm2_bias = -1;
    at->qkv_weight = tensor_matrix(layout, queries, width, prefix, "self_attn.q_proj");
    tensor_matrix(layout, keys, width, prefix, "self_attn.k_proj");
    tensor_matrix(layout, keys, width, prefix, "self_attn.v_proj");
    if (config->qkv_bias) {
        at->qkv_bias = tensor_bias(layout, queries, prefix, "self_attn.q_proj");
        tensor_bias(layout, keys, prefix, "self_attn.k_proj");
        tensor_bias(layout, keys, prefix, "self_attn.v_proj");
    }
    at->out_weight = tensor_matrix(layout, width, queries, prefix, "self_attn.o_proj");
    if (config->out_bias) at->out_bias = tensor_bias(layout, width, prefix, "self_attn.o_proj");
    at->up_weight = tensor_matrix(layout, inner, width, prefix, "mlp.gate_proj");
    tensor_matrix(layout, inner, width, prefix, "mlp.up_proj");
    if (config->mlp_bias) {
        at->up_bias = tensor_bias(layout, inner, prefix, "mlp.gate_proj");
        tensor_bias(layout, inner, prefix, "mlp.up_proj");
    }
    at->down_weight = tensor_matrix(layout, width, inner, prefix, "mlp.down_proj");
    if (config->mlp_bias) at->down_bias = tensor_bias(layout, width, prefix, "mlp.down_proj");
    at->norm1_weight = tensor_gain(layout, width, prefix, "input_layernorm");
    at->norm2_weight = tensor_gain(layout, width, prefix, "post_attention_layernorm");
}

void decoder_layout_fill(struct layout *layout, const struct model_config *config, int classes)
{
    int width = config->hidden_size;
    layout->position = layout->type = layout->norm_bias = layout->pooler_weight = layout->pooler_bias =
        layout->head_bias = -1;
    layout->word = tensor_matrix(layout, config->vocab_size, width, "model.", "embed_tokens");
    for (int l = 0; l < config->layers; l++)
        fill_layer(layout, config, l);
    layout->norm_weight = tensor_gain(layout, width, "model.", "norm");
    layout->head_weight = tensor_matrix(layout, classes, width, "", "score");
}
