#include "trainer/model/transformer.h"

#include "base/memory.h"
#include "kernels/common/elementary64.h"
#include "kernels/common/philox.h"
#include "trainer/model/block.h"

#include <math.h>

uint32_t transformer_site(int layer, enum layer_site site)
{
    return 1 + (uint32_t)layer * SITES_A_LAYER + (uint32_t)site;
}

struct dropout transformer_dropout(const struct pass *pass, double probability, uint32_t site)
{
    if (!pass->training || probability <= 0) return (struct dropout){.scale = 1.0f};
    return (struct dropout){.seed = pass->dropout_seed,
                            .stream = STREAM_DROPOUT,
                            .draw = pass->draw,
                            .site = site,
                            .threshold = (uint32_t)floor(probability * 4294967296.0 + 0.5),
                            .probability = (float)probability,
                            .scale = (float)(1.0 / (1.0 - probability))};
}

struct attention block_attention(const struct transformer *model, const struct pass *pass, int layer)
{
    const struct model_config *config = &model->config;
    int stride = (config->heads + 2 * config->kv_heads) * config->head_dim;
    return (struct attention){
        .heads = config->heads,
        .kv_heads = config->kv_heads,
        .head_dim = config->head_dim,
        .causal = config->family == FAMILY_LLAMA,
        .scale = (float)(1.0 / sqrt((double)config->head_dim)),
        .max_length = model->limits.max_length,
        .ldq = stride,
        .ldkv = stride,
        .ldo = config->heads * config->head_dim,
        .dropout =
            transformer_dropout(pass, config->attention_dropout, transformer_site(layer, SITE_ATTENTION)),
    };
}

/* Weights, gradients, both moments, the best weights. */
enum { BLOCKS = 5 };

int64_t transformer_bytes(const struct model_config *config, int classes, const struct batch_limits *limits,
                          struct error *error)
{
    struct layout layout;
    if (layout_build(config, classes, &layout, error) != STATUS_OK) return -1;
    int64_t bytes = BLOCKS * layout.total * (int64_t)sizeof(float);
    bytes += (int64_t)activations_bytes(config, classes, limits);
    if (config->family == FAMILY_LLAMA)
        bytes += (int64_t)limits->max_length * config->head_dim * (int64_t)sizeof(float);
    layout_free(&layout);
    return bytes;
}

/* Angle of pair i at position p: p * theta^(-2 i / D); theta^y = exp(y log theta). Binary64, rounded once. */
static void rotary_tables(const struct model_config *config, int positions, float *cosines, float *sines)
{
    int half = config->head_dim / 2;
    double log_theta = ft_log(config->rope_theta);
    for (int i = 0; i < half; i++) {
        double frequency = ft_exp(-2.0 * i / config->head_dim * log_theta);
        for (int p = 0; p < positions; p++) {
            cosines[p * half + i] = (float)ft_cos(p * frequency);
            sines[p * half + i] = (float)ft_sin(p * frequency);
        }
    }
}

static enum status allocate_floats(struct transformer *model, int64_t count, float **block,
                                   struct error *error)
{
    void *made = NULL;
    TRY(model->ops->allocate(model->device, (size_t)count * sizeof(float), &made, error));
    *block = made;
    return STATUS_OK;
}

static enum status upload_weights(struct transformer *model, uint32_t init_seed, struct error *error)
{
    size_t total = (size_t)model->layout.total;
    float *host = memory_aligned(total, sizeof *host);
    if (host == NULL) return error_no_memory(error, total * sizeof *host);
    layout_init_random(&model->layout, &model->config, init_seed, host);
    model->ops->upload(model->device, model->weights, host, total * sizeof *host);
    enum status status = model->ops->synchronize(model->device, error);
    memory_free(host);
    return status;
}

static enum status upload_rotation(struct transformer *model, struct error *error)
{
    if (model->config.family != FAMILY_LLAMA) return STATUS_OK;
    int positions = model->limits.max_length;
    size_t count = (size_t)positions * (size_t)(model->config.head_dim / 2);
    float *host = memory_aligned(2 * count, sizeof *host);
    if (host == NULL) return error_no_memory(error, 2 * count * sizeof *host);
    rotary_tables(&model->config, positions, host, host + count);
    enum status status = allocate_floats(model, (int64_t)count, &model->cosines, error);
    if (status == STATUS_OK) status = allocate_floats(model, (int64_t)count, &model->sines, error);
    if (status == STATUS_OK) {
        model->ops->upload(model->device, model->cosines, host, count * sizeof *host);
        model->ops->upload(model->device, model->sines, host + count, count * sizeof *host);
        status = model->ops->synchronize(model->device, error);
    }
    memory_free(host);
    return status;
}

