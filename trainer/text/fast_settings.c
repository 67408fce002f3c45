#include "trainer/text/fast_settings.h"

#include "base/memory.h"
#include "base/number.h"
#include "trainer/text/folder_json.h"

#include <string.h>

struct checking {
    const char *path;
    const struct literal_tokens *added;
};

enum status fast_settings_token(struct json_object *object, const char *path, struct literal_token *token,
                                struct error *error)
{
    static const char *const keys[] = {"id",      "content",    "single_word", "lstrip", "rstrip",
                                       "special", "normalized", "__type",      NULL};
    const char *content = folder_json_token(object);
    if (!json_object_is_type(object, json_type_object) || content == NULL || content[0] == '\0')
        return error_set(error, STATUS_BAD_INPUT, "%s: an added token has no content", path);
    TRY(folder_json_only(object, path, "an added token", keys, error));
    bool special = false;
    *token = (struct literal_token){
        .content = (char *)(uintptr_t)content, .length = strlen(content), .id = TOKEN_NONE};
    TRY(folder_json_bool(object, path, "special", &special, error));
    token->normalized = !special;
    TRY(folder_json_bool(object, path, "single_word", &token->single_word, error));
    TRY(folder_json_bool(object, path, "lstrip", &token->strip_left, error));
    TRY(folder_json_bool(object, path, "rstrip", &token->strip_right, error));
    TRY(folder_json_bool(object, path, "normalized", &token->normalized, error));
    struct json_object *id = folder_json_member(object, "id");
    if (id != NULL && !folder_json_id(id, &token->id))
        return error_set(error, STATUS_BAD_INPUT, "%s: the added token \"%s\": id must be a whole number",
                         path, content);
    return STATUS_OK;
}

static enum status take_padding(const struct literal_tokens *added, const struct json_object *object,
                                const char *path, struct literal_token *token, struct error *error)
{
    struct json_object *value = folder_json_member(object, "pad_token");
    const char *content = folder_json_token(value);
    if (content == NULL || content[0] == '\0' || literal_tokens_find(added, content, strlen(content)) != NULL)
        return STATUS_OK;
    *token = (struct literal_token){.content = (char *)(uintptr_t)content, .length = strlen(content)};
    if (json_object_is_type(value, json_type_object)) TRY(fast_settings_token(value, path, token, error));
    token->id = TOKEN_NONE;
    token->content = memory_copy_string(content);
    return token->content != NULL ? STATUS_OK : error_no_memory(error, token->length);
}

static bool has_decoder(const struct json_object *config)
{
    return config != NULL && folder_json_member(config, "added_tokens_decoder") != NULL;
}

enum status fast_settings_padding(const char *folder, const struct literal_tokens *added,
                                  struct literal_token *token, struct error *error)
{
    char path[PATH_MAX], map_path[PATH_MAX];
    struct json_object *config, *map = NULL;
    *token = (struct literal_token){0};
    TRY(folder_json_read(folder, "tokenizer_config.json", path, &config, error));
    enum status status = STATUS_OK;
    if (!has_decoder(config))
        status = folder_json_read(folder, "special_tokens_map.json", map_path, &map, error);
    if (status == STATUS_OK && map != NULL && folder_json_member(map, "pad_token") != NULL)
        status = take_padding(added, map, map_path, token, error);
    else if (status == STATUS_OK && config != NULL)
        status = take_padding(added, config, path, token, error);
    json_object_put(config);
    json_object_put(map);
    return status;
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0) return true;
    }
    return false;
}

