/* half.h - the two 16-bit floating-point formats of weights on disk, as float32. Every value of both is a
 * float32, so nothing is rounded; a NaN keeps its sign and payload. */
#ifndef FTBENCH_TRAINER_WEIGHTS_HALF_H
#define FTBENCH_TRAINER_WEIGHTS_HALF_H

#include <stdint.h>

/* IEEE 754 binary16: 1 sign bit, 5 of the exponent (bias 15), 10 of the fraction; subnormals included. */
float half_from_float16(uint16_t bits);

/* bfloat16: the upper half of a binary32. */
float half_from_bfloat16(uint16_t bits);

#endif
