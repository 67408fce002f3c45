/* support_temporary.h - a folder of its own for a test, under TMPDIR, and its end. For all rooms. */
#ifndef FTBENCH_TESTS_SUPPORT_TEMPORARY_H
#define FTBENCH_TESTS_SUPPORT_TEMPORARY_H

#include <stddef.h>

/* Make a new empty folder and write its path into `path` of `size` bytes; the test fails when that cannot be
 * done. */
void temporary_folder(char *path, size_t size);

/* Remove the folder, or the file, with all that is in it; the test fails when that cannot be done. */
void temporary_remove(const char *path);

#endif
