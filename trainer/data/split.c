#include "trainer/data/split.h"

#include "base/memory.h"
#include "kernels/common/philox.h"

#include <math.h>

static enum status split_allocate(int train, int validation, struct split *split, struct error *error)
{
    *split = (struct split){.train_count = train, .validation_count = validation};
    split->train = memory_zeroed((size_t)train, sizeof *split->train);
    split->validation = memory_zeroed((size_t)validation, sizeof *split->validation);
    if (split->train != NULL && split->validation != NULL) return STATUS_OK;
    split_free(split);
    return error_no_memory(error, (size_t)(train + validation) * sizeof *split->train);
}

/* Rows held out: round(fraction * rows), but both parts keep at least one. */
static int held_out(int rows, double fraction)
{
    long long count = llround(fraction * rows);
    if (count < 1) return 1;
    return count > rows - 1 ? rows - 1 : (int)count;
}

enum status split_draw(int rows, double fraction, uint32_t seed, struct split *split, struct error *error)
{
    const int count = held_out(rows, fraction);
    TRY(split_allocate(rows - count, count, split, error));
    int32_t *order = memory_zeroed((size_t)rows, sizeof *order);
    unsigned char *held = memory_zeroed((size_t)rows, 1);
    if (order == NULL || held == NULL) {
        memory_free(order);
        memory_free(held);
        split_free(split);
        return error_no_memory(error, (size_t)rows * sizeof *order);
    }
    for (int i = 0; i < rows; i++)
        order[i] = i;
    for (int k = 0; k < count; k++) {
        uint32_t block = 0;
        int with = k + (int)philox_below(seed, STREAM_SPLIT, (uint32_t)k, 0, 0, &block, (uint32_t)(rows - k));
        held[order[with]] = 1;
        order[with] = order[k];
    }
    int train = 0, validation = 0;
    for (int32_t i = 0; i < rows; i++) {
        if (held[i] != 0)
            split->validation[validation++] = i;
        else
            split->train[train++] = i;
    }
    memory_free(order);
    memory_free(held);
    return STATUS_OK;
}

enum status split_none(int rows, struct split *split, struct error *error)
{
    TRY(split_allocate(rows, 0, split, error));
    for (int32_t i = 0; i < rows; i++)
        split->train[i] = i;
    return STATUS_OK;
}

void split_free(struct split *split)
{
    memory_free(split->train);
    memory_free(split->validation);
    *split = (struct split){0};
}
