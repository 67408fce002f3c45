/* duplicates.h - texts that stand more than once: within the training part, and in both parts (a leak, which
 * makes the validation look better than it is).
 *
 * Two samples are the same when their texts (and second texts) are equal after whitespace around them is
 * trimmed; labels do not matter. */
#ifndef FTBENCH_TRAINER_DATA_DUPLICATES_H
#define FTBENCH_TRAINER_DATA_DUPLICATES_H

#include "base/status.h"
#include "trainer/data/table.h"

struct duplicates {
    int across;                      /* validation samples whose text also stands in the training part */
    int within;                      /* distinct training texts that stand more than once there */
    int train_line, validation_line; /* of the first such pair; 0 when there is none */
};

enum status duplicates_find(const struct table_part *train, const struct table_part *validation,
                            struct duplicates *duplicates, struct error *error);

#endif
