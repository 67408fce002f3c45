/* cells.h - text for one line of a terminal or a report: valid UTF-8, no control characters, cut between
 * characters.
 *
 * What children print is not trusted: every byte that is no part of a valid character becomes '?'. Columns
 * are those of base/utf8.h. */
#ifndef FTBENCH_HARNESS_RUN_CELLS_H
#define FTBENCH_HARNESS_RUN_CELLS_H

#include <stddef.h>

/* Copy `length` bytes into `text` of `size` bytes, cleaned; what does not fit is cut, and "..." says so. */
void cells_clean(const char *bytes, size_t length, char *text, size_t size);

/* Bytes of the longest start of the clean text that takes at most `columns` columns. */
size_t cells_fit(const char *text, int columns);

#endif
