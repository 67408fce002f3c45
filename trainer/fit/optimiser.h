/* optimiser.h - AdamW over a model's tensors, with torch.optim.AdamW's arithmetic and the Trainer's decay
 * groups.
 *
 * Bias corrections are running products in binary64, beta^t by t multiplications, so that a resumed run has
 * the same. */
#ifndef FTBENCH_TRAINER_FIT_OPTIMISER_H
#define FTBENCH_TRAINER_FIT_OPTIMISER_H

#include "trainer/model/transformer.h"

struct optimiser {
    double beta1, beta2, epsilon, weight_decay;
    double power1, power2; /* beta1^t, beta2^t after t updates; both 1 at the start */
};

/* The scalars of the next update: advances the powers. `decays` says whether the tensor takes weight decay.
 */
void optimiser_advance(struct optimiser *optimiser);
struct adamw optimiser_scalars(const struct optimiser *optimiser, double learning_rate, double clip,
                               bool decays);

/* One update of every tensor with the model's gradients. */
void optimiser_update(struct optimiser *optimiser, struct transformer *model, double learning_rate,
                      double clip);

#endif
