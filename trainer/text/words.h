/* words.h - BERT's basic tokenizer: a text cut into words, before the words are cut into pieces.
 *
 * Follows BertNormalizer and BertPreTokenizer of Hugging Face tokenizers (normalizers/bert.rs,
 * pre_tokenizers/bert.rs), which know Unicode 8 (unicode_eight.h): clean, set ideographs apart, lower-case,
 * strip accents, cut at white space and punctuation. */
#ifndef FTBENCH_TRAINER_TEXT_WORDS_H
#define FTBENCH_TRAINER_TEXT_WORDS_H

#include "base/status.h"
#include "base/text.h"
#include "trainer/text/unicode.h"

#include <stdbool.h>
#include <stddef.h>

struct word_rules {
    bool lower;         /* lower-case */
    bool strip_accents; /* remove the marks of the canonical decomposition */
    bool split_cjk;     /* each ideograph is a word */
};

/* Working memory of words_prepare, reused from call to call; all zero at first. */
struct words {
    struct text clean;         /* UTF-8 */
    struct code_points points; /* what the words are cut from */
};

/* Clean, lower and normalise a text, valid UTF-8, so that words_next can cut it. */
enum status words_prepare(struct words *words, const struct word_rules *rules, const char *text,
                          size_t length, struct error *error);

/* The next word at or after *at: true with its first code point in *begin and the one past
 * its end in *at; false when there are no more. */
bool words_next(const struct words *words, size_t *begin, size_t *at);

void words_free(struct words *words);

#endif
