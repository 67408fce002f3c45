#include "trainer/model/classifier.h"

#include "trainer/model/block.h"

static void embed(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    const struct ops *ops = model->ops;
    const struct layout *at = &model->layout;
    struct activations *act = &model->activations;
    const float *w = model->weights;
    int width = model->config.hidden_size;
    if (model->config.family == FAMILY_LLAMA) {
        ops->embedding_forward(model->device, &batch->rows, width, w + at->word, batch->ids, NULL, NULL, NULL,
                               0, act->hidden);
        return;
    }
    ops->embedding_forward(model->device, &batch->rows, width, w + at->word, batch->ids, w + at->type,
                           batch->types, w + at->position, 0, act->embedded);
    ops->layernorm_forward(model->device, &batch->rows, width, (float)model->config.norm_epsilon,
                           act->embedded, w + at->norm_weight, w + at->norm_bias, act->hidden,
                           act->embedded_mean, act->embedded_rstd);
    struct dropout dropout = pass_dropout(pass, model->config.embedding_dropout, SITE_EMBEDDINGS);
    if (dropout.probability > 0)
        ops->dropout(model->device, &batch->rows, width, &dropout, act->hidden, act->hidden);
}

static void embed_backward(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    const struct ops *ops = model->ops;
    const struct layout *at = &model->layout;
    struct activations *act = &model->activations;
    float *g = model->gradients;
    int width = model->config.hidden_size;
    if (model->config.family == FAMILY_BERT) {
        struct dropout dropout = pass_dropout(pass, model->config.embedding_dropout, SITE_EMBEDDINGS);
        if (dropout.probability > 0)
            ops->dropout(model->device, &batch->rows, width, &dropout, act->dhidden, act->dhidden);
        ops->layernorm_backward_weight(model->device, &batch->rows, width, act->embedded, act->embedded_mean,
                                       act->embedded_rstd, act->dhidden, g + at->norm_weight,
                                       g + at->norm_bias);
        ops->layernorm_backward(model->device, &batch->rows, width, act->embedded,
                                model->weights + at->norm_weight, act->embedded_mean, act->embedded_rstd,
                                act->dhidden, act->dhidden);
        ops->embedding_backward(model->device, &batch->rows, width, &batch->by_type, act->dhidden,
                                g + at->type);
        ops->embedding_backward(model->device, &batch->rows, width, &batch->by_position, act->dhidden,
                                g + at->position);
    }
    ops->embedding_backward(model->device, &batch->rows, width, &batch->by_id, act->dhidden, g + at->word);
}

static float *last_hidden(const struct transformer *model)
{
    const struct layer_activations *last = &model->activations.layers[model->config.layers - 1];
    return model->config.family == FAMILY_BERT ? last->norm2 : last->sum2;
}

static uint32_t head_site(const struct transformer *model)
{
    return pass_site(model->config.layers, 0);
}

static void head_forward(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    const struct ops *ops = model->ops;
    const struct layout *at = &model->layout;
    struct activations *act = &model->activations;
    const float *w = model->weights;
    const struct rows *pooled = &batch->pooled;
    int width = model->config.hidden_size;
    ops->gather(model->device, &batch->rows, width, batch->pool, last_hidden(model), act->gathered);
    if (model->config.family == FAMILY_LLAMA) {
        ops->rmsnorm_forward(model->device, pooled, width, (float)model->config.norm_epsilon, act->gathered,
                             w + at->norm_weight, act->pooled, act->pooled_rstd);
        ops->linear_forward(model->device, pooled, width, model->classes, act->pooled, w + at->head_weight,
                            NULL, act->logits);
        return;
    }
    ops->linear_forward(model->device, pooled, width, width, act->gathered, w + at->pooler_weight,
                        w + at->pooler_bias, act->pooled);
    ops->tanh_forward(model->device, pooled, width, act->pooled, act->pooled);
    struct dropout dropout = pass_dropout(pass, model->config.classifier_dropout, head_site(model));
    ops->dropout(model->device, pooled, width, &dropout, act->pooled, act->dropped);
    ops->linear_forward(model->device, pooled, width, model->classes, act->dropped, w + at->head_weight,
                        w + at->head_bias, act->logits);
}

static void head_backward(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    const struct ops *ops = model->ops;
    const struct layout *at = &model->layout;
    struct activations *act = &model->activations;
    const float *w = model->weights;
    float *g = model->gradients;
    const struct rows *pooled = &batch->pooled;
    int width = model->config.hidden_size, classes = model->classes;
    ops->linear_backward_weight(model->device, pooled, width, classes, act->dlogits, act->dropped,
                                g + at->head_weight, at->head_bias < 0 ? NULL : g + at->head_bias);
    ops->linear_backward_input(model->device, pooled, width, classes, act->dlogits, w + at->head_weight,
                               false, act->dpooled);
    if (model->config.family == FAMILY_LLAMA) {
        ops->rmsnorm_backward_weight(model->device, pooled, width, act->gathered, act->pooled_rstd,
                                     act->dpooled, g + at->norm_weight);
        ops->rmsnorm_backward(model->device, pooled, width, act->gathered, w + at->norm_weight,
                              act->pooled_rstd, act->dpooled, false, act->dgathered);
    } else {
        struct dropout dropout = pass_dropout(pass, model->config.classifier_dropout, head_site(model));
        ops->dropout(model->device, pooled, width, &dropout, act->dpooled, act->dpooled);
        ops->tanh_backward(model->device, pooled, width, act->pooled, act->dpooled, act->dpooled);
        ops->linear_backward_weight(model->device, pooled, width, width, act->dpooled, act->gathered,
                                    g + at->pooler_weight, g + at->pooler_bias);
        ops->linear_backward_input(model->device, pooled, width, width, act->dpooled, w + at->pooler_weight,
                                   false, act->dgathered);
    }
    ops->scatter(model->device, &batch->rows, width, batch->pool, act->dgathered, act->dhidden);
}

void classifier_forward(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    embed(model, batch, pass);
    for (int l = 0; l < model->config.layers; l++) {
        if (model->config.family == FAMILY_BERT)
            encoder_block_forward(model, batch, pass, l);
        else
            decoder_block_forward(model, batch, pass, l);
    }
    head_forward(model, batch, pass);
}

static void backward(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    head_backward(model, batch, pass);
    for (int l = model->config.layers - 1; l >= 0; l--) {
        if (model->config.family == FAMILY_BERT)
            encoder_block_backward(model, batch, pass, l);
        else
            decoder_block_backward(model, batch, pass, l);
    }
    embed_backward(model, batch, pass);
}

void classifier_loss(struct transformer *model, const struct batch *batch, float scale,
                     const struct pass *pass, float *losses)
{
    struct activations *act = &model->activations;
    int samples = batch->pooled.tokens;
    model->ops->cross_entropy(model->device, samples, model->classes, act->logits, batch->labels, scale,
                              act->losses, scale > 0 ? act->dlogits : NULL);
    model->ops->download(model->device, losses, act->losses, (size_t)samples * sizeof *losses);
    if (scale > 0) backward(model, batch, pass);
}

void classifier_logits(struct transformer *model, const struct batch *batch, float *logits)
{
    size_t count = (size_t)batch->pooled.tokens * (size_t)model->classes;
    model->ops->download(model->device, logits, model->activations.logits, count * sizeof *logits);
}
