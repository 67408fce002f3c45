#include "trainer/model/layout.h"

#include "base/memory.h"
#include "kernels/common/normal.h"
#include "kernels/common/philox.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Most tensors of one layer (BERT: 16), and those outside the layers. */
enum { TENSORS_A_LAYER = 16, TENSORS_OUTSIDE = 16 };

static int64_t append(struct layout *layout, enum tensor_init init, bool decay, int rows, int cols,
                      const char *format, ...) __attribute__((format(printf, 6, 7)));

static int64_t append(struct layout *layout, enum tensor_init init, bool decay, int rows, int cols,
                      const char *format, ...)
{
    struct tensor *tensor = &layout->tensors[layout->count];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(tensor->name, sizeof tensor->name, format, arguments);
    va_end(arguments);
    tensor->offset = layout->total;
    tensor->rows = rows;
    tensor->cols = cols;
    tensor->decay = decay;
    tensor->init = init;
    layout->begin[layout->count++] = tensor->offset;
    layout->total += (int64_t)rows * cols;
    return tensor->offset;
}

static int64_t matrix(struct layout *layout, int rows, int cols, const char *prefix, const char *name)
{
    return append(layout, TENSOR_NORMAL, true, rows, cols, "%s%s.weight", prefix, name);
}

static int64_t bias(struct layout *layout, int cols, const char *prefix, const char *name)
{
    return append(layout, TENSOR_ZERO, false, 1, cols, "%s%s.bias", prefix, name);
}

static int64_t gain(struct layout *layout, int cols, const char *prefix, const char *name)
{
    return append(layout, TENSOR_ONE, false, 1, cols, "%s%s.weight", prefix, name);
}

static void build_bert(struct layout *layout, const struct model_config *config, int classes)
{
    int width = config->hidden_size, inner = config->intermediate_size;
    const char *top = "bert.embeddings.";
    layout->word = matrix(layout, config->vocab_size, width, top, "word_embeddings");
    layout->position = matrix(layout, config->max_positions, width, top, "position_embeddings");
    layout->type = matrix(layout, config->type_vocab_size, width, top, "token_type_embeddings");
    layout->norm_weight = gain(layout, width, top, "LayerNorm");
    layout->norm_bias = bias(layout, width, top, "LayerNorm");
    for (int l = 0; l < config->layers; l++) {
        struct layer_offsets *at = &layout->layers[l];
        char prefix[48];
        snprintf(prefix, sizeof prefix, "bert.encoder.layer.%d.", l);
        at->qkv_weight = matrix(layout, width, width, prefix, "attention.self.query");
        matrix(layout, width, width, prefix, "attention.self.key");
        matrix(layout, width, width, prefix, "attention.self.value");
        at->qkv_bias = bias(layout, width, prefix, "attention.self.query");
        bias(layout, width, prefix, "attention.self.key");
        bias(layout, width, prefix, "attention.self.value");
        at->out_weight = matrix(layout, width, width, prefix, "attention.output.dense");
        at->out_bias = bias(layout, width, prefix, "attention.output.dense");
        at->norm1_weight = gain(layout, width, prefix, "attention.output.LayerNorm");
        at->norm1_bias = bias(layout, width, prefix, "attention.output.LayerNorm");
        at->up_weight = matrix(layout, inner, width, prefix, "intermediate.dense");
        at->up_bias = bias(layout, inner, prefix, "intermediate.dense");
        at->down_weight = matrix(layout, width, inner, prefix, "output.dense");
        at->down_bias = bias(layout, width, prefix, "output.dense");
        at->norm2_weight = gain(layout, width, prefix, "output.LayerNorm");
        at->norm2_bias = bias(layout, width, prefix, "output.LayerNorm");
    }
    layout->pooler_weight = matrix(layout, width, width, "bert.pooler.", "dense");
    layout->pooler_bias = bias(layout, width, "bert.pooler.", "dense");
    layout->head_weight = matrix(layout, classes, width, "", "classifier");
    layout->head_bias = bias(layout, classes, "", "classifier");
}

