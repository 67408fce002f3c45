#include "trainer/model/block.h"

void encoder_block_forward(struct transformer *model, const struct batch *batch, const struct pass *pass,
                           int layer)
{
    const struct ops *ops = model->ops;
    struct device *device = model->device;
    const struct rows *rows = &batch->rows;
    const struct layer_offsets *at = &model->layout.layers[layer];
    struct layer_activations *act = &model->activations.layers[layer];
    const float *w = model->weights;
    int width = model->config.hidden_size, inner = model->config.intermediate_size;
    float epsilon = (float)model->config.norm_epsilon;

    ops->linear_forward(device, rows, width, 3 * width, act->input, w + at->qkv_weight, w + at->qkv_bias,
                        act->qkv);
    struct attention attention = pass_attention(pass, &model->config, model->limits.max_length, layer);
    ops->attention_forward(device, rows, &attention, act->qkv, act->qkv + width, act->qkv + 2 * width,
                           act->probabilities, act->context);

    struct dropout output =
        pass_dropout(pass, model->config.attention_output_dropout, pass_site(layer, SITE_ATTENTION_OUTPUT));
    ops->linear_forward(device, rows, width, width, act->context, w + at->out_weight, w + at->out_bias,
                        act->sum1);
    if (output.probability > 0) ops->dropout(device, rows, width, &output, act->sum1, act->sum1);
    ops->add(device, rows, width, act->sum1, act->input, act->sum1);
    ops->layernorm_forward(device, rows, width, epsilon, act->sum1, w + at->norm1_weight, w + at->norm1_bias,
                           act->norm1, act->mean1, act->rstd1);

    output = pass_dropout(pass, model->config.hidden_dropout, pass_site(layer, SITE_MLP_OUTPUT));
    ops->linear_forward(device, rows, width, inner, act->norm1, w + at->up_weight, w + at->up_bias, act->up);
    if (model->config.activation == ACTIVATION_RELU)
        ops->relu_forward(device, rows, inner, act->up, act->inner);
    else
        ops->gelu_forward(device, rows, inner, act->up, act->inner);
    ops->linear_forward(device, rows, inner, width, act->inner, w + at->down_weight, w + at->down_bias,
                        act->sum2);
    if (output.probability > 0) ops->dropout(device, rows, width, &output, act->sum2, act->sum2);
    ops->add(device, rows, width, act->sum2, act->norm1, act->sum2);
    ops->layernorm_forward(device, rows, width, epsilon, act->sum2, w + at->norm2_weight, w + at->norm2_bias,
                           act->norm2, act->mean2, act->rstd2);
}

/* Gradient of drop(linear(x)) + residual at the sum: the branch's part, dropped out, in `scratch`; or the
 * gradient itself where nothing is dropped. */
static const float *branch_gradient(struct transformer *model, const struct rows *rows,
                                    const struct pass *pass, double probability, uint32_t site)
{
    struct activations *all = &model->activations;
    struct dropout dropout = pass_dropout(pass, probability, site);
    if (dropout.probability <= 0) return all->dhidden;
    model->ops->dropout(model->device, rows, model->config.hidden_size, &dropout, all->dhidden, all->dbranch);
    return all->dbranch;
}

static void mlp_backward(struct transformer *model, const struct rows *rows, const struct pass *pass,
                         int layer)
{
    const struct ops *ops = model->ops;
    struct device *device = model->device;
    const struct layer_offsets *at = &model->layout.layers[layer];
    const struct layer_activations *act = &model->activations.layers[layer];
    struct activations *all = &model->activations;
    const float *w = model->weights;
    float *g = model->gradients;
    int width = model->config.hidden_size, inner = model->config.intermediate_size;

    ops->layernorm_backward_weight(device, rows, width, act->sum2, act->mean2, act->rstd2, all->dhidden,
                                   g + at->norm2_weight, g + at->norm2_bias);
    ops->layernorm_backward(device, rows, width, act->sum2, w + at->norm2_weight, act->mean2, act->rstd2,
                            all->dhidden, all->dhidden);
    const float *branch =
        branch_gradient(model, rows, pass, model->config.hidden_dropout, pass_site(layer, SITE_MLP_OUTPUT));
    ops->linear_backward_weight(device, rows, inner, width, branch, act->inner, g + at->down_weight,
                                g + at->down_bias);
    ops->linear_backward_input(device, rows, inner, width, branch, w + at->down_weight, false, all->dinner);
    if (model->config.activation == ACTIVATION_RELU)
        ops->relu_backward(device, rows, inner, act->up, all->dinner, all->dinner);
    else
        ops->gelu_backward(device, rows, inner, act->up, all->dinner, all->dinner);
    ops->linear_backward_weight(device, rows, width, inner, all->dinner, act->norm1, g + at->up_weight,
                                g + at->up_bias);
    ops->linear_backward_input(device, rows, width, inner, all->dinner, w + at->up_weight, true,
                               all->dhidden);
}

static void attention_backward(struct transformer *model, const struct rows *rows, const struct pass *pass,
                               int layer)
{
    const struct ops *ops = model->ops;
    struct device *device = model->device;
    const struct layer_offsets *at = &model->layout.layers[layer];
    const struct layer_activations *act = &model->activations.layers[layer];
    struct activations *all = &model->activations;
    const float *w = model->weights;
    float *g = model->gradients;
    int width = model->config.hidden_size;

    ops->layernorm_backward_weight(device, rows, width, act->sum1, act->mean1, act->rstd1, all->dhidden,
                                   g + at->norm1_weight, g + at->norm1_bias);
    ops->layernorm_backward(device, rows, width, act->sum1, w + at->norm1_weight, act->mean1, act->rstd1,
                            all->dhidden, all->dhidden);
    const float *branch = branch_gradient(model, rows, pass, model->config.attention_output_dropout,
                                          pass_site(layer, SITE_ATTENTION_OUTPUT));
    ops->linear_backward_weight(device, rows, width, width, branch, act->context, g + at->out_weight,
                                g + at->out_bias);
    ops->linear_backward_input(device, rows, width, width, branch, w + at->out_weight, false, all->dcontext);
    struct attention attention = pass_attention(pass, &model->config, model->limits.max_length, layer);
    ops->attention_backward(device, rows, &attention, act->qkv, act->qkv + width, act->qkv + 2 * width,
                            act->probabilities, all->dcontext, all->dscores, all->dqkv, all->dqkv + width,
                            all->dqkv + 2 * width);
    ops->linear_backward_weight(device, rows, width, 3 * width, all->dqkv, act->input, g + at->qkv_weight,
                                g + at->qkv_bias);
    ops->linear_backward_input(device, rows, width, 3 * width, all->dqkv, w + at->qkv_weight, true,
                               all->dhidden);
}

void encoder_block_backward(struct transformer *model, const struct batch *batch, const struct pass *pass,
                            int layer)
{
    mlp_backward(model, &batch->rows, pass, layer);
    attention_backward(model, &batch->rows, pass, layer);
}
