/* rotary.h - the angles by which a decoder's queries and keys are turned.
 *
 * Pair i of D / 2 turns by position * frequency, where frequency f = theta^(-2 i / D) ("RoFormer", Su et al.
 * 2021), then made slower as `rope_scaling` says: linear  f / factor (transformers, modeling_rope_utils.py,
 * "linear") llama3  by the wavelength w = 2 pi / f against the length P that the model was first trained with
 * ("llama3" in the same file, from Llama 3.1): f where w < P / high_frequency_factor; f / factor where w > P
 * / low_frequency_factor; in between (1 - s) f / factor + s f with s = (P / w - low) / (high - low) All in
 * binary64, rounded to binary32 once, at the cosine and sine. */
#ifndef FTBENCH_TRAINER_MODEL_ROTARY_H
#define FTBENCH_TRAINER_MODEL_ROTARY_H

#include "trainer/model/model_config.h"

#include <stddef.h>

/* Radians a position of pair `pair`. */
double rotary_frequency(const struct model_config *config, int pair);

/* Numbers of each of the two tables: (positions, D / 2). */
size_t rotary_count(const struct model_config *config, int positions);

void rotary_tables(const struct model_config *config, int positions, float *cosines, float *sines);

#endif
