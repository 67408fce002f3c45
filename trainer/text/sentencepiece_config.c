#include "trainer/text/sentencepiece_config.h"

#include "base/memory.h"
#include "trainer/text/folder_json.h"
#include "trainer/text/sentencepiece_files.h"
#include "trainer/text/sentencepiece_json.h"
#include "trainer/text/tokenizer_kind.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Switches that change ids, at the values that are computed. */
static enum status check_switches(const struct json_object *object, const char *path, struct error *error)
{
    static const char *const off[] = {"split_special_tokens", "do_lower_case", "fix_mistral_regex", NULL};
    for (const char *const *key = off; *key != NULL; key++) {
        bool on = false;
        TRY(folder_json_bool(object, path, *key, &on, error));
        if (on)
            return error_set(error, STATUS_UNSUPPORTED, "%s: %s = true is not supported; false is", path,
                             *key);
    }
    const char *side;
    TRY(folder_json_string(object, path, "truncation_side", &side, error));
    if (side != NULL && strcmp(side, "right") != 0)
        return error_set(error, STATUS_UNSUPPORTED, "%s: truncation_side must be \"right\"", path);
    const struct json_object *settings = folder_json_member(object, "sp_model_kwargs");
    if (settings != NULL &&
        !(json_object_is_type(settings, json_type_object) && json_object_object_length(settings) == 0))
        return error_set(error, STATUS_UNSUPPORTED, "%s: sp_model_kwargs is not supported unless empty",
                         path);
    if (folder_json_member(object, "auto_map") != NULL)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: auto_map, a tokenizer with code of its own, is not "
                         "supported",
                         path);
    return STATUS_OK;
}

/* Add a token that is a string, with `normalized`, or an object (tokenizers.AddedToken); `path` and `where`
 * name it. */
static enum status add_token(struct sentencepiece_rules *rules, struct json_object *member, bool normalized,
                             int32_t id, const char *path, const char *where, struct error *error)
{
    struct json_object *content = member;
    bool single_word = false;
    struct literal_token token = {.id = id, .normalized = normalized};
    if (json_object_is_type(member, json_type_object)) {
        content = folder_json_member(member, "content");
        bool special = false;
        TRY(folder_json_bool(member, path, "special", &special, error));
        /* What tokenizers.AddedToken takes when it is not said. */
        token.normalized = !special;
        TRY(folder_json_bool(member, path, "lstrip", &token.strip_left, error));
        TRY(folder_json_bool(member, path, "rstrip", &token.strip_right, error));
        TRY(folder_json_bool(member, path, "normalized", &token.normalized, error));
        TRY(folder_json_bool(member, path, "single_word", &single_word, error));
    }
    if (!json_object_is_type(content, json_type_string))
        return error_set(error, STATUS_BAD_INPUT, "%s: %s: a token is a string or has one in \"content\"",
                         path, where);
    const char *text = json_object_get_string(content);
    token.content = memory_copy_string(text);
    if (token.content == NULL) return error_no_memory(error, strlen(text) + 1);
    token.length = (size_t)json_object_get_string_len(content);
    enum status status = STATUS_OK;
    if (token.length == 0 || strlen(text) != token.length)
        status = error_set(error, STATUS_BAD_INPUT, "%s: %s: a token that is empty or holds a zero byte",
                           path, where);
    else if (single_word)
        status = error_set(error, STATUS_UNSUPPORTED,
                           "%s: token \"%s\" has single_word = true, which is not supported", path, text);
    else
        status = literal_tokens_add(&rules->added, &token, error);
    memory_free(token.content);
    return status;
}

/* How the folder says a named token: as it stands in the JSON file at `path`; NULL when it does not, or as
 * null. */
struct saying {
    struct json_object *token;
    const char *path;
};

static const char *const named_keys[NAMED_TOKENS] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                                     "pad_token", "cls_token", "mask_token"};

/* rules->names: special_tokens_map.json, where it counts, before tokenizer_config.json. */
static enum status read_names(struct sentencepiece_rules *rules, const struct sentencepiece_files *files,
                              bool has_decoder, bool has_defaults, struct saying sayings[NAMED_TOKENS],
                              struct error *error)
{
    static const char *const fairseq[NAMED_TOKENS] = {"<s>",   "</s>", "<unk>", "</s>",
                                                      "<pad>", "<s>",  "<mask>"};
    for (int i = 0; i < NAMED_TOKENS; i++) {
        const char *key = named_keys[i];
        struct saying *saying = &sayings[i];
        *saying = (struct saying){NULL, files->special_tokens_map_path};
        bool said = !has_decoder && files->special_tokens_map != NULL &&
                    json_object_object_get_ex(files->special_tokens_map, key, &saying->token);
        if (!said && files->tokenizer_config != NULL) {
            saying->path = files->tokenizer_config_path;
            said = json_object_object_get_ex(files->tokenizer_config, key, &saying->token);
        }
        const char *name = saying->token == NULL ? NULL : folder_json_token(saying->token);
        if (saying->token != NULL && name == NULL)
            return error_set(error, STATUS_BAD_INPUT, "%s: %s: a token is a string or has one in \"content\"",
                             saying->path, key);
        if (!said && has_defaults && (rules->class != SENTENCEPIECE_LLAMA || i <= NAMED_UNK))
            name = fairseq[i];
        if (rules->class != SENTENCEPIECE_LLAMA && (name == NULL || strcmp(name, fairseq[i]) != 0))
            return error_set(error, STATUS_UNSUPPORTED, "%s: %s is \"%s\"; only %s is supported",
                             saying->path, key, name == NULL ? "null" : name, fairseq[i]);
        if (name == NULL) continue;
        rules->names[i] = memory_copy_string(name);
        if (rules->names[i] == NULL) return error_no_memory(error, strlen(name) + 1);
    }
    return STATUS_OK;
}

