/* pretrained.h - a model's weights from a Hugging Face folder, into the block of its layout.
 *
 * Fails closed, as transformers does not: a tensor of the folder that the model does not use is an error,
 * unless pretrained.c's table says why it may be passed over, since it could mean that the model computes
 * something that we do not. A tensor that is missing is an error too, but for those of the head, and of an
 * encoder's pooler: what a folder without them has learnt is all there.
 *
 * Names are the layout's, with three liberties of old checkpoints: those of a base model lack the prefix
 * ("embeddings..." for "bert.embeddings...", "layers..." for "model.layers..."); LayerNorm.gamma is
 * LayerNorm.weight and LayerNorm.beta is LayerNorm.bias (TensorFlow's names). */
#ifndef FTBENCH_TRAINER_MODEL_PRETRAINED_H
#define FTBENCH_TRAINER_MODEL_PRETRAINED_H

#include "base/status.h"
#include "base/text.h"
#include "trainer/model/layout.h"

#include <stdint.h>

/* What the classes are called in the data, class 0 first. */
struct class_names {
    int count;
    const char *const *names; /* (count); NULL: as in the folder's config.json, which has so many */
};

/* What the tensors are drawn from that a folder has not. */
struct pretrained_draws {
    const struct model_config *config;
    uint32_t seed; /* of the init stream */
};

/* Fill `block` (layout->total numbers, host) with the folder's weights, converted to float32 exactly. The
 * tensors of the head or the pooler that the folder has not are drawn, as init = random would draw them
 * (layout_init_tensor), or stay as they are when `draws` is NULL; their names are added to `drawn`, with a
 * comma between.
 *
 * A head is taken as it is, so its classes must be the data's: as many, and where config.json names them
 * (id2label, other than LABEL_0...) the same names in the same order. A class of the data that is called by
 * its number (0, 1, ...) fits any name that is no number itself; what these numbers stand for is then added
 * to `numbers` (model_labels_explain). Errors name the file, the tensor, both shapes. */
enum status pretrained_fill(const char *folder, const struct layout *layout,
                            const struct pretrained_draws *draws, const struct class_names *classes,
                            float *block, struct text *drawn, struct text *numbers, struct error *error);

/* The shape that a tensor has in a file: (cols) of a vector, (rows, cols) of a matrix; returns its rank. */
int pretrained_shape(const struct tensor *tensor, uint64_t shape[2]);

#endif
