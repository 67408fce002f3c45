/* pass.h - what one forward (and backward) pass is asked to compute, and where its dropouts draw their bits.
 *
 * Each dropout of a model has a site, a number that is part of its Philox counter: the embeddings, three in
 * each layer, one or two in the head. */
#ifndef FTBENCH_TRAINER_MODEL_PASS_H
#define FTBENCH_TRAINER_MODEL_PASS_H

#include "kernels/ops.h"
#include "trainer/model/model_config.h"

#include <stdbool.h>
#include <stdint.h>

/* Dropout is on only in training. */
struct pass {
    bool training;
    uint32_t dropout_seed; /* of the dropout stream */
    uint32_t draw;         /* batches (optimiser steps) drawn before this one */
};

enum layer_site { SITE_ATTENTION, SITE_ATTENTION_OUTPUT, SITE_MLP_OUTPUT, SITES_A_LAYER };
enum { SITE_EMBEDDINGS = 0 };

/* The site of a dropout of a layer; that of the pooled vector is the first of a layer after the last. */
uint32_t pass_site(int layer, enum layer_site site);

/* Describe one dropout for the ops; probability 0 outside training. */
struct dropout pass_dropout(const struct pass *pass, double probability, uint32_t site);

/* How the attention of a layer reads its (S, (H + 2 G) D) tensor. `max_length` is the setting. */
struct attention pass_attention(const struct pass *pass, const struct model_config *config, int max_length,
                                int layer);

#endif