static void build_llama(struct layout *layout, const struct model_config *config, int classes)
{
    int width = config->hidden_size, inner = config->intermediate_size;
    int queries = config->heads * config->head_dim, keys = config->kv_heads * config->head_dim;
    layout->word = matrix(layout, config->vocab_size, width, "model.", "embed_tokens");
    for (int l = 0; l < config->layers; l++) {
        struct layer_offsets *at = &layout->layers[l];
        char prefix[48];
        snprintf(prefix, sizeof prefix, "model.layers.%d.", l);
        at->qkv_weight = matrix(layout, queries, width, prefix, "self_attn.q_proj");
        matrix(layout, keys, width, prefix, "self_attn.k_proj");
        matrix(layout, keys, width, prefix, "self_attn.v_proj");
        at->out_weight = matrix(layout, width, queries, prefix, "self_attn.o_proj");
        at->up_weight = matrix(layout, inner, width, prefix, "mlp.gate_proj");
        matrix(layout, inner, width, prefix, "mlp.up_proj");
        at->down_weight = matrix(layout, width, inner, prefix, "mlp.down_proj");
        at->norm1_weight = gain(layout, width, prefix, "input_layernorm");
        at->norm2_weight = gain(layout, width, prefix, "post_attention_layernorm");
        at->qkv_bias = at->out_bias = at->up_bias = at->down_bias = at->norm1_bias = at->norm2_bias = -1;
    }
    layout->norm_weight = gain(layout, width, "model.", "norm");
    layout->head_weight = matrix(layout, classes, width, "", "score");
    layout->position = layout->type = layout->norm_bias = layout->pooler_weight = layout->pooler_bias =
        layout->head_bias = -1;
}

enum status layout_build(const struct model_config *config, int classes, struct layout *layout,
                         struct error *error)
{
    *layout = (struct layout){0};
    size_t most = TENSORS_OUTSIDE + (size_t)config->layers * TENSORS_A_LAYER;
    layout->tensors = memory_zeroed(most, sizeof *layout->tensors);
    layout->begin = memory_zeroed(most + 1, sizeof *layout->begin);
    layout->layers = memory_zeroed((size_t)config->layers, sizeof *layout->layers);
    if (layout->tensors == NULL || layout->begin == NULL || layout->layers == NULL) {
        layout_free(layout);
        return error_no_memory(error, most * sizeof *layout->tensors);
    }
    if (config->family == FAMILY_BERT)
        build_bert(layout, config, classes);
    else
        build_llama(layout, config, classes);
    layout->begin[layout->count] = layout->total;
    return STATUS_OK;
}

void layout_free(struct layout *layout)
{
    memory_free(layout->tensors);
    memory_free(layout->begin);
    memory_free(layout->layers);
    *layout = (struct layout){0};
}

static void fill_normal(float *values, int64_t count, double deviation, uint32_t seed, uint32_t tensor)
{
    for (int64_t e = 0; e < count; e++) {
        struct philox4 words = philox4x32_10(seed, STREAM_INIT, 0, tensor, 0, (uint32_t)(e / 2));
        const uint32_t *pair = &words.word[2 * (e % 2)];
        values[e] = (float)(deviation * ft_normal(pair[0], pair[1]));
    }
}

void layout_init_random(const struct layout *layout, const struct model_config *config, uint32_t seed,
                        float *block)
{
    for (int t = 0; t < layout->count; t++) {
        const struct tensor *tensor = &layout->tensors[t];
        float *values = block + tensor->offset;
        int64_t count = (int64_t)tensor->rows * tensor->cols;
        if (tensor->init == TENSOR_NORMAL)
            fill_normal(values, count, config->initializer_range, seed, (uint32_t)t);
        else
            for (int64_t e = 0; e < count; e++)
                values[e] = tensor->init == TENSOR_ONE ? 1.0f : 0.0f;
    }
    if (config->pad_token_id >= 0) {
        float *row = block + layout->word + (int64_t)config->pad_token_id * config->hidden_size;
        memset(row, 0, (size_t)config->hidden_size * sizeof *row);
    }
}
