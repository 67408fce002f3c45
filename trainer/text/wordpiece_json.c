#include "trainer/text/wordpiece_json.h"

#include "trainer/text/fast_settings.h"
#include "trainer/text/folder_json.h"
#include "trainer/text/post_processor.h"
#include "trainer/text/wordpiece.h"

#include <string.h>

static enum status read_model(const struct json_object *model, const char *path, struct wordpiece *wordpiece,
                              struct error *error)
{
    static const char *const keys[] = {
        "type", "unk_token", "continuing_subword_prefix", "vocab", "max_input_chars_per_word", NULL};
    TRY(folder_json_only(model, path, "model", keys, error));
    const char *unknown, *prefix;
    TRY(folder_json_string(model, path, "unk_token", &unknown, error));
    TRY(folder_json_string(model, path, "continuing_subword_prefix", &prefix, error));
    if (prefix != NULL && strcmp(prefix, "##") != 0)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: model.continuing_subword_prefix is \"%s\"; \"##\" is supported", path, prefix);
    int32_t characters = WORD_CHARACTERS;
    struct json_object *most = folder_json_member(model, "max_input_chars_per_word");
    if (most != NULL && (!folder_json_id(most, &characters) || characters != WORD_CHARACTERS))
        return error_set(error, STATUS_UNSUPPORTED, "%s: model.max_input_chars_per_word must be %d", path,
                         WORD_CHARACTERS);
    TRY(vocabulary_from_json(folder_json_member(model, "vocab"), path, "model.vocab", &wordpiece->vocabulary,
                             error));
    wordpiece->unknown =
        unknown == NULL ? -1 : vocabulary_find(&wordpiece->vocabulary, unknown, strlen(unknown));
    if (wordpiece->unknown < 0)
        return error_set(error, STATUS_BAD_INPUT, "%s: model.unk_token must be a token of model.vocab", path);
    return STATUS_OK;
}

static enum status read_normalizer(const struct json_object *object, const char *path,
                                   struct word_rules *rules, struct error *error)
{
    static const char *const keys[] = {"type",          "clean_text", "handle_chinese_chars",
                                       "strip_accents", "lowercase",  NULL};
    const char *type = NULL;
    bool clean = true;
    if (json_object_is_type(object, json_type_object))
        TRY(folder_json_string(object, path, "type", &type, error));
    if (type == NULL || strcmp(type, "BertNormalizer") != 0)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: the normalizer %s is not supported with WordPiece; BertNormalizer is", path,
                         type == NULL ? "without a type" : type);
    TRY(folder_json_only(object, path, "normalizer", keys, error));
    TRY(folder_json_bool(object, path, "clean_text", &clean, error));
    if (!clean) return error_set(error, STATUS_UNSUPPORTED, "%s: normalizer.clean_text must be true", path);
    *rules = (struct word_rules){.lower = true, .split_cjk = true};
    TRY(folder_json_bool(object, path, "lowercase", &rules->lower, error));
    rules->strip_accents = rules->lower;
    TRY(folder_json_bool(object, path, "strip_accents", &rules->strip_accents, error));
    return folder_json_bool(object, path, "handle_chinese_chars", &rules->split_cjk, error);
}

static enum status check_pre_tokenizer(const struct json_object *object, const char *path,
                                       struct error *error)
{
    static const char *const keys[] = {"type", NULL};
    const char *type = NULL;
    if (json_object_is_type(object, json_type_object))
        TRY(folder_json_string(object, path, "type", &type, error));
    if (type == NULL || strcmp(type, "BertPreTokenizer") != 0)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: the pre_tokenizer %s is not supported with WordPiece; BertPreTokenizer is",
                         path, type == NULL ? "without a type" : type);
    return folder_json_only(object, path, "pre_tokenizer", keys, error);
}

static enum status read_added(const struct json_object *object, const char *path, struct wordpiece *wordpiece,
                              struct error *error)
{
    struct json_object *list = folder_json_member(object, "added_tokens");
    size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    for (size_t i = 0; i < count; i++) {
        struct literal_token token;
        TRY(fast_settings_token(json_object_array_get_idx(list, i), path, &token, error));
        int32_t id = vocabulary_find(&wordpiece->vocabulary, token.content, token.length);
        if (token.normalized || id < 0)
            return error_set(
                error, STATUS_UNSUPPORTED,
                "%s: the added token \"%s\" is not supported: it must be in model.vocab and have "
                "normalized = false",
                path, token.content);
        if (token.id != id)
            return error_set(error, STATUS_BAD_INPUT,
                             "%s: the added token \"%s\" has the id %d, and %d in model.vocab", path,
                             token.content, token.id, id);
        if (literal_tokens_find(&wordpiece->added, token.content, token.length) != NULL)
            return error_set(error, STATUS_BAD_INPUT, "%s: the token \"%s\" is added twice", path,
                             token.content);
        TRY(literal_tokens_add(&wordpiece->added, &token, error));
    }
    return STATUS_OK;
}

static enum status read_all(struct json_object *object, const char *path, const char *folder,
                            struct wordpiece *wordpiece, struct token_frame *frame, struct error *error)
{
    static const char *const keys[] = {
        "version",       "truncation",     "padding", "added_tokens", "normalizer",
        "pre_tokenizer", "post_processor", "decoder", "model",        NULL};
    TRY(folder_json_only(object, path, "the file", keys, error));
    TRY(read_normalizer(folder_json_member(object, "normalizer"), path, &wordpiece->rules, error));
    TRY(check_pre_tokenizer(folder_json_member(object, "pre_tokenizer"), path, error));
    TRY(read_model(folder_json_member(object, "model"), path, wordpiece, error));
    TRY(read_added(object, path, wordpiece, error));
    TRY(post_processor_read(folder_json_member(object, "post_processor"), path, frame, error));
    TRY(token_frame_check(frame, wordpiece->vocabulary.count, path, error));
    const struct shared_setting settings[] = {{"do_lower_case", wordpiece->rules.lower},
                                              {"strip_accents", wordpiece->rules.strip_accents},
                                              {"tokenize_chinese_chars", wordpiece->rules.split_cjk},
                                              {"do_basic_tokenize", true},
                                              {NULL, false}};
    return fast_settings_check(folder, &wordpiece->added, frame, settings, error);
}

enum status wordpiece_json_open(struct json_object *object, const char *path, const char *folder,
                                struct tokenizer_kind *kind, struct error *error)
{
    struct wordpiece *wordpiece = wordpiece_new(error);
    if (wordpiece == NULL) return STATUS_NO_MEMORY;
    struct token_frame frame;
    enum status status = read_all(object, path, folder, wordpiece, &frame, error);
    if (status == STATUS_OK)
        wordpiece_finish(wordpiece, &frame, kind);
    else
        wordpiece_free(wordpiece);
    return status;
}
