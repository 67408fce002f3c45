#include "trainer/model/transformer.h"

#include "base/memory.h"
#include "trainer/model/rotary.h"

#include <math.h>
#include <string.h>

/* Weights, gradients, both moments, the best weights. */
enum { BLOCKS = 5 };

/* What create() takes for a model of `total` numbers, and the block on the host that its weights pass
 * through. */
static int64_t bytes_of(const struct model_config *config, int classes, const struct batch_limits *limits,
                        bool trains, int64_t total)
{
    int64_t bytes = ((trains ? BLOCKS : 1) + 1) * total * (int64_t)sizeof(float);
    bytes += (int64_t)activations_bytes(config, classes, limits, trains);
    if (model_config_is_decoder(config))
        bytes += (int64_t)limits->max_length * config->head_dim * (int64_t)sizeof(float);
    return bytes;
}

int64_t transformer_bytes(const struct model_config *config, int classes, const struct batch_limits *limits,
                          struct error *error)
{
    struct layout layout;
    if (layout_build(config, classes, &layout, error) != STATUS_OK) return -1;
    int64_t bytes = bytes_of(config, classes, limits, true, layout.total);
    layout_free(&layout);
    return bytes;
}

/* A machine that is asked for more than it has does not say no: it swaps, or kills the largest process. So it
 * is asked first. */
static enum status check_memory(const struct ops *ops, struct device *device, int64_t bytes,
                                struct error *error)
{
    const double gibibyte = 1024.0 * 1024 * 1024;
    double available = ops->memory(device);
    if (isnan(available) || (double)bytes <= available) return STATUS_OK;
    return error_set(
        error, STATUS_NO_MEMORY,
        "the model and its activations need %.1f GiB of memory, and this machine has %.1f GiB free; a "
        "smaller max_length needs less, and so does a smaller run.micro_batch, which changes no result",
        (double)bytes / gibibyte, available / gibibyte);
}

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

static enum status upload_random(struct transformer *model, uint32_t init_seed, struct error *error)
{
    size_t total = (size_t)model->layout.total;
    float *host = memory_aligned(total, sizeof *host);
    if (host == NULL) return error_no_memory(error, total * sizeof *host);
    layout_init_random(&model->layout, &model->config, init_seed, host);
    enum status status = transformer_upload(model, host, error);
    memory_free(host);
    return status;
}

static enum status upload_rotation(struct transformer *model, struct error *error)
{
    if (!model_config_is_decoder(&model->config)) return STATUS_OK;
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

/* All but the weights' values. On failure nothing is held. */
static enum status create(const struct ops *ops, struct device *device, const struct model_config *config,
                          int classes, const struct batch_limits *limits, bool trains,
                          struct transformer *model, struct error *error)
{
    *model = (struct transformer){
        .ops = ops, .device = device, .config = *config, .limits = *limits, .classes = classes};
    enum status status = layout_build(config, classes, &model->layout, error);
    if (status == STATUS_OK)
        status =
            check_memory(ops, device, bytes_of(config, classes, limits, trains, model->layout.total), error);
    float **blocks[BLOCKS] = {&model->weights, &model->gradients, &model->moment1, &model->moment2,
                              &model->best};
    for (int b = 0; b < (trains ? BLOCKS : 1) && status == STATUS_OK; b++)
        status = allocate_floats(model, model->layout.total, blocks[b], error);
    if (status == STATUS_OK)
        status = activations_create(config, classes, limits, trains, ops, device, &model->activations, error);
    if (status == STATUS_OK) status = upload_rotation(model, error);
    if (status != STATUS_OK) transformer_free(model);
    return status;
}

enum status transformer_create(const struct ops *ops, struct device *device,
                               const struct model_config *config, int classes,
                               const struct batch_limits *limits, uint32_t init_seed,
                               struct transformer *model, struct error *error)
{
    TRY(create(ops, device, config, classes, limits, true, model, error));
    enum status status = upload_random(model, init_seed, error);
    if (status != STATUS_OK) transformer_free(model);
    return status;
}

enum status transformer_create_frozen(const struct ops *ops, struct device *device,
                                      const struct model_config *config, int classes,
                                      const struct batch_limits *limits, struct transformer *model,
                                      struct error *error)
{
    return create(ops, device, config, classes, limits, false, model, error);
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
