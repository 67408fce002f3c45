#include "trainer/model/transformer.h"

#include "base/memory.h"
#include "trainer/model/rotary.h"

/* Weights, gradients, both moments, the best weights. */
enum { BLOCKS = 5 };

static enum status allocate_floats(struct transformer *model, int64_t count, float **block,
                                   struct error *error)
{
    void *made = NULL;
    TRY(model->ops->allocate(model->device, (size_t)count * sizeof(float), &made, error));
    *block = made;
    return STATUS_OK;
}

enum status transformer_upload(struct transformer *model, const float *block, struct error *error)
{
    model->ops->upload(model->device, model->weights, block, (size_t)model->layout.total * sizeof *block);
    return model->ops->synchronize(model->device, error);
}

static enum status upload_rotation(struct transformer *model, struct error *error)
{
    if (!model_config_is_decoder(&model->config)) return STATUS_OK;
    int positions = model->limits.max_length;
    const size_t count = rotary_count(&model->config, positions);
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
                               const struct batch_limits *limits, enum keeping keeping,
                               struct transformer *model, struct error *error)
{
    *model = (struct transformer){.ops = ops,
                                  .device = device,
                                  .again_ops = ops,
                                  .again_device = device,
                                  .config = *config,
                                  .limits = *limits,
                                  .classes = classes};
    enum status status = layout_build(config, classes, &model->layout, error);
    float **blocks[BLOCKS] = {&model->weights, &model->gradients, &model->moment1, &model->moment2,
                              &model->best};
    for (int b = 0; b < (keeping == KEEP_NOTHING ? 1 : BLOCKS) && status == STATUS_OK; b++)
        status = allocate_floats(model, model->layout.total, blocks[b], error);
    if (status == STATUS_OK)
        status =
            activations_create(config, classes, limits, keeping, ops, device, &model->activations, error);
    if (status == STATUS_OK) status = upload_rotation(model, error);
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