enum status transformer_create(const struct ops *ops, struct device *device,
                               const struct model_config *config, int classes,
                               const struct batch_limits *limits, uint32_t init_seed,
                               struct transformer *model, struct error *error)
{
    *model = (struct transformer){
        .ops = ops, .device = device, .config = *config, .limits = *limits, .classes = classes};
    enum status status = layout_build(config, classes, &model->layout, error);
    float **blocks[BLOCKS] = {&model->weights, &model->gradients, &model->moment1, &model->moment2,
                              &model->best};
    for (int b = 0; b < BLOCKS && status == STATUS_OK; b++)
        status = allocate_floats(model, model->layout.total, blocks[b], error);
    if (status == STATUS_OK)
        status = activations_create(config, classes, limits, ops, device, &model->activations, error);
    if (status == STATUS_OK) status = upload_rotation(model, error);
    if (status == STATUS_OK) status = upload_weights(model, init_seed, error);
    if (status != STATUS_OK) transformer_free(model);
    return status;
}

void transformer_free(struct transformer *model)
{
    if (model->ops == NULL) return;
    activations_free(&model->activations, model->ops, model->device);
    float *blocks[] = {model->weights, model->gradients, model->moment1, model->moment2,
                       model->best,    model->cosines,   model->sines};
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
        if (blocks[b] != NULL) model->ops->release(model->device, blocks[b]);
    }
    layout_free(&model->layout);
    *model = (struct transformer){0};
}

static size_t block_bytes(const struct transformer *model)
{
    return (size_t)model->layout.total * sizeof(float);
}

void transformer_zero_gradients(struct transformer *model)
{
    model->ops->zero(model->device, model->gradients, block_bytes(model));
}

void transformer_keep_best(struct transformer *model)
{
    model->ops->copy(model->device, model->best, model->weights, block_bytes(model));
}

void transformer_restore_best(struct transformer *model)
{
    model->ops->copy(model->device, model->weights, model->best, block_bytes(model));
}

struct digest transformer_digest(struct transformer *model, float *scratch)
{
    const float *const blocks[] = {model->weights, model->moment1, model->moment2};
    struct digest chain = {0};
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
        model->ops->download(model->device, scratch, blocks[b], block_bytes(model));
        chain = digest_chain(chain, digest_floats(scratch, (size_t)model->layout.total));
    }
    return chain;
}

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
    struct dropout dropout = transformer_dropout(pass, model->config.embedding_dropout, SITE_EMBEDDINGS);
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
        struct dropout dropout = transformer_dropout(pass, model->config.embedding_dropout, SITE_EMBEDDINGS);
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
    return transformer_site(model->config.layers, 0);
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
    struct dropout dropout = transformer_dropout(pass, model->config.classifier_dropout, head_site(model));
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
        struct dropout dropout =
            transformer_dropout(pass, model->config.classifier_dropout, head_site(model));
        ops->dropout(model->device, pooled, width, &dropout, act->dpooled, act->dpooled);
        ops->tanh_backward(model->device, pooled, width, act->pooled, act->dpooled, act->dpooled);
        ops->linear_backward_weight(model->device, pooled, width, width, act->dpooled, act->gathered,
                                    g + at->pooler_weight, g + at->pooler_bias);
        ops->linear_backward_input(model->device, pooled, width, width, act->dpooled, w + at->pooler_weight,
                                   false, act->dgathered);
    }
    ops->scatter(model->device, &batch->rows, width, batch->pool, act->dgathered, act->dhidden);
}

void transformer_forward(struct transformer *model, const struct batch *batch, const struct pass *pass)
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

void transformer_loss(struct transformer *model, const struct batch *batch, float scale,
                      const struct pass *pass, float *losses)
{
    struct activations *act = &model->activations;
    int samples = batch->pooled.tokens;
    model->ops->cross_entropy(model->device, samples, model->classes, act->logits, batch->labels, scale,
                              act->losses, scale > 0 ? act->dlogits : NULL);
    model->ops->download(model->device, losses, act->losses, (size_t)samples * sizeof *losses);
    if (scale > 0) backward(model, batch, pass);
}

void transformer_logits(struct transformer *model, const struct batch *batch, float *logits)
{
    size_t count = (size_t)batch->pooled.tokens * (size_t)model->classes;
    model->ops->download(model->device, logits, model->activations.logits, count * sizeof *logits);
}
