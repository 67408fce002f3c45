/* unicode_later.h - characters that Unicode 15.0, 15.1 and 16.0 added, for libraries that may be older.
 *
 * The regular expressions of tokenizers ask whether a character is a letter, a number, a mark, punctuation, a
 * symbol. The reference (Oniguruma in the tokenizers package) knows Unicode 16; Debian 12's PCRE2 knows 14
 * and its utf8proc 15. A later character is therefore looked up as an older one of its category: its
 * stand-in. */
#ifndef FTBENCH_TRAINER_TEXT_UNICODE_LATER_H
#define FTBENCH_TRAINER_TEXT_UNICODE_LATER_H

#include "base/status.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

/* The code point to ask a library about in place of `point`: an older one of the same category (L, N by their
 * two letters; M, P, S by one) with as many bytes of UTF-8, or `point` itself. Also U+180E, which PCRE2's \s
 * takes for a space (it was one until Unicode 6.3) and the reference does not. */
int32_t unicode_stand_in(int32_t point);

/* What to match instead of a valid UTF-8 text: the text itself, or a copy of equal length in `copy` with the
 * stand-ins in place. Valid while both are. */
enum status unicode_stand_in_text(const char *text, size_t length, struct text *copy, const char **matched,
                                  struct error *error);

#endif
