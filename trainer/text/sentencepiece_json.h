/* sentencepiece_json.h - what tokenizer.json says about a tokenizer that also has a SentencePiece model. */
#ifndef FTBENCH_TRAINER_TEXT_SENTENCEPIECE_JSON_H
#define FTBENCH_TRAINER_TEXT_SENTENCEPIECE_JSON_H

#include "base/status.h"
#include "trainer/text/piece_file.h"
#include "trainer/text/sentencepiece_files.h"
#include "trainer/text/sentencepiece_rules.h"

/* The frame that its post_processor says, into add_bos and add_eos: TemplateProcessing of bos? text eos?, or
 * none. STATUS_UNSUPPORTED for others. `files` has a tokenizer.json. */
enum status sentencepiece_json_frame(struct sentencepiece_rules *rules,
                                     const struct sentencepiece_files *files, struct error *error);

/* What it puts before a text: the two forms that the Llama family has; for unigram that of XLM-RoBERTa
 * (Precompiled or no normalizer, WhitespaceSplit and Metaspace). STATUS_UNSUPPORTED for others. */
enum status sentencepiece_json_prefix(struct sentencepiece_rules *rules,
                                      const struct sentencepiece_files *files, struct error *error);

/* Refuses a tokenizer.json in the folder that has other pieces than the model file makes. */
enum status sentencepiece_json_check(const char *folder, const struct piece *pieces, int count,
                                     struct error *error);

#endif