static bool is_named(const struct sentencepiece_rules *rules, const char *content)
{
    for (int i = 0; i < NAMED_TOKENS; i++) {
        if (rules->names[i] != NULL && strcmp(rules->names[i], content) == 0) return true;
    }
    return false;
}

/* The named tokens that no list has. */
static enum status add_named(struct sentencepiece_rules *rules, const struct saying sayings[NAMED_TOKENS],
                             struct error *error)
{
    for (int i = 0; i < NAMED_TOKENS; i++) {
        char *name = rules->names[i];
        if (name == NULL || literal_tokens_find(&rules->added, name, strlen(name)) != NULL) continue;
        const struct literal_token plain = {.content = name,
                                            .length = strlen(name),
                                            .id = TOKEN_NONE,
                                            .strip_left =
                                                rules->class == SENTENCEPIECE_CAMEMBERT && i == NAMED_MASK};
        if (json_object_is_type(sayings[i].token, json_type_object))
            TRY(add_token(rules, sayings[i].token, false, TOKEN_NONE, sayings[i].path, named_keys[i], error));
        else
            TRY(literal_tokens_add(&rules->added, &plain, error));
    }
    return STATUS_OK;
}

static enum status add_numbered(struct sentencepiece_rules *rules, const char *number,
                                struct json_object *token, bool normalized, const char *path,
                                struct error *error)
{
    char *end;
    if (number == NULL) return error_no_memory(error, 0);
    errno = 0;
    long id = strtol(number, &end, 10);
    if (errno != 0 || end == number || *end != '\0' || id < 0 || id > INT32_MAX)
        return error_set(error, STATUS_BAD_INPUT, "%s: an added token has the id \"%s\"", path, number);
    return add_token(rules, token, normalized, (int32_t)id, path, number, error);
}

/* added_tokens_decoder or, where it is not given, added_tokens.json: token to id. */
static enum status read_added(struct sentencepiece_rules *rules, const struct sentencepiece_files *files,
                              struct error *error)
{
    struct json_object *decoder = files->tokenizer_config == NULL
                                      ? NULL
                                      : folder_json_member(files->tokenizer_config, "added_tokens_decoder");
    if (decoder != NULL && !json_object_is_type(decoder, json_type_object))
        return error_set(error, STATUS_BAD_INPUT, "%s: added_tokens_decoder: an object is needed",
                         files->tokenizer_config_path);
    if (decoder != NULL) {
        json_object_object_foreach(decoder, number, token)
            TRY(add_numbered(rules, number, token, false, files->tokenizer_config_path, error));
        return STATUS_OK;
    }
    if (files->added_tokens != NULL) {
        json_object_object_foreach(files->added_tokens, content, number)
        {
            struct json_object *token = json_object_new_string(content);
            if (token == NULL) return error_no_memory(error, 0);
            enum status status =
                add_numbered(rules, number == NULL ? "null" : json_object_get_string(number), token,
                             !is_named(rules, content), files->added_tokens_path, error);
            json_object_put(token);
            if (status != STATUS_OK) return status;
        }
    }
    struct json_object *list =
        files->tokenizer == NULL ? NULL : folder_json_member(files->tokenizer, "added_tokens");
    for (size_t i = 0; json_object_is_type(list, json_type_array) && i < json_object_array_length(list);
         i++) {
        struct json_object *token = json_object_array_get_idx(list, i);
        struct json_object *number =
            json_object_is_type(token, json_type_object) ? folder_json_member(token, "id") : NULL;
        TRY(add_numbered(rules, number == NULL ? "?" : json_object_get_string(number), token, false,
                         files->tokenizer_path, error));
    }
    return STATUS_OK;
}

/* Lists of further special tokens may only say again what is known: which ids they would get differs between
 * versions of transformers. */
