#include "trainer/model/classifier.h"

#include "trainer/model/block.h"
#include "trainer/model/head.h"

static void embed(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    const struct ops *ops = model->ops;
    const struct layout *at = &model->layout;
    struct activations *act = &model->activations;
    const float *w = model->weights;
    int width = model->config.hidden_size;
    if (model_config_is_decoder(&model->config)) {
        ops->embedding_forward(model->device, &batch->rows, width, w + at->word, batch->ids, NULL, NULL, NULL,
                               0, act->hidden);
        return;
    }
    struct rows placed = batch->rows; /* a token's row of the position table is not always its position */
    placed.position = batch->places;
    ops->embedding_forward(model->device, &placed, width, w + at->word, batch->ids,
                           at->type < 0 ? NULL : w + at->type, batch->types, w + at->position, 0,
                           act->embedded);
    ops->layernorm_forward(model->device, &batch->rows, width, (float)model->config.norm_epsilon,
                           act->embedded, w + at->norm_weight, w + at->norm_bias, act->hidden,
                           act->embedded_mean, act->embedded_rstd);
    struct dropout dropout = pass_dropout(pass, model->config.embedding_dropout, SITE_EMBEDDINGS);
    if (dropout.probability > 0)
        ops->dropout(model->device, &batch->rows, width, &dropout, act->hidden, act->hidden);
}

/* A text may have the padding token in it. Its embedding learns nothing, nor does RoBERTa's position of that
 * number: torch.nn.Embedding's padding_idx. */
static void forget_padding(struct transformer *model)
{
    const struct layout *at = &model->layout;
    const int64_t pad = model->config.pad_token_id, width = model->config.hidden_size;
    const size_t bytes = (size_t)width * sizeof(float);
    if (pad < 0) return;
    model->ops->zero(model->device, model->gradients + at->word + pad * width, bytes);
    if (model->config.family == FAMILY_ROBERTA)
        model->ops->zero(model->device, model->gradients + at->position + pad * width, bytes);
}

static void embed_backward(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    const struct ops *ops = model->ops;
    const struct layout *at = &model->layout;
    struct activations *act = &model->activations;
    float *g = model->gradients;
    int width = model->config.hidden_size;
    if (!model_config_is_decoder(&model->config)) {
        struct dropout dropout = pass_dropout(pass, model->config.embedding_dropout, SITE_EMBEDDINGS);
        if (dropout.probability > 0)
            ops->dropout(model->device, &batch->rows, width, &dropout, act->dhidden, act->dhidden);
        ops->layernorm_backward_weight(model->device, &batch->rows, width, act->embedded, act->embedded_mean,
                                       act->embedded_rstd, act->dhidden, g + at->norm_weight,
                                       g + at->norm_bias);
        ops->layernorm_backward(model->device, &batch->rows, width, act->embedded,
                                model->weights + at->norm_weight, act->embedded_mean, act->embedded_rstd,
                                act->dhidden, act->dhidden);
        if (at->type >= 0)
            ops->embedding_backward(model->device, &batch->rows, width, &batch->by_type, act->dhidden,
                                    g + at->type);
        ops->embedding_backward(model->device, &batch->rows, width, &batch->by_place, act->dhidden,
                                g + at->position);
    }
    ops->embedding_backward(model->device, &batch->rows, width, &batch->by_id, act->dhidden, g + at->word);
    forget_padding(model);
}

static void block_forward(struct transformer *model, const struct batch *batch, const struct pass *pass,
                          int layer)
{
    if (model_config_is_decoder(&model->config))
        decoder_block_forward(model, batch, pass, layer);
    else
        encoder_block_forward(model, batch, pass, layer);
}

/* The layer's tensors are those of another layer: its own once more, from its input, by the same draws. */
static void block_forward_again(const struct transformer *model, const struct batch *batch,
                                const struct pass *pass, int layer)
{
    struct transformer again = *model;
    again.ops = model->again_ops;
    again.device = model->again_device;
    block_forward(&again, batch, pass, layer);
}

void classifier_forward(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    embed(model, batch, pass);
    for (int l = 0; l < model->config.layers; l++)
        block_forward(model, batch, pass, l);
    head_forward(model, batch, pass);
}

static void backward(struct transformer *model, const struct batch *batch, const struct pass *pass)
{
    head_backward(model, batch, pass);
    const bool inputs_only = model->activations.keeping == KEEP_INPUTS;
    for (int l = model->config.layers - 1; l >= 0; l--) {
        if (inputs_only && l < model->config.layers - 1) block_forward_again(model, batch, pass, l);
        if (model_config_is_decoder(&model->config))
            decoder_block_backward(model, batch, pass, l);
        else
            encoder_block_backward(model, batch, pass, l);
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
