/* clip.h - the norm of all gradients of a step, and the factor that brings it down to max_grad_norm. */
#ifndef FTBENCH_TRAINER_FIT_CLIP_H
#define FTBENCH_TRAINER_FIT_CLIP_H

/* Norm from each tensor's sum of squares (binary32, fixed tree): summed in the order of the layout in
 * binary64. */
double clip_norm(const float *sums_of_squares, int tensors);

/* min(1, max_norm / (norm + 1e-6)), as torch.nn.utils.clip_grad_norm_; 1 when max_norm is 0 (no clipping). */
double clip_factor(double norm, double max_norm);

#endif
