#include "trainer/fit/optimiser.h"

#include <math.h>

void optimiser_advance(struct optimiser *optimiser)
{
    optimiser->power1 *= optimiser->beta1;
    optimiser->power2 *= optimiser->beta2;
}

struct adamw optimiser_scalars(const struct optimiser *optimiser, double learning_rate, double clip,
                               bool decays)
{
    return (struct adamw){
        .gradient_scale = (float)clip,
        .decay = decays ? (float)(1.0 - learning_rate * optimiser->weight_decay) : 1.0f,
        .one_minus_beta1 = (float)(1.0 - optimiser->beta1),
        .beta2 = (float)optimiser->beta2,
        .one_minus_beta2 = (float)(1.0 - optimiser->beta2),
        .step_size = (float)(learning_rate / (1.0 - optimiser->power1)),
        .root_correction = (float)sqrt(1.0 - optimiser->power2),
        .epsilon = (float)optimiser->epsilon,
    };
}

void optimiser_update(struct optimiser *optimiser, struct transformer *model, double learning_rate,
                      double clip)
{
    optimiser_advance(optimiser);
    struct adamw with_decay = optimiser_scalars(optimiser, learning_rate, clip, true);
    struct adamw without = optimiser_scalars(optimiser, learning_rate, clip, false);
    for (int t = 0; t < model->layout.count; t++) {
        int64_t at = model->layout.begin[t], count = model->layout.begin[t + 1] - at;
        model->ops->adamw(model->device, count, model->layout.tensors[t].decay ? &with_decay : &without,
                          model->gradients + at, model->weights + at, model->moment1 + at,
                          model->moment2 + at);
    }
}
