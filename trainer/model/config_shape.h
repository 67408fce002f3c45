/* config_shape.h - what every family's config.json says, under its own names: sizes within limits, and the
 * fields that are without effect on a sequence classifier. */
#ifndef FTBENCH_TRAINER_MODEL_CONFIG_SHAPE_H
#define FTBENCH_TRAINER_MODEL_CONFIG_SHAPE_H

#include "trainer/model/config_reader.h"
#include "trainer/model/model_config.h"

/* Far above any model of the families, and so low that products of two sizes fit an int and those of all fit
 * 64 bits. */
enum {
    MOST_WORDS = 1 << 24,
    MOST_WIDTH = 1 << 16,
    MOST_LAYERS = 1 << 10,
    MOST_HEADS = 1 << 12,
    MOST_INNER = 1 << 20,
    MOST_POSITIONS = 1 << 20,
    MOST_TYPES = 1 << 16
};

/* The names of the sizes in a family. */
struct shape_names {
    const char *width, *layers, *heads, *inner;
};
extern const struct shape_names shape_common; /* hidden_size, num_hidden_layers, ... */

/* Sizes, initializer_range and the padding token (`pad_default` when the field is absent, -1: none), and the
 * fields that may have one value only, into `config`; kv_heads and head_dim as encoders have them. */
enum status shape_read(struct config_reader *reader, const struct shape_names *names, int pad_default,
                       struct model_config *config);

/* Refuse every field that is neither in `fields` (ends with NULL) nor known to all families. */
enum status shape_refuse_unknown(struct config_reader *reader, const char *const *fields);

#endif
