/* bytes.h - an amount of memory for people, in the unit that says enough. */
#ifndef FTBENCH_BASE_BYTES_H
#define FTBENCH_BASE_BYTES_H

#include <stddef.h>

enum { BYTES_TEXT = 24 }; /* bytes that hold any amount's text */

/* "912 bytes", "1.5 KiB", "25.6 GiB"; "an unknown amount" for NaN and what is negative. */
void bytes_text(double bytes, char *text, size_t size);

#endif
