/* charsmap.h - the normaliser that a SentencePiece unigram model brings along (NFKC and the like), as a table
 * of strings and what they become.
 *
 * The table is a double-array trie (S. Yata, Darts-clone; the layout of google/sentencepiece, normalizer.cc)
 * whose leaves point into a block of NUL-terminated texts. Applied as Hugging Face tokenizers does
 * (normalizers::Precompiled), not as SentencePiece does: a grapheme cluster of fewer than 6 bytes becomes, as
 * a whole, what its shortest start in the table becomes; what has no such start, character by character. Both
 * agree unless marks follow a character that the table changes: "(1) in a circle" + "dot below" becomes 1
 * here, 1 + dot below there. */
#ifndef FTBENCH_TRAINER_TEXT_CHARSMAP_H
#define FTBENCH_TRAINER_TEXT_CHARSMAP_H

#include "base/status.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

struct charsmap {
    const unsigned char *units; /* (unit_count) numbers of 4 bytes, little end first; not owned */
    size_t unit_count;
    const char *texts; /* (text_bytes), the last of them NUL; not owned */
    size_t text_bytes;
};

/* Look at the bytes of precompiled_charsmap, which stay where they are. STATUS_BAD_INPUT when the sizes
 * cannot be; what the units say is checked step by step when it is used. `path` is for the text. */
enum status charsmap_open(const char *bytes, size_t length, const char *path, struct charsmap *map,
                          struct error *error);

/* Append the normalised form of valid UTF-8. */
void charsmap_apply(const struct charsmap *map, const char *text, size_t length, struct text *normalised);

#endif
