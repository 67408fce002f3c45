/* byte_bpe_files.h - byte-level BPE from vocab.json and merges.txt, without a tokenizer.json: GPT-2's and
 * RoBERTa's. */
#ifndef FTBENCH_TRAINER_TEXT_BYTE_BPE_FILES_H
#define FTBENCH_TRAINER_TEXT_BYTE_BPE_FILES_H

#include "base/status.h"
#include "trainer/text/tokenizer_kind.h"

/* Which of the two: tokenizer_class of tokenizer_config.json, else of config.json, else its model_type;
 * others are refused. Words are cut by GPT-2's pattern, with add_prefix_space as tokenizer_config.json says
 * (default false). RoBERTa's frames are <s> a </s> and <s> a </s></s> b </s>, GPT-2 has none unless
 * add_bos_token says so. Special and added tokens: tokenizer_config.json, without its added_tokens_decoder
 * special_tokens_map.json and added_tokens.json too. */
enum status byte_bpe_files_open(const char *folder, struct tokenizer_kind *kind, struct error *error);

#endif
