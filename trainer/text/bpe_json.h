/* bpe_json.h - the "model" of a tokenizer.json of type BPE: what byte-level BPE (byte_bpe_json.h) and BPE of
 * characters with bytes for the others (piece_pairs.h) have in common. */
#ifndef FTBENCH_TRAINER_TEXT_BPE_JSON_H
#define FTBENCH_TRAINER_TEXT_BPE_JSON_H

#include "base/status.h"
#include "trainer/text/byte_pairs.h"

#include <json-c/json.h>
#include <stdbool.h>

/* Members that must have the value that does nothing: dropout, the prefix and suffix of subwords. Refused by
 * name (STATUS_UNSUPPORTED): those and members that are not known. unk_token and fuse_unk are not looked at:
 * they concern characters without a token, and here each byte has one. `ignore_merges` is left alone where it
 * is absent. */
enum status bpe_json_check(const struct json_object *model, const char *path, bool *ignore_merges,
                           struct error *error);

/* Add "merges", a list of "a b" or ["a", "b"], to pairs whose vocabulary is set; their places are the ranks.
 */
enum status bpe_json_merges(const struct json_object *model, const char *path, struct byte_pairs *pairs,
                            struct error *error);

#endif
