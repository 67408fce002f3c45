/* layout.h - the table of a model's parameter tensors, and the one block of numbers that they are carved
 * from.
 *
 * All tensors of a model lie in one block, in the order of this table; gradients and both moments use the
 * same offsets. Names and shapes are Hugging Face's. Tensors that are used by one product lie side by side:
 * query, key and value weights form one (out, in) matrix, gate and up projections another; so do their
 * biases. */
#ifndef FTBENCH_TRAINER_MODEL_LAYOUT_H
#define FTBENCH_TRAINER_MODEL_LAYOUT_H

#include "base/status.h"
#include "base/text.h"
#include "trainer/model/model_config.h"
#include "trainer/model/tensor_table.h"

#include <stdint.h>

/* The layout of a classifier with `classes` outputs. */
enum status layout_build(const struct model_config *config, int classes, struct layout *layout,
                         struct error *error);
void layout_free(struct layout *layout);

/* `total` of that layout, which is not kept. */
enum status layout_count(const struct model_config *config, int classes, int64_t *total, struct error *error);

/* Random weights from the init stream into `block` (layout->total numbers, host): element e of the t-th
 * tensor is initializer_range * normal(words 2 (e % 2), 2 (e % 2) + 1 of Philox key (seed, init), counter (0,
 * t, 0, e / 2)), computed in binary64 and rounded once. The padding token's embedding row is zero, as in
 * transformers, and RoBERTa's position row of that number. */
void layout_init_random(const struct layout *layout, const struct model_config *config, uint32_t seed,
                        float *block);
/* The same of the tensor `index` alone. */
void layout_init_tensor(const struct layout *layout, const struct model_config *config, uint32_t seed,
                        int index, float *block);

/* Append the tensors' names in their order, "\n" between two. */
void layout_names(const struct layout *layout, struct text *names);

#endif
