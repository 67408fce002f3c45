/* sentencepiece.h - SentencePiece tokenizers: BPE with bytes for what it lacks (Llama) and unigram
 * (XLM-RoBERTa, CamemBERT), with the ids of transformers 5.
 *
 * A text goes through these steps: bytes that are no UTF-8 become U+FFFD; special and added tokens that are
 * written in it become their ids (literal_tokens.h). What lies between becomes pieces:
 *   Llama: spaces become U+2581, one is put before it by the rule (sentencepiece_rules.h), libsentencepiece
 *   merges. The model's normaliser must be the identity; that it strips spaces is not obeyed, as transformers
 *   5 does not.
 *   XLM-RoBERTa, CamemBERT: the model's table of characters (charsmap.h), a cut at white space and before
 * each U+2581, one put before each word; libsentencepiece finds the likeliest pieces of each word.
 * docs/tokenizers.md says where ids of other versions differ. */
#ifndef FTBENCH_TRAINER_TEXT_SENTENCEPIECE_H
#define FTBENCH_TRAINER_TEXT_SENTENCEPIECE_H

#include "base/status.h"
#include "trainer/text/tokenizer_kind.h"

#include <stdbool.h>

/* Whether the folder has a file of this kind: tokenizer.model, sentencepiece.bpe.model or spiece.model (which
 * is refused by name on opening). */
enum status sentencepiece_is_there(const char *folder, bool *there, struct error *error);

/* Pieces are those of the .model file; without one those of tokenizer.json (piece_json.h), which is there.
 * Frames: Llama, as add_bos_token and add_eos_token say, <s> a </s> and <s> a </s> <s> b </s>; the others <s>
 * a
 * </s> and <s> a </s> </s> b </s>. All types are 0. */
enum status sentencepiece_open(const char *folder, struct tokenizer_kind *kind, struct error *error);

#endif