static enum status check_further(const struct sentencepiece_rules *rules, const struct json_object *object,
                                 const char *path, struct error *error)
{
    static const char *const keys[] = {"additional_special_tokens", "extra_special_tokens", NULL};
    for (const char *const *key = keys; *key != NULL; key++) {
        struct json_object *list = folder_json_member(object, *key);
        if (list == NULL) continue;
        if (json_object_is_type(list, json_type_object) && json_object_object_length(list) == 0) continue;
        if (!json_object_is_type(list, json_type_array))
            return error_set(error, STATUS_UNSUPPORTED, "%s: %s: a list is supported, nothing else", path,
                             *key);
        for (size_t i = 0; i < json_object_array_length(list); i++) {
            const char *name = folder_json_token(json_object_array_get_idx(list, i));
            if (name == NULL || literal_tokens_find(&rules->added, name, strlen(name)) == NULL)
                return error_set(error, STATUS_UNSUPPORTED,
                                 "%s: %s has \"%s\", which added_tokens_decoder lacks: its id is not known",
                                 path, *key, name == NULL ? "?" : name);
        }
    }
    return STATUS_OK;
}

static enum status read_frame(struct sentencepiece_rules *rules, const struct sentencepiece_files *files,
                              bool from_json, struct error *error)
{
    const struct json_object *config = files->tokenizer_config;
    const char *path = files->tokenizer_config_path;
    bool legacy = false, prefix_space = true, said = false;
    if (config != NULL) {
        TRY(folder_json_bool(config, path, "legacy", &legacy, error));
        TRY(folder_json_bool(config, path, "add_prefix_space", &prefix_space, error));
        said = json_object_object_get_ex(config, "add_bos_token", NULL) ||
               json_object_object_get_ex(config, "add_eos_token", NULL);
    }
    rules->prefix = !prefix_space ? PREFIX_NEVER : legacy ? PREFIX_EACH : PREFIX_FIRST;
    if (rules->class != SENTENCEPIECE_LLAMA) {
        if (prefix_space) rules->prefix = PREFIX_EACH;
        if (from_json) TRY(sentencepiece_json_prefix(rules, files, error));
        rules->frame_from_json = from_json;
        if (said)
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: add_bos_token and add_eos_token are supported for LlamaTokenizer only",
                             path);
        return STATUS_OK;
    }
    if (from_json) TRY(sentencepiece_json_prefix(rules, files, error));
    rules->frame_from_json = files->tokenizer != NULL;
    if (rules->frame_from_json) TRY(sentencepiece_json_frame(rules, files, error));
    const bool bos = rules->add_bos, eos = rules->add_eos;
    if (!said) return STATUS_OK;
    TRY(folder_json_bool(config, path, "add_bos_token", &rules->add_bos, error));
    TRY(folder_json_bool(config, path, "add_eos_token", &rules->add_eos, error));
    if (rules->frame_from_json && (rules->add_bos != bos || rules->add_eos != eos))
        return error_set(
            error, STATUS_UNSUPPORTED,
            "%s: add_bos_token and add_eos_token say other special tokens around a text than the "
            "post_processor of tokenizer.json (version 4 of transformers obeys the first, "
            "version 5 the second); make them agree",
            path);
    return STATUS_OK;
}

static int by_id(const void *left, const void *right)
{
    int32_t a = ((const struct literal_token *)left)->id, b = ((const struct literal_token *)right)->id;
    return (a > b) - (a < b);
}

enum status sentencepiece_config_read(const char *folder, struct sentencepiece_rules *rules,
                                      struct error *error)
{
    *rules = (struct sentencepiece_rules){0};
    struct sentencepiece_files files;
    struct saying sayings[NAMED_TOKENS];
    bool from_json;
    enum status status;
    TRY_TO(done, sentencepiece_files_read(folder, &files, error));
    const struct json_object *config = files.tokenizer_config;
    TRY_TO(done, sentencepiece_files_class(folder, &files, rules, &from_json, error));
    if (config != NULL) TRY_TO(done, check_switches(config, files.tokenizer_config_path, error));
    bool has_decoder = config != NULL && folder_json_member(config, "added_tokens_decoder") != NULL;
    TRY_TO(done, read_names(rules, &files, has_decoder, !from_json, sayings, error));
    TRY_TO(done, read_added(rules, &files, error));
    /* transformers adds them in the order of their numbers. */
    if (rules->added.count > 0)
        qsort(rules->added.tokens, (size_t)rules->added.count, sizeof *rules->added.tokens, by_id);
    TRY_TO(done, add_named(rules, sayings, error));
    if (config != NULL) TRY_TO(done, check_further(rules, config, files.tokenizer_config_path, error));
    if (!has_decoder && files.special_tokens_map != NULL)
        TRY_TO(done, check_further(rules, files.special_tokens_map, files.special_tokens_map_path, error));
    TRY_TO(done, read_frame(rules, &files, from_json, error));
done:
    sentencepiece_files_free(&files);
    return status;
}
