/* string_table.h - a map from byte strings to whole numbers, by open addressing.
 *
 * The table holds pointers to the keys, not copies: the caller keeps the bytes in place for as long as the
 * table is used. Nothing depends on the order in which slots lie, so results do not depend on the hash. */
#ifndef FTBENCH_TRAINER_TEXT_STRING_TABLE_H
#define FTBENCH_TRAINER_TEXT_STRING_TABLE_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct string_slot {
    const char *bytes; /* not owned; NULL in an empty slot */
    size_t length;
    int32_t value;
};

struct string_table {
    struct string_slot *slots; /* (capacity), capacity a power of two, at most half full */
    size_t capacity, count;
};

/* The value held for a key, which may be changed in place; NULL when there is none. Valid until the next
 * addition. */
int32_t *string_table_find(const struct string_table *table, const char *bytes, size_t length);

/* Add a key unless it is there already; *held is what the table now holds for it: `value`, or the earlier
 * one. `held` may be NULL. */
enum status string_table_add(struct string_table *table, const char *bytes, size_t length, int32_t value,
                             int32_t *held, struct error *error);

void string_table_free(struct string_table *table);

#endif