/* *named: the tokenizer's settings name the class, not only the model's type. */
static enum status is_of_gpt2(const char *folder, const struct json_object *config, const char *path,
                              bool *of_gpt2, bool *named, struct error *error)
{
    static const char *const classes[] = {"GPT2Tokenizer",
                                          "GPT2TokenizerFast",
                                          "RobertaTokenizer",
                                          "RobertaTokenizerFast",
                                          "gpt2",
                                          "roberta",
                                          NULL};
    char model_path[PATH_MAX];
    struct json_object *model = NULL;
    const char *class;
    TRY(folder_json_string(config, path, "tokenizer_class", &class, error));
    *named = class != NULL;
    enum status status = STATUS_OK;
    if (class == NULL) status = folder_json_read(folder, "config.json", model_path, &model, error);
    if (status == STATUS_OK && model != NULL)
        status = folder_json_string(model, model_path, "tokenizer_class", &class, error);
    if (status == STATUS_OK && model != NULL && class == NULL)
        status = folder_json_string(model, model_path, "model_type", &class, error);
    *of_gpt2 = class != NULL && is_one_of(class, classes);
    json_object_put(model);
    return status;
}

enum status fast_settings_prefix_space(const char *folder, bool *prefix_space, struct error *error)
{
    char path[PATH_MAX];
    struct json_object *config;
    bool of_gpt2 = false, named = false;
    TRY(folder_json_read(folder, "tokenizer_config.json", path, &config, error));
    if (config == NULL) return STATUS_OK;
    enum status status = is_of_gpt2(folder, config, path, &of_gpt2, &named, error);
    if (status == STATUS_OK && of_gpt2) {
        if (named) *prefix_space = false;
        status = folder_json_bool(config, path, "add_prefix_space", prefix_space, error);
    }
    json_object_put(config);
    return status;
}

/* A token that the settings name must be one of the added tokens: else transformers adds it. */
static enum status check_named(const struct checking *checking, const char *key, struct json_object *value,
                               struct error *error)
{
    const char *content = folder_json_token(value);
    if (content == NULL)
        return error_set(error, STATUS_BAD_INPUT, "%s: %s: a token is needed", checking->path, key);
    if (literal_tokens_find(checking->added, content, strlen(content)) == NULL)
        return error_set(
            error, STATUS_UNSUPPORTED,
            "%s: %s is \"%s\", which is not among the added tokens of tokenizer.json; add it there",
            checking->path, key, content);
    return STATUS_OK;
}

static enum status check_names(const struct checking *checking, const struct json_object *object,
                               struct error *error)
{
    static const char *const keys[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                       "pad_token", "cls_token", "mask_token"};
    static const char *const lists[] = {"additional_special_tokens", "extra_special_tokens"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct json_object *value = folder_json_member(object, keys[i]);
        if (value != NULL) TRY(check_named(checking, keys[i], value, error));
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct json_object *list = folder_json_member(object, lists[i]);
        size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
        for (size_t j = 0; j < count; j++)
            TRY(check_named(checking, lists[i], json_object_array_get_idx(list, j), error));
        if (!json_object_is_type(list, json_type_object)) continue;
        json_object_object_foreach(list, name, value)
        {
            (void)name;
            TRY(check_named(checking, lists[i], value, error));
        }
    }
    return STATUS_OK;
}

/* "added_tokens_decoder": {"0": {"content": "<s>", ...}, ...}. */
static enum status check_decoder(const struct checking *checking, struct json_object *decoder,
                                 struct error *error)
{
    if (!json_object_is_type(decoder, json_type_object)) return STATUS_OK;
    json_object_object_foreach(decoder, key, value)
    {
        struct literal_token token;
        int64_t id;
        TRY(fast_settings_token(value, checking->path, &token, error));
        const struct literal_token *held = literal_tokens_find(checking->added, token.content, token.length);
        if (!number_parse_integer(key, &id) || held == NULL || held->id != id ||
            held->single_word != token.single_word || held->strip_left != token.strip_left ||
            held->strip_right != token.strip_right || held->normalized != token.normalized)
            return error_set(
                error, STATUS_UNSUPPORTED,
                "%s: added_tokens_decoder: \"%s\" is not as in the added tokens of tokenizer.json; "
                "make them agree",
                checking->path, token.content);
    }
    return STATUS_OK;
}

