/* memory.h - the one place heap memory comes from.
 *
 * Everything that ftbench allocates comes from here, so that a test can make the N-th allocation fail and see
 * that nothing leaks, nothing crashes and the error says so. Sizes are checked for overflow. free(NULL) is
 * fine. */
#ifndef FTBENCH_BASE_MEMORY_H
#define FTBENCH_BASE_MEMORY_H

#include <stddef.h>

/* count * size bytes, all zero; NULL when there is no memory or the product overflows. A count of 0 gives a
 * valid pointer that must be freed. */
void *memory_zeroed(size_t count, size_t size);

/* The same, starting on a 64-byte boundary (a cache line, a 512-bit vector). */
void *memory_aligned(size_t count, size_t size);

/* Grow or shrink a block from memory_zeroed (not an aligned one) to count * size bytes; what is added is not
 * set. NULL on failure, and the old block stays valid. */
void *memory_resize(void *block, size_t count, size_t size);

/* A copy of a NUL-terminated string; NULL when there is no memory. */
char *memory_copy_string(const char *string);

void memory_free(void *block);

/* For tests: let the N-th allocation from now on (1 = the next) fail, and each one after it; 0 turns it off.
 * Affects all threads. */
void memory_fail_from(long allocation);

/* For tests: number of blocks alive now. */
long memory_blocks_alive(void);

#endif
