/* loss_scale.h - the factor by which a step's loss is multiplied in fp16, so that small gradients are not
 * rounded to zero when products read them.
 *
 * As torch.amp.GradScaler with its defaults: 65536 at the start, twice as much after 2000 steps in a row
 * without overflow (never beyond binary32), half as much after a step with one. It is a power of two at any
 * time, so multiplying a gradient by it and dividing the norm by it round nothing. In fp32 and bf16 it is 1
 * and stays so. */
#ifndef FTBENCH_TRAINER_FIT_LOSS_SCALE_H
#define FTBENCH_TRAINER_FIT_LOSS_SCALE_H

#include <stdbool.h>

struct loss_scale {
    bool dynamic;    /* fp16 */
    double scale;    /* a power of two */
    long good_steps; /* since the scale last changed or a step overflowed */
    int bad_losses;  /* steps in a row whose loss itself was not finite */
};

/* The scale before the first step; `precision` is enum precision. */
struct loss_scale loss_scale_start(int precision);

/* A step was taken. */
void loss_scale_keep(struct loss_scale *scale);

/* A step overflowed and is left out; `loss` is its loss. */
void loss_scale_overflow(struct loss_scale *scale, float loss);

/* Why it is of no use to go on after an overflow, or NULL.
 *
 * The scale fell below 2^-24, the smallest binary16: the gradient of a logit is the scale at most, so it is
 * rounded to zero in every product (41 overflows in a row from the start). Or eight steps in a row had a loss
 * that is not finite: no scale helps a forward pass, and since steps that are left out change no weight,
 * other rows will not either. */
const char *loss_scale_hopeless(const struct loss_scale *scale);

#endif
