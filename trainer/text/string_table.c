#include "trainer/text/string_table.h"

#include "base/digest.h"
#include "base/memory.h"

#include <string.h>

enum { FIRST_CAPACITY = 64 };

/* The slot that holds the key, or the empty one where it belongs. At most half of the slots are taken, so the
 * walk ends. */
static struct string_slot *slot_of(struct string_slot *slots, size_t capacity, const char *bytes,
                                   size_t length)
{
    size_t at = (size_t)digest_bytes(bytes, length).low & (capacity - 1);
    while (slots[at].bytes != NULL) {
        if (slots[at].length == length && memcmp(slots[at].bytes, bytes, length) == 0) break;
        at = (at + 1) & (capacity - 1);
    }
    return &slots[at];
}

int32_t *string_table_find(const struct string_table *table, const char *bytes, size_t length)
{
    if (table->count == 0) return NULL;
    struct string_slot *slot = slot_of(table->slots, table->capacity, bytes, length);
    return slot->bytes == NULL ? NULL : &slot->value;
}

static enum status grow(struct string_table *table, struct error *error)
{
    size_t capacity = table->capacity == 0 ? FIRST_CAPACITY : table->capacity * 2;
    struct string_slot *slots = memory_zeroed(capacity, sizeof *slots);
    if (slots == NULL) return error_no_memory(error, capacity * sizeof *slots);
    for (size_t i = 0; i < table->capacity; i++) {
        const struct string_slot *old = &table->slots[i];
        if (old->bytes != NULL) *slot_of(slots, capacity, old->bytes, old->length) = *old;
    }
    memory_free(table->slots);
    table->slots = slots;
    table->capacity = capacity;
    return STATUS_OK;
}

enum status string_table_add(struct string_table *table, const char *bytes, size_t length, int32_t value,
                             int32_t *held, struct error *error)
{
    if (table->count * 2 >= table->capacity) TRY(grow(table, error));
    struct string_slot *slot = slot_of(table->slots, table->capacity, bytes, length);
    if (slot->bytes == NULL) {
        *slot = (struct string_slot){.bytes = bytes, .length = length, .value = value};
        table->count++;
    }
    if (held != NULL) *held = slot->value;
    return STATUS_OK;
}

void string_table_free(struct string_table *table)
{
    memory_free(table->slots);
    *table = (struct string_table){0};
}
