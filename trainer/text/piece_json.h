/* piece_json.h - the pieces of a SentencePiece tokenizer as a tokenizer.json has them, where there is no
 * .model file (what save_pretrained of transformers 5 writes). */
#ifndef FTBENCH_TRAINER_TEXT_PIECE_JSON_H
#define FTBENCH_TRAINER_TEXT_PIECE_JSON_H

#include "base/status.h"
#include "trainer/text/piece_file.h"
#include "trainer/text/piece_pairs.h"
#include "trainer/text/sentencepiece_rules.h"
#include "trainer/text/tokenizer_kind.h"

#include <json-c/json.h>

/* Read a tokenizer.json, `object`, for the rules' class. A piece's place is its id.
 *   Llama: a model of type BPE with byte_fallback, into `pairs`; the pieces of `file` point into it.
 *   XLM-RoBERTa, CamemBERT: a model of type Unigram and the normalizer's Precompiled, into `file`.
 * STATUS_UNSUPPORTED: the class has another type; Unigram with byte_fallback, with scores that are not float
 * (libsentencepiece adds up float) or whose unknown piece has the lowest one. STATUS_BAD_INPUT: what is
 * malformed. Both are to be freed, after a failure too. */
enum status piece_json_read(const struct json_object *object, const char *path,
                            const struct sentencepiece_rules *rules, struct piece_pairs *pairs,
                            struct piece_file *file, struct error *error);

/* Refuses (STATUS_UNSUPPORTED) a post_processor that frames texts otherwise than `frame`. */
enum status piece_json_check_frame(const struct json_object *object, const char *path,
                                   const struct token_frame *frame, struct error *error);

#endif
