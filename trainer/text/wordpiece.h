/* wordpiece.h - BERT's WordPiece: words cut greedily into the longest pieces that the vocabulary has.
 *
 * Gives the ids of the slow BertTokenizer of Hugging Face transformers. A special token typed inside a text,
 * e.g.
 * "[SEP]", is kept whole and becomes its id, as there; any other spelling of it ("[sep]") is ordinary text.
 */
#ifndef FTBENCH_TRAINER_TEXT_WORDPIECE_H
#define FTBENCH_TRAINER_TEXT_WORDPIECE_H

#include "base/status.h"
#include "trainer/text/vocabulary.h"
#include "trainer/text/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wordpiece {
    struct vocabulary vocabulary;
    struct word_rules rules;
};

struct token_ids {
    int32_t *values; /* owned, (count) */
    size_t count, capacity;
};

/* Reads vocab.txt and tokenizer_config.json of a folder. */
enum status wordpiece_open(const char *folder, struct wordpiece *wordpiece, struct error *error);
void wordpiece_close(struct wordpiece *wordpiece);

/* Append the ids of a text, without [CLS] and [SEP], to `ids`. Words of more than 100 characters, and words
 * that cannot be cut, become [UNK]. *replaced is set when the text was not valid UTF-8. */
enum status wordpiece_append(const struct wordpiece *wordpiece, const char *text, size_t length,
                             struct token_ids *ids, bool *replaced, struct error *error);
void token_ids_free(struct token_ids *ids);

#endif