static bool is_part(const struct frame_part *part, int32_t first, int32_t second)
{
    const int32_t wanted[] = {first, second};
    int count = 0;
    for (int i = 0; i < 2; i++) {
        if (wanted[i] == TOKEN_NONE) continue;
        if (count >= part->count || part->ids[count] != wanted[i]) return false;
        count++;
    }
    return count == part->count;
}

/* add_bos_token and add_eos_token: beside a tokenizer.json transformers 5 reads neither, and of version 4
 * some classes frame a text by them alone. One that is absent says nothing. */
static enum status check_frame(const struct checking *checking, const struct json_object *object,
                               const struct token_frame *frame, struct error *error)
{
    static const char *const switches[] = {"add_bos_token", "add_eos_token"};
    static const char *const names[] = {"bos_token", "eos_token"};
    int32_t ids[2] = {TOKEN_NONE, TOKEN_NONE};
    bool given[2];
    for (int i = 0; i < 2; i++) {
        bool on = false;
        TRY(folder_json_bool(object, checking->path, switches[i], &on, error));
        given[i] = folder_json_member(object, switches[i]) != NULL;
        const char *content = folder_json_token(folder_json_member(object, names[i]));
        if (!on || content == NULL) continue;
        ids[i] = literal_tokens_find(checking->added, content, strlen(content))->id;
    }
    if ((given[0] && (!is_part(&frame->before, ids[0], TOKEN_NONE) ||
                      !is_part(&frame->pair_before, ids[0], TOKEN_NONE))) ||
        (given[1] &&
         (!is_part(&frame->after, ids[1], TOKEN_NONE) || !is_part(&frame->pair_after, ids[1], TOKEN_NONE))) ||
        (given[0] && given[1] && !is_part(&frame->between, ids[1], ids[0])))
        return error_set(
            error, STATUS_UNSUPPORTED,
            "%s: add_bos_token and add_eos_token say other special tokens around a text than the "
            "post_processor of tokenizer.json; make them agree",
            checking->path);
    return STATUS_OK;
}

static enum status check_settings(const struct checking *checking, const struct json_object *object,
                                  const struct token_frame *frame, const struct shared_setting *settings,
                                  struct error *error)
{
    const char *side;
    bool split = false;
    TRY(folder_json_string(object, checking->path, "truncation_side", &side, error));
    if (side != NULL && strcmp(side, "right") != 0)
        return error_set(error, STATUS_UNSUPPORTED, "%s: truncation_side must be \"right\"", checking->path);
    TRY(folder_json_bool(object, checking->path, "split_special_tokens", &split, error));
    if (split)
        return error_set(error, STATUS_UNSUPPORTED, "%s: split_special_tokens = true is not supported",
                         checking->path);
    for (; settings->key != NULL; settings++) {
        bool value = settings->value;
        TRY(folder_json_bool(object, checking->path, settings->key, &value, error));
        if (value != settings->value)
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: %s is %s, and %s in tokenizer.json; make them agree", checking->path,
                             settings->key, value ? "true" : "false", value ? "false" : "true");
    }
    TRY(check_names(checking, object, error));
    TRY(check_decoder(checking, folder_json_member(object, "added_tokens_decoder"), error));
    return check_frame(checking, object, frame, error);
}

enum status fast_settings_check(const char *folder, const struct literal_tokens *added,
                                const struct token_frame *frame, const struct shared_setting *settings,
                                struct error *error)
{
    char path[PATH_MAX];
    const struct checking checking = {.path = path, .added = added};
    struct json_object *object;
    TRY(folder_json_read(folder, "tokenizer_config.json", path, &object, error));
    enum status status =
        object == NULL ? STATUS_OK : check_settings(&checking, object, frame, settings, error);
    const bool listed = has_decoder(object);
    json_object_put(object);
    /* transformers reads no special_tokens_map.json where added_tokens_decoder is given. */
    if (status != STATUS_OK || listed) return status;
    TRY(folder_json_read(folder, "special_tokens_map.json", path, &object, error));
    if (object != NULL) status = check_names(&checking, object, error);
    json_object_put(object);
    return status;
}
