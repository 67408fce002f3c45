/* regions.h - which tensor an address belongs to: a model's blocks of device memory as a sorted table, so
 * that what an operation wrote can be named. Names of weights are those of the layout (Hugging Face's), names
 * of activations those of activations.h, with the number of the layer where there is one: "layer 1 qkv",
 * "gradient of classifier.bias". */
#ifndef FTBENCH_TRAINER_TRACE_REGIONS_H
#define FTBENCH_TRAINER_TRACE_REGIONS_H

#include "base/status.h"
#include "trainer/model/transformer.h"

#include <stddef.h>
#include <stdint.h>

enum { LAYER_NONE = -1, LAYER_SHARED = -2 /* whichever is being computed */ };

struct region {
    const float *begin;
    int64_t count; /* numbers */
    const char
        *piece; /* of an activation: its name; of a tensor of the layout: what stands before its name */
    int tensor; /* index into the layout; -1: an activation */
    int layer;  /* or LAYER_NONE, or LAYER_SHARED: scratch of the backward pass, and what layers share */
};

struct regions {
    struct region *list; /* (count) by address, owned */
    size_t count;
    const struct layout *layout; /* not owned */
};

enum status regions_build(const struct transformer *model, struct regions *regions, struct error *error);
void regions_free(struct regions *regions);

/* The region of an address, NULL when it is none of the model's. */
const struct region *regions_find(const struct regions *regions, const void *address);

/* The region's name. `layer` is the one being computed, for scratch that all layers share, or LAYER_NONE.
 * `part` is what of it is meant, as "keys"; NULL: all. */
void region_name(const struct regions *regions, const struct region *region, int layer, const char *part,
                 char *text, size_t size);

#endif
