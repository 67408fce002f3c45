/* token_ids.h - a growing list of token ids. */
#ifndef FTBENCH_TRAINER_TEXT_TOKEN_IDS_H
#define FTBENCH_TRAINER_TEXT_TOKEN_IDS_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* All zero at first; reused by setting `count`. */
struct token_ids {
    int32_t *values; /* owned, (count) */
    size_t count, capacity;
};

enum status token_ids_add(struct token_ids *ids, int32_t id, struct error *error);
void token_ids_free(struct token_ids *ids);

#endif
