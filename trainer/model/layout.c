#include "trainer/model/layout.h"

#include "base/memory.h"
#include "kernels/common/normal.h"
#include "kernels/common/philox.h"
#include "trainer/model/decoder_layout.h"
#include "trainer/model/encoder_layout.h"

#include <string.h>

/* Most tensors of one layer (encoders: 16; decoders: 9 and 7 biases), and those outside the layers. */
enum { TENSORS_A_LAYER = 16, TENSORS_OUTSIDE = 16 };

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
    if (model_config_is_decoder(config))
        decoder_layout_fill(layout, config, classes);
    else
        encoder_layout_fill(layout, config, classes);
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

enum status layout_count(const struct model_config *config, int classes, int64_t *total, struct error *error)
{
    struct layout layout;
    TRY(layout_build(config, classes, &layout, error));
    *total = layout.total;
    layout_free(&layout);
    return STATUS_OK;
}

static void fill_normal(float *values, int64_t count, double deviation, uint32_t seed, uint32_t tensor)
{
    for (int64_t e = 0; e < count; e++) {
        struct philox4 words = philox4x32_10(seed, STREAM_INIT, 0, tensor, 0, (uint32_t)(e / 2));
        const uint32_t *pair = &words.word[2 * (e % 2)];
        values[e] = (float)(deviation * ft_normal(pair[0], pair[1]));
    }
}

void layout_init_tensor(const struct layout *layout, const struct model_config *config, uint32_t seed,
                        int index, float *block)
{
    const struct tensor *tensor = &layout->tensors[index];
    float *values = block + tensor->offset;
    int64_t count = (int64_t)tensor->rows * tensor->cols;
    if (tensor->init == TENSOR_NORMAL)
        fill_normal(values, count, config->initializer_range, seed, (uint32_t)index);
    else
        for (int64_t e = 0; e < count; e++)
            values[e] = tensor->init == TENSOR_ONE ? 1.0f : 0.0f;
    const bool padded = tensor->offset == layout->word ||
                        (config->family == FAMILY_ROBERTA && tensor->offset == layout->position);
    if (padded && config->pad_token_id >= 0)
        memset(values + (int64_t)config->pad_token_id * tensor->cols, 0,
               (size_t)tensor->cols * sizeof *values);
}

void layout_init_random(const struct layout *layout, const struct model_config *config, uint32_t seed,
                        float *block)
{
    for (int t = 0; t < layout->count; t++)
        layout_init_tensor(layout, config, seed, t, block);
}

void layout_names(const struct layout *layout, struct text *names)
{
    for (int i = 0; i < layout->count; i++)
        text_addf(names, "%s%s", i == 0 ? "" : "\n", layout->tensors[i].name);
}
