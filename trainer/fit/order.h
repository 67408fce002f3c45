/* order.h - the order of the training samples: each epoch a fresh permutation from the order stream, drawn by
 * Fisher-Yates, i from count - 1 down to 1, swapped with a number below i + 1 from Philox key (seed, order),
 * counter (epoch, 0, 0, block). An epoch's order needs nothing but its number, so a resumed run can draw it
 * again. */
#ifndef FTBENCH_TRAINER_FIT_ORDER_H
#define FTBENCH_TRAINER_FIT_ORDER_H

#include <stdint.h>

void order_of_epoch(uint32_t seed, uint32_t epoch, int32_t *order, int count);

#endif
