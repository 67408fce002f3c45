/* transformer.h - a sequence classifier of either family: weights, gradients, moments, activations on one
 * device; forward and backward written out through `struct ops`.
 *
 * Invariants: gradients accumulate over the micro-batches of a step (their chains go on), and
 * transformer_zero_gradients starts a step. Nothing is allocated after transformer_create. Logits, losses and
 * gradients of a sample do not depend on the other samples of its micro-batch, nor on the padding mode. */
#ifndef FTBENCH_TRAINER_MODEL_TRANSFORMER_H
#define FTBENCH_TRAINER_MODEL_TRANSFORMER_H

#include "base/digest.h"
#include "base/status.h"
#include "kernels/ops.h"
#include "trainer/data/batch.h"
#include "trainer/model/activations.h"
#include "trainer/model/hf_config.h"
#include "trainer/model/layout.h"

#include <stdbool.h>

/* What is being computed: dropout is on only in training. */
struct pass {
    bool training;
    uint32_t dropout_seed; /* of the dropout stream */
    uint32_t draw;         /* batches (optimiser steps) drawn before this one */
};

struct transformer {
    const struct ops *ops;
    struct device *device; /* not owned */
    struct model_config config;
    struct batch_limits limits;
    int classes;
    struct layout layout;
    /* device blocks of layout.total numbers, owned */
    float *weights, *gradients, *moment1, *moment2, *best;
    float *cosines, *sines; /* (max_length, D / 2); Llama */
    struct activations activations;
};

/* Bytes that transformer_create will take on the device; -1 when there is no memory even to count them. */
int64_t transformer_bytes(const struct model_config *config, int classes, const struct batch_limits *limits,
                          struct error *error);

/* Allocates everything; weights are random from `init_seed`. */
enum status transformer_create(const struct ops *ops, struct device *device,
                               const struct model_config *config, int classes,
                               const struct batch_limits *limits, uint32_t init_seed,
                               struct transformer *model, struct error *error);
void transformer_free(struct transformer *model);

void transformer_zero_gradients(struct transformer *model);

/* Logits of the batch's samples, into activations.logits. */
void transformer_forward(struct transformer *model, const struct batch *batch, const struct pass *pass);

/* After forward: each sample's cross-entropy to `losses` (B, host). When `scale` > 0 also the gradient of
 * scale * sum of losses with respect to every weight, added to the gradients; scale is 1 / samples of the
 * whole step. */
void transformer_loss(struct transformer *model, const struct batch *batch, float scale,
                      const struct pass *pass, float *losses);

/* Copy of the logits (B, classes) to the host. */
void transformer_logits(struct transformer *model, const struct batch *batch, float *logits);

/* Remember the weights as the best so far; make the remembered ones the weights again. */
void transformer_keep_best(struct transformer *model);
void transformer_restore_best(struct transformer *model);

/* Digest of the weights and both moments, in this order. `scratch` (layout.total, host) is overwritten. */
struct digest transformer_digest(struct transformer *model, float *scratch);

/* Describe one dropout of the model for the ops; probability 0 outside training. */
struct dropout transformer_dropout(const struct pass *pass, double probability, uint32_t site);

/* Sites of the dropouts: the embeddings, three in each layer, the pooled vector. */
enum layer_site { SITE_ATTENTION, SITE_ATTENTION_OUTPUT, SITE_MLP_OUTPUT, SITES_A_LAYER };
enum { SITE_EMBEDDINGS = 0 };
uint32_t transformer_site(int layer, enum layer_site site);

#endif
