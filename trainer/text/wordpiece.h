/* wordpiece.h - BERT's WordPiece: words cut greedily into the longest pieces that the vocabulary has.
 *
 * Gives the ids of BertTokenizer of Hugging Face transformers 5, which is the fast one of version 4. A
 * special token typed inside a text, e.g. "[SEP]", is kept whole and becomes its id, as there; any other
 * spelling of it
 * ("[sep]") is ordinary text. */
#ifndef FTBENCH_TRAINER_TEXT_WORDPIECE_H
#define FTBENCH_TRAINER_TEXT_WORDPIECE_H

#include "base/status.h"
#include "trainer/text/literal_tokens.h"
#include "trainer/text/tokenizer_kind.h"
#include "trainer/text/vocabulary.h"
#include "trainer/text/words.h"

#include <stdbool.h>

enum { WORD_CHARACTERS = 100 }; /* transformers: max_input_chars_per_word */

/* Filled by a reader of files: wordpiece_open, or wordpiece_json.h. */
struct wordpiece {
    struct vocabulary vocabulary;
    struct word_rules rules;
    struct literal_tokens added; /* found in texts as they are spelt, before cleaning */
    int32_t unknown;
};

/* Reads vocab.txt and tokenizer_config.json of a folder. Words of more than 100 characters, and words that
 * cannot be cut, become [UNK]. The frames are [CLS] a [SEP] and [CLS] a [SEP] b [SEP]. */
enum status wordpiece_open(const char *folder, struct tokenizer_kind *kind, struct error *error);

struct wordpiece *wordpiece_new(struct error *error); /* all zero; NULL when there is no memory */
void wordpiece_free(struct wordpiece *wordpiece);
/* Make the kind, which owns `wordpiece` from then on. */
void wordpiece_finish(struct wordpiece *wordpiece, const struct token_frame *frame,
                      struct tokenizer_kind *kind);

#endif
