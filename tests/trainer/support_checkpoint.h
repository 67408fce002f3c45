/* support_checkpoint.h - the bytes of checkpoint files, for tests that change them. A failure fails the test.
 */
#ifndef FTBENCH_TESTS_SUPPORT_CHECKPOINT_H
#define FTBENCH_TESTS_SUPPORT_CHECKPOINT_H

#include "base/text.h"

/* The file's bytes in place of what `content` had. */
void checkpoint_bytes(const char *path, struct text *content);

void checkpoint_put(const char *path, const void *bytes, size_t length);

/* Write the content of a checkpoint, but with the digest that it should have at its end: as if it were meant
 * so. */
void checkpoint_forge(const char *path, const struct text *content);

#endif
