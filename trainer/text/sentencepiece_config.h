/* sentencepiece_config.h - what a Hugging Face folder says about a SentencePiece tokenizer: which class of
 * transformers reads it, what stands before a text, which special and added tokens there are.
 *
 * Read are tokenizer_config.json, config.json (tokenizer_class, model_type), special_tokens_map.json and
 * added_tokens.json (both only where tokenizer_config.json has no added_tokens_decoder, as transformers does)
 * and, when it is there, tokenizer.json. What would change ids and is not computed is refused by name
 * (docs/tokenizers.md lists all of it). */
#ifndef FTBENCH_TRAINER_TEXT_SENTENCEPIECE_CONFIG_H
#define FTBENCH_TRAINER_TEXT_SENTENCEPIECE_CONFIG_H

#include "base/status.h"
#include "trainer/text/sentencepiece_rules.h"

/* `rules` is to be freed (sentencepiece_rules_free), after a failure too. */
enum status sentencepiece_config_read(const char *folder, struct sentencepiece_rules *rules,
                                      struct error *error);

#endif
