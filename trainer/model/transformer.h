/* transformer.h - what a sequence classifier of any family holds on its device: weights, gradients,
 * moments, the best weights so far, activations. What it computes is in classifier.h.
 *
 * Nothing is allocated after transformer_create. */
#ifndef FTBENCH_TRAINER_MODEL_TRANSFORMER_H
#define FTBENCH_TRAINER_MODEL_TRANSFORMER_H

#include "base/digest.h"
#include "base/status.h"
#include "kernels/ops.h"
#include "trainer/data/batch.h"
#include "trainer/model/activations.h"
#include "trainer/model/model_config.h"
#include "trainer/model/layout.h"

#include <stdbool.h>

struct transformer {
    const struct ops *ops;
    struct device *device; /* not owned */
    /* What computes again what was computed before: the same, unless somebody watches the operations, who has
     * seen it then. Not owned */
    const struct ops *again_ops;
    struct device *again_device;
    struct model_config config;
    struct batch_limits limits;
    int classes;
    struct layout layout;
    /* device blocks of layout.total numbers, owned */
    float *weights, *gradients, *moment1, *moment2, *best;
    float *cosines, *sines; /* (max_length, D / 2); decoders */
    struct activations activations;
};

/* Allocates everything (memory_plan.h says how much it is); with KEEP_NOTHING, for a model that is evaluated
 * only, there are no gradients, moments and best weights. The weights are not set before transformer_upload.
 * On failure nothing is held. */
enum status transformer_create(const struct ops *ops, struct device *device,
                               const struct model_config *config, int classes,
                               const struct batch_limits *limits, enum keeping keeping,
                               struct transformer *model, struct error *error);
/* Weights from `block` (layout.total numbers, host). */
enum status transformer_upload(struct transformer *model, const float *block, struct error *error);
void transformer_free(struct transformer *model);

void transformer_zero_gradients(struct transformer *model);

/* Remember the weights as the best so far; make the remembered ones the weights again. */
void transformer_keep_best(struct transformer *model);
void transformer_restore_best(struct transformer *model);

/* Digest of the weights and both moments, in this order. `scratch` (layout.total, host) is overwritten. */
struct digest transformer_digest(struct transformer *model, float *scratch);

#endif
