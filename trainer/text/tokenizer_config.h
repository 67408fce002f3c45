/* tokenizer_config.h - what a Hugging Face folder's tokenizer_config.json says about a WordPiece tokenizer.
 *
 * Keys that change token ids are obeyed or refused, never skipped: do_lower_case (default true),
 * strip_accents (null: as do_lower_case), tokenize_chinese_chars (default true) are obeyed; other spellings
 * of the special tokens, added tokens, never_split, do_basic_tokenize = false, truncation on the left and
 * tokenizer classes that are not BERT's are refused. max_length comes from the run, so model_max_length is
 * not read. */
#ifndef FTBENCH_TRAINER_TEXT_TOKENIZER_CONFIG_H
#define FTBENCH_TRAINER_TEXT_TOKENIZER_CONFIG_H

#include "base/status.h"
#include "trainer/text/words.h"

/* Defaults when the folder has no tokenizer_config.json. */
enum status tokenizer_config_read(const char *folder, struct word_rules *rules, struct error *error);

#endif
