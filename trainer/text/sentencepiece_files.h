/* sentencepiece_files.h - the JSON files beside a SentencePiece model, and the class of transformers that
 * would read them. */
#ifndef FTBENCH_TRAINER_TEXT_SENTENCEPIECE_FILES_H
#define FTBENCH_TRAINER_TEXT_SENTENCEPIECE_FILES_H

#include "base/status.h"
#include "trainer/text/sentencepiece_rules.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdbool.h>

/* A folder's files, parsed; NULL for those that are not there. */
struct sentencepiece_files {
    struct json_object *tokenizer_config, *config, *special_tokens_map, *added_tokens, *tokenizer;
    char tokenizer_config_path[PATH_MAX], config_path[PATH_MAX], special_tokens_map_path[PATH_MAX],
        added_tokens_path[PATH_MAX], tokenizer_path[PATH_MAX];
};

/* To be freed, after a failure too. */
enum status sentencepiece_files_read(const char *folder, struct sentencepiece_files *files,
                                     struct error *error);
void sentencepiece_files_free(struct sentencepiece_files *files);

/* The class that transformers takes (tokenizer_class, else what goes with model_type, else with the file) and
 * its model file (without one tokenizer.json), into `rules`. *from_json is set where transformers 5 takes
 * tokenizer.json as it is. */
enum status sentencepiece_files_class(const char *folder, const struct sentencepiece_files *files,
                                      struct sentencepiece_rules *rules, bool *from_json,
                                      struct error *error);

#endif
