#include "base/memory.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The only mutable state at file scope in ftbench: the test hook's countdown and the number of live blocks.
 */
static atomic_long fail_countdown = 0;
static atomic_long blocks_alive = 0;

enum { ALIGNMENT = 64 };

void memory_fail_from(long allocation)
{
    atomic_store(&fail_countdown, allocation);
}

long memory_blocks_alive(void)
{
    return atomic_load(&blocks_alive);
}

/* True when this allocation must fail: the countdown stops at 1, so that every later one fails too. */
static int must_fail(void)
{
    long left = atomic_load(&fail_countdown);
    while (left > 1) {
        if (atomic_compare_exchange_weak(&fail_countdown, &left, left - 1)) return 0;
    }
    return left == 1;
}

static void *counted(void *block)
{
    if (block != NULL) atomic_fetch_add(&blocks_alive, 1);
    return block;
}

static int bytes_of(size_t count, size_t size, size_t *bytes)
{
    if (size != 0 && count > SIZE_MAX / 2 / size) return 0;
    *bytes = count * size;
    if (*bytes == 0) *bytes = 1;
    return 1;
}

void *memory_zeroed(size_t count, size_t size)
{
    size_t bytes = 0;
    if (!bytes_of(count, size, &bytes) || must_fail()) return NULL;
    return counted(calloc(1, bytes));
}

void *memory_aligned(size_t count, size_t size)
{
    size_t bytes = 0;
    if (!bytes_of(count, size, &bytes) || must_fail()) return NULL;
    bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    void *block = aligned_alloc(ALIGNMENT, bytes);
    if (block != NULL) memset(block, 0, bytes);
    return counted(block);
}

void *memory_resize(void *block, size_t count, size_t size)
{
    size_t bytes = 0;
    if (!bytes_of(count, size, &bytes) || must_fail()) return NULL;
    void *grown = realloc(block, bytes);
    if (block == NULL) counted(grown);
    return grown;
}

char *memory_copy_string(const char *string)
{
    size_t length = strlen(string);
    char *copy = memory_zeroed(length + 1, 1);
    if (copy != NULL) memcpy(copy, string, length);
    return copy;
}

void memory_free(void *block)
{
    if (block == NULL) return;
    atomic_fetch_sub(&blocks_alive, 1);
    free(block);
}
