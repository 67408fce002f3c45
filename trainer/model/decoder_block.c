#include "trainer/model/block.h"

/* Most decoders have no biases; some have those of queries, keys and values, some all. */
static const float *bias_of(const float *weights, int64_t offset)
{
    return offset < 0 ? NULL : weights + offset;
}

static float *gradient_of(float *gradients, int64_t offset)
{
    return offset < 0 ? NULL : gradients + offset;
}

void decoder_block_forward(struct transformer *model, const struct batch *batch, const struct pass *pass,
                           int layer)
{
    const struct ops *ops = model->ops;
    struct device *device = model->device;
    const struct rows *rows = &batch->rows;
    const struct model_config *config = &model->config;
    const struct layer_offsets *at = &model->layout.layers[layer];
    struct layer_activations *act = &model->activations.layers[layer];
    const float *w = model->weights;
    int width = config->hidden_size, inner = config->intermediate_size, head = config->head_dim;
    int queries = config->heads * head, keys = config->kv_heads * head, all = queries + 2 * keys;
    float epsilon = (float)config->norm_epsilon;

    ops->rmsnorm_forward(device, rows, width, epsilon, act->input, w + at->norm1_weight, act->norm1,
                         act->rstd1);
    ops->linear_forward(device, rows, width, all, act->norm1, w + at->qkv_weight, bias_of(w, at->qkv_bias),
                        act->qkv);
    ops->rope(device, rows, config->heads, head, all, model->cosines, model->sines, false, act->qkv);
    ops->rope(device, rows, config->kv_heads, head, all, model->cosines, model->sines, false,
              act->qkv + queries);
    struct attention attention = pass_attention(pass, &model->config, model->limits.max_length, layer);
    ops->attention_forward(device, rows, &attention, act->qkv, act->qkv + queries, act->qkv + queries + keys,
                           act->probabilities, act->context);
    ops->linear_forward(device, rows, queries, width, act->context, w + at->out_weight,
                        bias_of(w, at->out_bias), act->sum1);
    ops->add(device, rows, width, act->sum1, act->input, act->sum1);

    ops->rmsnorm_forward(device, rows, width, epsilon, act->sum1, w + at->norm2_weight, act->norm2,
                         act->rstd2);
    ops->linear_forward(device, rows, width, 2 * inner, act->norm2, w + at->up_weight,
                        bias_of(w, at->up_bias), act->up);
    ops->swiglu_forward(device, rows, inner, act->up, act->inner);
    ops->linear_forward(device, rows, inner, width, act->inner, w + at->down_weight,
                        bias_of(w, at->down_bias), act->sum2);
    ops->add(device, rows, width, act->sum2, act->sum1, act->sum2);
}

static void mlp_backward(struct transformer *model, const struct rows *rows, int layer)
{
    const struct ops *ops = model->ops;
    struct device *device = model->device;
    const struct layer_offsets *at = &model->layout.layers[layer];
    const struct layer_activations *act = &model->activations.layers[layer];
    struct activations *all = &model->activations;
    const float *w = model->weights;
    float *g = model->gradients;
    int width = model->config.hidden_size, inner = model->config.intermediate_size;

    ops->linear_backward_weight(device, rows, inner, width, all->dhidden, act->inner, g + at->down_weight,
                                gradient_of(g, at->down_bias));
    ops->linear_backward_input(device, rows, inner, width, all->dhidden, w + at->down_weight, false,
                               all->dinner);
    ops->swiglu_backward(device, rows, inner, act->up, all->dinner, all->dup);
    ops->linear_backward_weight(device, rows, width, 2 * inner, all->dup, act->norm2, g + at->up_weight,
                                gradient_of(g, at->up_bias));
    ops->linear_backward_input(device, rows, width, 2 * inner, all->dup, w + at->up_weight, false,
                               all->dbranch);
    ops->rmsnorm_backward_weight(device, rows, width, act->sum1, act->rstd2, all->dbranch,
                                 g + at->norm2_weight);
    ops->rmsnorm_backward(device, rows, width, act->sum1, w + at->norm2_weight, act->rstd2, all->dbranch,
                          true, all->dhidden);
}

static void attention_backward(struct transformer *model, const struct rows *rows, const struct pass *pass,
                               int layer)
{
    const struct ops *ops = model->ops;
    struct device *device = model->device;
    const struct model_config *config = &model->config;
    const struct layer_offsets *at = &model->layout.layers[layer];
    const struct layer_activations *act = &model->activations.layers[layer];
    struct activations *all = &model->activations;
    const float *w = model->weights;
    float *g = model->gradients;
    int width = config->hidden_size, head = config->head_dim;
    int queries = config->heads * head, keys = config->kv_heads * head, stride = queries + 2 * keys;

    ops->linear_backward_weight(device, rows, queries, width, all->dhidden, act->context, g + at->out_weight,
                                gradient_of(g, at->out_bias));
    ops->linear_backward_input(device, rows, queries, width, all->dhidden, w + at->out_weight, false,
                               all->dcontext);
    struct attention attention = pass_attention(pass, &model->config, model->limits.max_length, layer);
    ops->attention_backward(device, rows, &attention, act->qkv, act->qkv + queries, act->qkv + queries + keys,
                            act->probabilities, all->dcontext, all->dscores, all->dqkv, all->dqkv + queries,
                            all->dqkv + queries + keys);
    ops->rope(device, rows, config->heads, head, stride, model->cosines, model->sines, true, all->dqkv);
    ops->rope(device, rows, config->kv_heads, head, stride, model->cosines, model->sines, true,
              all->dqkv + queries);
    ops->linear_backward_weight(device, rows, width, stride, all->dqkv, act->norm1, g + at->qkv_weight,
                                gradient_of(g, at->qkv_bias));
    ops->linear_backward_input(device, rows, width, stride, all->dqkv, w + at->qkv_weight, false,
                               all->dbranch);
    ops->rmsnorm_backward_weight(device, rows, width, act->input, act->rstd1, all->dbranch,
                                 g + at->norm1_weight);
    ops->rmsnorm_backward(device, rows, width, act->input, w + at->norm1_weight, act->rstd1, all->dbranch,
                          true, all->dhidden);
}

void decoder_block_backward(struct transformer *model, const struct batch *batch, const struct pass *pass,
                            int layer)
{
    mlp_backward(model, &batch->rows, layer);
    attention_backward(model, &batch->rows, pass, layer);
}
