/* wordpiece_json.h - WordPiece as a tokenizer.json says it. */
#ifndef FTBENCH_TRAINER_TEXT_WORDPIECE_JSON_H
#define FTBENCH_TRAINER_TEXT_WORDPIECE_JSON_H

#include "base/status.h"
#include "trainer/text/tokenizer_kind.h"

#include <json-c/json.h>

/* `object` is the whole file, its model of type WordPiece, with BertNormalizer and BertPreTokenizer; the ids
 * are those of the fast BertTokenizer. Everything else in it is refused by name. */
enum status wordpiece_json_open(struct json_object *object, const char *path, const char *folder,
                                struct tokenizer_kind *kind, struct error *error);

#endif
