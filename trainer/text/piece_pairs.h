/* piece_pairs.h - BPE of characters with bytes for those that the vocabulary lacks (model.byte_fallback of a
 * tokenizer.json; Llama 2, Mistral): neighbours are joined, the pair of the lowest rank first
 * (byte_pairs.h). */
#ifndef FTBENCH_TRAINER_TEXT_PIECE_PAIRS_H
#define FTBENCH_TRAINER_TEXT_PIECE_PAIRS_H

#include "base/status.h"
#include "trainer/text/byte_pairs.h"
#include "trainer/text/token_ids.h"
#include "trainer/text/vocabulary.h"

#include <json-c/json.h>

/* All zero at first. Read-only after it was read; may be used by several threads. Must not be moved. */
struct piece_pairs {
    struct vocabulary vocabulary;
    struct byte_pairs pairs; /* its `bytes` are the tokens <0x00> to <0xFF> */
};

/* `model` is of type BPE with byte_fallback. STATUS_BAD_INPUT: as vocabulary_from_json and byte_pairs_add.
 * STATUS_UNSUPPORTED: as bpe_json_check, and when one of the 256 bytes is no token. To be freed, after a
 * failure too. */
enum status piece_pairs_read(const struct json_object *model, const char *path, struct piece_pairs *pieces,
                             struct error *error);
void piece_pairs_free(struct piece_pairs *pieces);

/* Append the tokens of a text in valid UTF-8, with U+2581 for spaces. */
enum status piece_pairs_encode(const struct piece_pairs *pieces, struct byte_pairs_work *work,
                               const char *text, size_t length, struct token_ids *ids, struct error *error);

#endif
