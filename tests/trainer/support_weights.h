/* support_weights.h - safetensors files put together by hand, right or wrong. */
#ifndef FTBENCH_TESTS_SUPPORT_WEIGHTS_H
#define FTBENCH_TESTS_SUPPORT_WEIGHTS_H

#include "tests/trainer/support_folder.h"

#include <stddef.h>

/* Write a file of this header (its true length before it) and these data; gives its path. */
void weights_write(const struct folder *folder, const char *name, const char *header, const void *data,
                   size_t bytes, char path[1024]);

#endif
