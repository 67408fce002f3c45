/* head.h - from the last layer's output to logits, and back. Used by classifier.c only.
 *
 *   BERT        x of token 0 -> dense -> tanh -> dropout -> classifier            (the pooler and the
 * classifier) RoBERTa     x of token 0 -> dropout -> dense -> tanh -> dropout -> out_proj DistilBERT  x of
 * token 0 -> pre_classifier -> ReLU -> dropout -> classifier decoders    x of the last token -> RMSNorm ->
 * score, which has no bias
 */
#ifndef FTBENCH_TRAINER_MODEL_HEAD_H
#define FTBENCH_TRAINER_MODEL_HEAD_H

#include "trainer/data/batch.h"
#include "trainer/model/pass.h"
#include "trainer/model/transformer.h"

/* Leaves the logits in activations.logits. */
void head_forward(struct transformer *model, const struct batch *batch, const struct pass *pass);

/* Reads activations.dlogits, adds to the gradients of the head's tensors, and leaves the gradient of the last
 * layer's output in activations.dhidden. */
void head_backward(struct transformer *model, const struct batch *batch, const struct pass *pass);

#endif
