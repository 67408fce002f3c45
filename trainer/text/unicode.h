/* unicode.h - the few Unicode questions that tokenizers ask, answered by utf8proc.
 *
 * "Control", "whitespace", "punctuation" and "CJK" are BERT's notions (google-research/bert,
 * tokenization.py), which transformers keeps; they differ from the Unicode standard's where the comments say
 * so. */
#ifndef FTBENCH_TRAINER_TEXT_UNICODE_H
#define FTBENCH_TRAINER_TEXT_UNICODE_H

#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UNICODE_REPLACEMENT = 0xFFFD, UNICODE_UTF8_BYTES = 4 };

/* Decode the code point at bytes[0]; returns the bytes it takes (1 when it is not valid UTF-8: *point is then
 * U+FFFD and *valid false). `length` is at least 1. */
size_t unicode_decode(const char *bytes, size_t length, int32_t *point, bool *valid);

/* Whether all of the bytes are UTF-8. */
bool unicode_is_valid(const char *bytes, size_t length);

/* Bytes of the first extended grapheme cluster (what a reader takes for one character) of valid UTF-8;
 * `length` is at least 1. */
size_t unicode_cluster(const char *bytes, size_t length);

/* Append a text with U+FFFD in place of each byte that is no UTF-8. */
void unicode_repair(const char *bytes, size_t length, struct text *repaired);

/* Write a code point as UTF-8; returns its bytes, 1 to 4. */
size_t unicode_encode(int32_t point, char bytes[UNICODE_UTF8_BYTES]);

/* Bytes of the longest start of a text that is at most `limit` bytes and does not cut a character in two. */
size_t unicode_prefix(const char *bytes, size_t length, size_t limit);

/* Append a piece of a file as a message may show it: at most `limit` bytes of it, cut after a whole character
 * ("..." says so); bytes that are not valid UTF-8 as \xNN, control characters as \u{N}. */
void unicode_quote(const char *bytes, size_t length, size_t limit, struct text *quoted);

/* Category C* (control, format, private use, not assigned) other than tab, line feed, carriage return. */
bool unicode_is_control(int32_t point);
/* Tab, line feed, carriage return and category Zs. */
bool unicode_is_space(int32_t point);
/* Unicode's property White_Space, what Rust's char::is_whitespace and a regex's \s mean. */
bool unicode_is_white(int32_t point);
/* Category P* and every ASCII sign that is neither letter nor digit nor space. */
bool unicode_is_punctuation(int32_t point);
/* The ideograph blocks that BERT sets apart: not kana, not hangul. */
bool unicode_is_cjk(int32_t point);
/* Category Mn: what is left of an accent after canonical decomposition. */
bool unicode_is_mark(int32_t point);
/* \w of Rust's regex crate: alphabetic characters, marks, decimal digits, connecting punctuation, the two
 * joiners (UTS 18, annex C). */
bool unicode_is_word(int32_t point);
/* Simple lower-casing of one code point. */
int32_t unicode_lower(int32_t point);

struct code_points {
    int32_t *values; /* owned, (count) */
    size_t count, capacity;
};

/* Canonical form of valid UTF-8 in place of what `points` held: NFC when `compose`, else NFD. */
enum status unicode_normalize(const struct text *utf8, bool compose, struct code_points *points,
                              struct error *error);
/* The code points of valid UTF-8 as they are, in place of what `points` held. */
enum status unicode_points(const struct text *utf8, struct code_points *points, struct error *error);
void code_points_free(struct code_points *points);

#endif
