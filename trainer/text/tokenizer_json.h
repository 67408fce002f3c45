/* tokenizer_json.h - the tokenizer.json of the tokenizers package: which kind it is. */
#ifndef FTBENCH_TRAINER_TEXT_TOKENIZER_JSON_H
#define FTBENCH_TRAINER_TEXT_TOKENIZER_JSON_H

#include "base/status.h"
#include "trainer/text/tokenizer_kind.h"

#include <stdbool.h>

/* Opens a folder that has a tokenizer.json and no SentencePiece model file: WordPiece, byte-level BPE, and
 * what was made from SentencePiece models: BPE with byte_fallback, Unigram. With `vocab_txt` the folder has a
 * vocab.txt too, which is used when tokenizer.json says WordPiece. Refused by name: other BPE,
 * WordLevel. */
enum status tokenizer_json_open(const char *folder, bool vocab_txt, struct tokenizer_kind *kind,
                                struct error *error);

#endif
