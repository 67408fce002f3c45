/* wordpiece.h - BERT's WordPiece: words cut greedily into the longest pieces that the vocabulary has.
 *
 * Gives the ids of the slow BertTokenizer of Hugging Face transformers. A special token typed inside a text,
 * e.g.
 * "[SEP]", is kept whole and becomes its id, as there; any other spelling of it ("[sep]") is ordinary text.
 */
#ifndef FTBENCH_TRAINER_TEXT_WORDPIECE_H
#define FTBENCH_TRAINER_TEXT_WORDPIECE_H

#include "base/status.h"
#include "trainer/text/tokenizer_kind.h"

/* Reads vocab.txt and tokenizer_config.json of a folder. Words of more than 100 characters, and words that
 * cannot be cut, become [UNK]. The frames are [CLS] a [SEP] and [CLS] a [SEP] b [SEP]. */
enum status wordpiece_open(const char *folder, struct tokenizer_kind *kind, struct error *error);

#endif
