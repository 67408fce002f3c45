/* utf8.h - characters of UTF-8 text, and how wide a terminal shows them. Text may come from anywhere: every
 * function takes bytes that are no UTF-8 and says so, or counts each as one character. */
#ifndef FTBENCH_BASE_UTF8_H
#define FTBENCH_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The character at the start of `length` bytes: its bytes (1 to 4), and its code point into `point` (may be
 * NULL). 0 when there is none: at the end, cut, or malformed (RFC 3629: no overlong forms, no surrogates,
 * nothing above 10FFFF). */
size_t utf8_decode(const char *bytes, size_t length, uint32_t *point);

/* Columns of a terminal that a code point takes: 2 for East Asian wide characters, 0 for combining marks, 1
 * for the rest. */
int utf8_width(uint32_t point);

/* Columns that a text takes; a byte that is no part of a character takes one. */
int utf8_columns(const char *text);

#endif
