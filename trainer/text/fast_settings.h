/* fast_settings.h - what stands beside a tokenizer.json and would change its ids: tokenizer_config.json and
 * special_tokens_map.json. What they say must agree with tokenizer.json, or is refused by name: transformers
 * lets the one win or the other, by class and version. */
#ifndef FTBENCH_TRAINER_TEXT_FAST_SETTINGS_H
#define FTBENCH_TRAINER_TEXT_FAST_SETTINGS_H

#include "base/status.h"
#include "trainer/text/literal_tokens.h"
#include "trainer/text/tokenizer_kind.h"

#include <json-c/json.h>
#include <stdbool.h>

/* A setting that both files may have. */
struct shared_setting {
    const char *key;
    bool value; /* in tokenizer.json */
};

/* `settings` end with a key of NULL. */
enum status fast_settings_check(const char *folder, const struct literal_tokens *added,
                                const struct token_frame *frame, const struct shared_setting *settings,
                                struct error *error);

/* The pad_token that the settings name and `added` lacks: transformers adds it behind the others. Its content
 * is to be freed with memory_free; NULL when there is no such token. */
enum status fast_settings_padding(const char *folder, const struct literal_tokens *added,
                                  struct literal_token *token, struct error *error);

/* *prefix_space (in: add_prefix_space of a ByteLevel in tokenizer.json) as the tokenizers of GPT-2 and
 * RoBERTa take it, whose classes obey their settings instead: false where these do not say it. Left alone for
 * others. */
enum status fast_settings_prefix_space(const char *folder, bool *prefix_space, struct error *error);

/* Read one of tokenizer.json's "added_tokens", or an object of the same form; `token->content` belongs to the
 * JSON object. Flags that are absent are false; `normalized` is then what `special` is not. `id` is
 * TOKEN_NONE when absent. */
enum status fast_settings_token(struct json_object *object, const char *path, struct literal_token *token,
                                struct error *error);

#endif
