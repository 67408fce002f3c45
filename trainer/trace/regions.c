#include "trainer/trace/regions.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

enum { PIECES_A_LAYER = 13, PIECES_OUTSIDE = 24, BLOCKS = 4 };

static void add(struct regions *regions, const float *begin, const char *piece, int tensor, int layer)
{
    if (begin == NULL) return; /* the family has no such piece */
    regions->list[regions->count++] =
        (struct region){.begin = begin, .piece = piece, .tensor = tensor, .layer = layer};
}

/* The layer of a tensor: each layer's tensors stand together, the first of them its query weights. */
static int layer_of(const struct layout *layout, int layers, int64_t offset)
{
    int64_t after = layout->pooler_weight >= 0 ? layout->pooler_weight : layout->norm_weight;
    if (offset >= after || offset < layout->layers[0].qkv_weight) return LAYER_NONE;
    int layer = 0;
    while (layer + 1 < layers && offset >= layout->layers[layer + 1].qkv_weight)
        layer++;
    return layer;
}

static void add_tensors(struct regions *regions, const struct transformer *model)
{
    const float *const blocks[BLOCKS] = {model->weights, model->gradients, model->moment1, model->moment2};
    static const char *const prefixes[BLOCKS] = {"", "gradient of ", "first moment of ", "second moment of "};
    for (int b = 0; b < BLOCKS; b++) {
        for (int t = 0; t < model->layout.count; t++) {
            int64_t offset = model->layout.begin[t];
            add(regions, blocks[b] + offset, prefixes[b], t,
                layer_of(&model->layout, model->config.layers, offset));
        }
    }
}

/* Of tensors that the layers share only those of the first layer are added. */
static void add_layer(struct regions *regions, const struct transformer *model, int layer)
{
    const struct layer_activations *at = &model->activations.layers[layer];
    const float *output = activations_output(&model->config, at);
    const bool shares = model->activations.keeping == KEEP_INPUTS;
    const struct {
        const float *begin;
        const char *name;
    } pieces[PIECES_A_LAYER] = {{at->qkv, "qkv"},         {at->probabilities, "probabilities"},
                                {at->context, "context"}, {at->sum1, "sum1"},
                                {at->mean1, "mean1"},     {at->rstd1, "rstd1"},
                                {at->norm1, "norm1"},     {at->up, "up"},
                                {at->inner, "inner"},     {at->sum2, "sum2"},
                                {at->mean2, "mean2"},     {at->rstd2, "rstd2"},
                                {at->norm2, "norm2"}};
    for (int p = 0; p < PIECES_A_LAYER; p++) {
        const bool own = !shares || pieces[p].begin == output;
        if (own || layer == 0) add(regions, pieces[p].begin, pieces[p].name, -1, own ? layer : LAYER_SHARED);
    }
}

static void add_activations(struct regions *regions, const struct transformer *model)
{
    const struct activations *at = &model->activations;
    add(regions, at->embedded, "embeddings", -1, LAYER_NONE);
    add(regions, at->embedded_mean, "mean of the embeddings", -1, LAYER_NONE);
    add(regions, at->embedded_rstd, "rstd of the embeddings", -1, LAYER_NONE);
    add(regions, at->hidden, "hidden", -1, LAYER_NONE);
    for (int l = 0; l < model->config.layers; l++)
        add_layer(regions, model, l);
    add(regions, at->gathered, "gathered", -1, LAYER_NONE);
    add(regions, at->pooled, "pooled", -1, LAYER_NONE);
    add(regions, at->pooled_rstd, "rstd of pooled", -1, LAYER_NONE);
    if (at->dropped != at->pooled) add(regions, at->dropped, "dropped", -1, LAYER_NONE);
    add(regions, at->logits, "logits", -1, LAYER_NONE);
    add(regions, at->dlogits, "gradient of logits", -1, LAYER_NONE);
    add(regions, at->losses, "losses", -1, LAYER_NONE);
    add(regions, at->dhidden, "gradient of hidden", -1, LAYER_SHARED);
    add(regions, at->dbranch, "gradient of branch", -1, LAYER_SHARED);
    add(regions, at->dinner, "gradient of inner", -1, LAYER_SHARED);
    if (at->dup != at->dinner) add(regions, at->dup, "gradient of up", -1, LAYER_SHARED);
    add(regions, at->dcontext, "gradient of context", -1, LAYER_SHARED);
    add(regions, at->dqkv, "gradient of qkv", -1, LAYER_SHARED);
    add(regions, at->dscores, "gradient of scores", -1, LAYER_SHARED);
    add(regions, at->dpooled, "gradient of pooled", -1, LAYER_NONE);
    add(regions, at->dgathered, "gradient of gathered", -1, LAYER_NONE);
}

static int by_address(const void *left, const void *right)
{
    const struct region *a = left, *b = right;
    uintptr_t x = (uintptr_t)a->begin, y = (uintptr_t)b->begin;
    return (x > y) - (x < y);
}

enum status regions_build(const struct transformer *model, struct regions *regions, struct error *error)
{
    const struct activations *at = &model->activations;
    const struct layout *layout = &model->layout;
    size_t most =
        (size_t)layout->count * BLOCKS + (size_t)model->config.layers * PIECES_A_LAYER + PIECES_OUTSIDE;
    *regions = (struct regions){.layout = layout};
    regions->list = memory_zeroed(most, sizeof *regions->list);
    if (regions->list == NULL) return error_no_memory(error, most * sizeof *regions->list);
    add_tensors(regions, model);
    add_activations(regions, model);
    qsort(regions->list, regions->count, sizeof *regions->list, by_address);
    for (size_t i = 0; i < regions->count; i++) {
        struct region *region = &regions->list[i];
        const float *end = at->block + at->bytes / sizeof *end;
        bool followed =
            i + 1 < regions->count && region[1].tensor < 0 && (uintptr_t)region[1].begin < (uintptr_t)end;
        if (region->tensor >= 0)
            region->count = layout->begin[region->tensor + 1] - layout->begin[region->tensor];
        else
            region->count = (followed ? region[1].begin : end) - region->begin;
    }
    return STATUS_OK;
}

void regions_free(struct regions *regions)
{
    memory_free(regions->list);
    *regions = (struct regions){0};
}

const struct region *regions_find(const struct regions *regions, const void *address)
{
    size_t low = 0, high = regions->count;
    while (low < high) { /* the first region that begins after the address */
        size_t middle = low + (high - low) / 2;
        if ((uintptr_t)regions->list[middle].begin <= (uintptr_t)address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0) return NULL;
    const struct region *region = &regions->list[low - 1];
    size_t bytes = (size_t)((uintptr_t)address - (uintptr_t)region->begin);
    return bytes < (size_t)region->count * sizeof(float) ? region : NULL;
}

void region_name(const struct regions *regions, const struct region *region, int layer, const char *part,
                 char *text, size_t size)
{
    const char *comma = part == NULL ? "" : ", ";
    if (part == NULL) part = "";
    if (region->layer != LAYER_SHARED) layer = region->layer;
    if (region->tensor >= 0)
        snprintf(text, size, "%s%s%s%s", region->piece, regions->layout->tensors[region->tensor].name, comma,
                 part);
    else if (layer >= 0)
        snprintf(text, size, "layer %d %s%s%s", layer, region->piece, comma, part);
    else
        snprintf(text, size, "%s%s%s", region->piece, comma, part);
}
