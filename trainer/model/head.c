#include "trainer/model/head.h"

static float *last_hidden(const struct transformer *model)
{
    return activations_output(&model->config, &model->activations.layers[model->config.layers - 1]);
}

/* Sites go on after those of the layers: the first is that of the pooled vector, the second RoBERTa's, before
 * its dense layer. */
static struct dropout dropout_of_pooled(const struct transformer *model, const struct pass *pass)
{
    return pass_dropout(pass, model->config.classifier_dropout, pass_site(model->config.layers, 0));
}

static struct dropout dropout_of_gathered(const struct transformer *model, const struct pass *pass)
{
    double probability = model->config.family == FAMILY_ROBERTA ? model->config.classifier_dropout : 0.0;
    return pass_dropout(pass, probability, pass_site(model->config.layers, 1));
}

static void decoder_forward(struct transformer *model, const struct rows *pooled)
{
    const struct ops *ops = model->ops;
    const struct layout *at = &model->layout;
    struct activations *act = &model->activations;
    const float *w = model->weights;
    int width = model->config.hidden_size;
    ops->rmsnorm_forward(model->device, pooled, width, (float)model->config.norm_epsilon, act->gathered,
                         w + at->norm_weight, act->pooled, act->pooled_rstd);
    ops->linear_forward(model->device, pooled, width, model->classes, act->pooled, w + at->head_weight, NULL,
                        act->logits);
}

static void encoder_forward(struct transformer *model, const struct rows *pooled, const struct pass *pass)
{
    const struct ops *ops = model->ops;
    const struct layout *at = &model->layout;
    struct activations *act = &model->activations;
    const float *w = model->weights;
    int width = model->config.hidden_size;
    struct dropout before = dropout_of_gathered(model, pass), after = dropout_of_pooled(model, pass);
    if (before.probability > 0)
        ops->dropout(model->device, pooled, width, &before, act->gathered, act->gathered);
    ops->linear_forward(model->device, pooled, width, width, act->gathered, w + at->pooler_weight,
                        w + at->pooler_bias, act->pooled);
    if (model->config.family == FAMILY_DISTILBERT)
        ops->relu_forward(model->device, pooled, width, act->pooled, act->pooled);
    else
        ops->tanh_forward(model->device, pooled, width, act->pooled, act->pooled);
    ops->dropout(model->device, pooled, width, &after, act->pooled, act->dropped);
    ops->linear_forward(model->device, pooled, width, model->classes, act->dropped, w + at->head_weight,
                        w + at->head_bias, act->logits);
}

void head_forward(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    model->ops->gather(model->device, &batch->rows, model->config.hidden_size, batch->pool,
                       last_hidden(model), model->activations.gathered);
    if (model_config_is_decoder(&model->config))
        decoder_forward(model, &batch->pooled);
    else
        encoder_forward(model, &batch->pooled, pass);
}

/* From dpooled, the gradient of what the last product reads, to dgathered. */
static void decoder_backward(struct transformer *model, const struct rows *pooled)
{
    const struct ops *ops = model->ops;
    const struct layout *at = &model->layout;
    struct activations *act = &model->activations;
    int width = model->config.hidden_size;
    ops->rmsnorm_backward_weight(model->device, pooled, width, act->gathered, act->pooled_rstd, act->dpooled,
                                 model->gradients + at->norm_weight);
    ops->rmsnorm_backward(model->device, pooled, width, act->gathered, model->weights + at->norm_weight,
                          act->pooled_rstd, act->dpooled, false, act->dgathered);
}

static void encoder_backward(struct transformer *model, const struct rows *pooled, const struct pass *pass)
{
    const struct ops *ops = model->ops;
    const struct layout *at = &model->layout;
    struct activations *act = &model->activations;
    float *g = model->gradients;
    int width = model->config.hidden_size;
    struct dropout before = dropout_of_gathered(model, pass), after = dropout_of_pooled(model, pass);
    ops->dropout(model->device, pooled, width, &after, act->dpooled, act->dpooled);
    if (model->config.family == FAMILY_DISTILBERT)
        ops->relu_backward(model->device, pooled, width, act->pooled, act->dpooled, act->dpooled);
    else
        ops->tanh_backward(model->device, pooled, width, act->pooled, act->dpooled, act->dpooled);
    ops->linear_backward_weight(model->device, pooled, width, width, act->dpooled, act->gathered,
                                g + at->pooler_weight, g + at->pooler_bias);
    ops->linear_backward_input(model->device, pooled, width, width, act->dpooled,
                               model->weights + at->pooler_weight, false, act->dgathered);
    if (before.probability > 0)
        ops->dropout(model->device, pooled, width, &before, act->dgathered, act->dgathered);
}

void head_backward(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    const struct ops *ops = model->ops;
    const struct layout *at = &model->layout;
    struct activations *act = &model->activations;
    float *g = model->gradients;
    const struct rows *pooled = &batch->pooled;
    int width = model->config.hidden_size, classes = model->classes;
    ops->linear_backward_weight(model->device, pooled, width, classes, act->dlogits, act->dropped,
                                g + at->head_weight, at->head_bias < 0 ? NULL : g + at->head_bias);
    ops->linear_backward_input(model->device, pooled, width, classes, act->dlogits,
                               model->weights + at->head_weight, false, act->dpooled);
    if (model_config_is_decoder(&model->config))
        decoder_backward(model, pooled);
    else
        encoder_backward(model, pooled, pass);
    ops->scatter(model->device, &batch->rows, width, batch->pool, act->dgathered, act->dhidden);
}
