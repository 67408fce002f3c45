/* split.h - which rows are held out for validation. */
#ifndef FTBENCH_TRAINER_DATA_SPLIT_H
#define FTBENCH_TRAINER_DATA_SPLIT_H

#include "base/status.h"

#include <stdint.h>

struct split {
    int32_t *train, *validation; /* owned, row numbers (0 first) in rising order */
    int train_count, validation_count;
};

/* Hold out round(fraction * rows) of `rows` rows (at least 2), at least 1 and at most rows - 1: the first
 * positions of a Fisher-Yates shuffle whose k-th exchange is drawn by Philox with key (seed, STREAM_SPLIT)
 * and draw = k. */
enum status split_draw(int rows, double fraction, uint32_t seed, struct split *split, struct error *error);
/* All rows are for training. */
enum status split_none(int rows, struct split *split, struct error *error);
void split_free(struct split *split);

#endif
