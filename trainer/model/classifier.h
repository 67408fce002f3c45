/* classifier.h - a sequence classifier's forward and backward pass: embeddings, blocks, head, written out
 * through `struct ops`.
 *
 * Invariants: gradients accumulate over the micro-batches of a step (their chains go on), and
 * transformer_zero_gradients starts a step. Logits, losses and gradients of a sample do not depend on the
 * other samples of its micro-batch, nor on the padding mode. */
#ifndef FTBENCH_TRAINER_MODEL_CLASSIFIER_H
#define FTBENCH_TRAINER_MODEL_CLASSIFIER_H

#include "trainer/data/batch.h"
#include "trainer/model/pass.h"
#include "trainer/model/transformer.h"

/* Logits of the batch's samples, into activations.logits. */
void classifier_forward(struct transformer *model, const struct batch *batch, const struct pass *pass);

/* After forward: each sample's cross-entropy to `losses` (B, host). When `scale` > 0 also the gradient of
 * scale * sum of losses with respect to every weight, added to the gradients; scale is 1 / samples of the
 * whole step. */
void classifier_loss(struct transformer *model, const struct batch *batch, float scale,
                     const struct pass *pass, float *losses);

/* Copy of the logits (B, classes) to the host. */
void classifier_logits(struct transformer *model, const struct batch *batch, float *logits);

#endif
