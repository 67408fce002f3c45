/* decoder_layout.h - the tensors of a decoder. */
#ifndef FTBENCH_TRAINER_MODEL_DECODER_LAYOUT_H
#define FTBENCH_TRAINER_MODEL_DECODER_LAYOUT_H

#include "trainer/model/model_config.h"
#include "trainer/model/tensor_table.h"

/* Fill an empty layout that has room for them. */
void decoder_layout_fill(struct layout *layout, const struct model_config *config, int classes);

#endif
