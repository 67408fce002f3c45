/* block.h - one layer of an encoder or a decoder, forward and backward. Used by classifier.c only.
 *
 * Forward reads activations.layers[layer].input. Backward reads the gradient of the layer's output in
 * activations.dhidden, adds to the gradients of the layer's tensors, and leaves the gradient of its input
 * there. */
#ifndef FTBENCH_TRAINER_MODEL_BLOCK_H
#define FTBENCH_TRAINER_MODEL_BLOCK_H

#include "trainer/data/batch.h"
#include "trainer/model/pass.h"
#include "trainer/model/transformer.h"

/* Encoders: x1 = LN(x + drop(attention(x))); output = LN(x1 + drop(MLP(x1))). */
void encoder_block_forward(struct transformer *model, const struct batch *batch, const struct pass *pass,
                           int layer);
void encoder_block_backward(struct transformer *model, const struct batch *batch, const struct pass *pass,
                            int layer);

/* Decoders: x1 = x + attention(rms(x)); output = x1 + SwiGLU(rms(x1)). */
void decoder_block_forward(struct transformer *model, const struct batch *batch, const struct pass *pass,
                           int layer);
void decoder_block_backward(struct transformer *model, const struct batch *batch, const struct pass *pass,
                            int layer);

#endif
