/* byte_bpe_json.h - byte-level BPE as a tokenizer.json says it. */
#ifndef FTBENCH_TRAINER_TEXT_BYTE_BPE_JSON_H
#define FTBENCH_TRAINER_TEXT_BYTE_BPE_JSON_H

#include "base/status.h"
#include "trainer/text/tokenizer_kind.h"

#include <json-c/json.h>

/* `object` is the whole file, its model of type BPE; `folder` may have a tokenizer_config.json that must
 * agree. Truncation and padding of the file are not read: transformers sets both anew for each call; nor is
 * the decoder, which turns ids into text. */
enum status byte_bpe_json_open(struct json_object *object, const char *path, const char *folder,
                               struct tokenizer_kind *kind, struct error *error);

#endif
