#include "trainer/text/token_ids.h"

#include "base/memory.h"

enum status token_ids_add(struct token_ids *ids, int32_t id, struct error *error)
{
    if (ids->count == ids->capacity) {
        size_t capacity = ids->capacity == 0 ? 128 : ids->capacity * 2;
        int32_t *values = memory_resize(ids->values, capacity, sizeof *values);
        if (values == NULL) return error_no_memory(error, capacity * sizeof *values);
        ids->values = values;
        ids->capacity = capacity;
    }
    ids->values[ids->count++] = id;
    return STATUS_OK;
}

void token_ids_free(struct token_ids *ids)
{
    memory_free(ids->values);
    *ids = (struct token_ids){0};
}
