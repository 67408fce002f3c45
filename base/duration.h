/* duration.h - a time span for people, in the two units that say enough. */
#ifndef FTBENCH_BASE_DURATION_H
#define FTBENCH_BASE_DURATION_H

#include <stddef.h>

enum { DURATION_TEXT = 32 }; /* bytes that hold any duration's text */

/* "0.02 s", "9.4 s", "42 s", "3 min 07 s", "24 h 00 min"; "0 s" for what is negative, not a number, or beyond
 * thirty years. */
void duration_text(double seconds, char *text, size_t size);

#endif
