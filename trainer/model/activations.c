#include "trainer/model/activations.h"

#include "base/memory.h"

/* Hands out pieces of a block, each on a 64-byte boundary. With a NULL block it only counts. */
struct carver {
    char *block;
    size_t used;
};

static float *carve(struct carver *carver, int64_t rows, int64_t cols)
{
    float *piece = carver->block == NULL ? NULL : (float *)(void *)(carver->block + carver->used);
    /* One piece is below 2^61 bytes: at most 2^28 rows (capacity.c) of 2^30 columns (hf_config.c), or 2^12
     * heads of 2^44 scores. Many could be more than a size_t: from 2^62 on the sum stays, and cannot be
     * allocated. */
    size_t bytes = (size_t)rows * (size_t)cols * sizeof(float);
    if (carver->used < (size_t)1 << 62) carver->used += (bytes + 63) / 64 * 64;
    return piece;
}

/* `layer` may be NULL when only counting. */
static void carve_layer(struct carver *carver, const struct model_config *config,
                        const struct batch_limits *limits, struct layer_activations *layer)
{
    int64_t stored = limits->rows, tokens = limits->tokens;
    int width = config->hidden_size, inner = config->intermediate_size;
    int heads = config->heads * config->head_dim;
    int qkv = (config->heads + 2 * config->kv_heads) * config->head_dim;
    bool encoder = !model_config_is_decoder(config);
    struct layer_activations made = {
        .qkv = carve(carver, stored, qkv),
        .probabilities = carve(carver, config->heads, limits->squares),
        .context = carve(carver, stored, heads),
        .sum1 = carve(carver, stored, width),
        .mean1 = encoder ? carve(carver, tokens, 1) : NULL,
        .rstd1 = carve(carver, tokens, 1),
        .norm1 = carve(carver, stored, width),
        .up = carve(carver, stored, encoder ? inner : 2 * (int64_t)inner),
        .inner = carve(carver, stored, inner),
        .sum2 = carve(carver, stored, width),
        .mean2 = encoder ? carve(carver, tokens, 1) : NULL,
        .rstd2 = carve(carver, tokens, 1),
        .norm2 = carve(carver, stored, width),
    };
    if (layer != NULL) *layer = made;
}

static float **output_of(const struct model_config *config, struct layer_activations *layer)
{
    return model_config_is_decoder(config) ? &layer->sum2 : &layer->norm2;
}

float *activations_output(const struct model_config *config, const struct layer_activations *layer)
{
    return model_config_is_decoder(config) ? layer->sum2 : layer->norm2;
}

/* The layers' tensors; `layers` may be NULL when only counting. */
static void carve_layers(struct carver *carver, const struct model_config *config,
                         const struct batch_limits *limits, enum keeping keeping,
                         struct layer_activations *layers)
{
    for (int l = 0; l < config->layers; l++) {
        if (keeping == KEEP_ALL || l == 0) {
            carve_layer(carver, config, limits, layers == NULL ? NULL : &layers[l]);
            continue;
        }
        float *output = keeping == KEEP_INPUTS ? carve(carver, limits->rows, config->hidden_size) : NULL;
        if (layers == NULL) continue;
        layers[l] = layers[0]; /* no layer reads its input once it writes its output */
        if (keeping == KEEP_INPUTS) *output_of(config, &layers[l]) = output;
    }
}

static void carve_all(struct carver *carver, const struct model_config *config, int classes,
                      const struct batch_limits *limits, enum keeping keeping, struct activations *made)
{
    int64_t stored = limits->rows, tokens = limits->tokens, samples = limits->samples;
    int width = config->hidden_size, inner = config->intermediate_size;
    bool encoder = !model_config_is_decoder(config);
    made->hidden = carve(carver, stored, width);
    if (encoder) {
        made->embedded = carve(carver, stored, width);
        made->embedded_mean = carve(carver, tokens, 1);
        made->embedded_rstd = carve(carver, tokens, 1);
    }
    carve_layers(carver, config, limits, keeping, made->layers);
    made->gathered = carve(carver, samples, width);
    made->pooled = carve(carver, samples, width);
    made->pooled_rstd = encoder ? NULL : carve(carver, samples, 1);
    made->dropped = encoder ? carve(carver, samples, width) : made->pooled;
    made->logits = carve(carver, samples, classes);
    made->losses = carve(carver, samples, 1);
    if (keeping == KEEP_NOTHING) return;
    made->dlogits = carve(carver, samples, classes);
    made->dhidden = carve(carver, stored, width);
    made->dbranch = carve(carver, stored, width);
    made->dinner = carve(carver, stored, inner);
    made->dup = encoder ? made->dinner : carve(carver, stored, 2 * (int64_t)inner);
    made->dcontext = carve(carver, stored, (int64_t)config->heads * config->head_dim);
    made->dqkv = carve(carver, stored, (int64_t)(config->heads + 2 * config->kv_heads) * config->head_dim);
    made->dscores = carve(carver, config->heads, limits->squares);
    made->dpooled = carve(carver, samples, width);
    made->dgathered = carve(carver, samples, width);
}

size_t activations_bytes(const struct model_config *config, int classes, const struct batch_limits *limits,
                         enum keeping keeping)
{
    struct carver counting = {0};
    struct activations nothing = {0};
    carve_all(&counting, config, classes, limits, keeping, &nothing);
    return counting.used;
}

enum status activations_create(const struct model_config *config, int classes,
                               const struct batch_limits *limits, enum keeping keeping, const struct ops *ops,
                               struct device *device, struct activations *activations, struct error *error)
{
    *activations = (struct activations){.bytes = activations_bytes(config, classes, limits, keeping),
                                        .keeping = keeping};
    activations->layers = memory_zeroed((size_t)config->layers, sizeof *activations->layers);
    if (activations->layers == NULL) return error_no_memory(error, 0);
    void *block = NULL;
    TRY(ops->allocate(device, activations->bytes, &block, error));
    activations->block = block;
    struct carver carver = {.block = block};
    carve_all(&carver, config, classes, limits, keeping, activations);
    struct layer_activations *layers = activations->layers;
    for (int l = 0; l < config->layers; l++)
        layers[l].input = l == 0 ? activations->hidden : activations_output(config, &layers[l - 1]);
    return STATUS_OK;
}

void activations_free(struct activations *activations, const struct ops *ops, struct device *device)
{
    if (activations->block != NULL) ops->release(device, activations->block);
    memory_free(activations->layers);
    *activations = (struct activations){0};
}
