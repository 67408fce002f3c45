#include "trainer/text/tokenizer_config.h"

#include "base/file.h"
#include "base/text.h"
#include "trainer/text/vocabulary.h"

#include <json-c/json.h>
#include <limits.h>
#include <string.h>

static const size_t FILE_LIMIT = (size_t)16 << 20;

/* The parsed object of folder/name; *object is NULL when there is no such file. */
static enum status read_object(const char *folder, const char *name, char path[PATH_MAX],
                               struct json_object **object, struct error *error)
{
    *object = NULL;
    TRY(file_join(folder, name, path, PATH_MAX, error));
    if (!file_exists(path)) return STATUS_OK;
    struct text content = {0};
    struct json_tokener *tokener = NULL;
    enum status status;
    TRY_TO(done, file_read(path, FILE_LIMIT, &content, error));
    tokener = json_tokener_new();
    if (tokener == NULL) {
        status = error_no_memory(error, 0);
        goto done;
    }
    /* The length with the final NUL tells json-c that nothing follows. */
    *object = json_tokener_parse_ex(tokener, text_string(&content), (int)content.length + 1);
    if (json_tokener_get_error(tokener) != json_tokener_success ||
        !json_object_is_type(*object, json_type_object)) {
        json_object_put(*object);
        *object = NULL;
        status = error_set(error, STATUS_BAD_INPUT, "%s: not a JSON object: %s", path,
                           json_tokener_error_desc(json_tokener_get_error(tokener)));
    }
done:
    json_tokener_free(tokener);
    text_free(&content);
    return status;
}

/* A member that must be true, false or null; null and absent leave *value as it is. */
static enum status read_bool(const struct json_object *object, const char *path, const char *key, bool *value,
                             struct error *error)
{
    struct json_object *member = NULL;
    if (!json_object_object_get_ex(object, key, &member) || member == NULL) return STATUS_OK;
    if (!json_object_is_type(member, json_type_boolean))
        return error_set(error, STATUS_BAD_INPUT, "%s: %s: true or false is needed", path, key);
    *value = json_object_get_boolean(member);
    return STATUS_OK;
}

/* A token is written as a string, or as an object with the string in its member "content". NULL for anything
 * else. */
static const char *token_content(struct json_object *member)
{
    struct json_object *content = member;
    if (json_object_is_type(member, json_type_object) &&
        !json_object_object_get_ex(member, "content", &content))
        return NULL;
    return json_object_is_type(content, json_type_string) ? json_object_get_string(content) : NULL;
}

static enum status check_special_tokens(const struct json_object *object, const char *path,
                                        struct error *error)
{
    static const char *const keys[SPECIAL_TOKENS] = {"pad_token", "unk_token", "cls_token", "sep_token",
                                                     "mask_token"};
    for (int i = 0; i < SPECIAL_TOKENS; i++) {
        struct json_object *member = NULL;
        if (!json_object_object_get_ex(object, keys[i], &member) || member == NULL) continue;
        const char *content = token_content(member), *needed = special_token_text((enum special_token)i);
        if (content == NULL || strcmp(content, needed) != 0)
            return error_set(error, STATUS_UNSUPPORTED, "%s: %s is \"%s\"; only %s is supported", path,
                             keys[i], content == NULL ? "?" : content, needed);
    }
    return STATUS_OK;
}

static bool is_special(const char *content)
{
    for (int i = 0; i < SPECIAL_TOKENS; i++) {
        if (strcmp(content, special_token_text((enum special_token)i)) == 0) return true;
    }
    return false;
}

static enum status refuse_added_token(const char *path, const char *content, struct error *error)
{
    return error_set(
        error, STATUS_UNSUPPORTED,
        "%s: adds the token \"%s\"; added tokens other than BERT's five special ones are not supported", path,
        content);
}

static enum status check_switches(const struct json_object *object, const char *path, struct error *error)
{
    bool basic = true;
    TRY(read_bool(object, path, "do_basic_tokenize", &basic, error));
    if (!basic)
        return error_set(error, STATUS_UNSUPPORTED, "%s: do_basic_tokenize = false is not supported; true is",
                         path);
    struct json_object *member = NULL;
    if (json_object_object_get_ex(object, "never_split", &member) && member != NULL &&
        !(json_object_is_type(member, json_type_array) && json_object_array_length(member) == 0))
        return error_set(error, STATUS_UNSUPPORTED, "%s: never_split is not supported; remove it", path);
    if (json_object_object_get_ex(object, "truncation_side", &member) && member != NULL &&
        strcmp(json_object_get_string(member), "right") != 0)
        return error_set(error, STATUS_UNSUPPORTED, "%s: truncation_side must be \"right\"", path);
    if (json_object_object_get_ex(object, "tokenizer_class", &member) && member != NULL) {
        const char *class = json_object_get_string(member);
        if (strcmp(class, "BertTokenizer") != 0 && strcmp(class, "BertTokenizerFast") != 0)
            return error_set(
                error, STATUS_UNSUPPORTED,
                "%s: tokenizer_class is \"%s\"; BertTokenizer and BertTokenizerFast are supported", path,
                class);
    }
    return STATUS_OK;
}

static enum status read_settings(struct json_object *object, const char *path, struct word_rules *rules,
                                 struct error *error)
{
    TRY(read_bool(object, path, "do_lower_case", &rules->lower, error));
    rules->strip_accents = rules->lower;
    TRY(read_bool(object, path, "strip_accents", &rules->strip_accents, error));
    TRY(read_bool(object, path, "tokenize_chinese_chars", &rules->split_cjk, error));
    TRY(check_switches(object, path, error));
    TRY(check_special_tokens(object, path, error));
    struct json_object *added = NULL;
    if (!json_object_object_get_ex(object, "added_tokens_decoder", &added) ||
        !json_object_is_type(added, json_type_object))
        return STATUS_OK;
    json_object_object_foreach(added, id, token)
    {
        const char *content = token_content(token);
        if (content == NULL)
            return error_set(error, STATUS_BAD_INPUT, "%s: added token %s has no content", path, id);
        if (!is_special(content)) return refuse_added_token(path, content, error);
    }
    return STATUS_OK;
}

enum status tokenizer_config_read(const char *folder, struct word_rules *rules, struct error *error)
{
    *rules = (struct word_rules){.lower = true, .strip_accents = true, .split_cjk = true};
    char path[PATH_MAX];
    struct json_object *object = NULL;
    enum status status;
    TRY_TO(done, read_object(folder, "tokenizer_config.json", path, &object, error));
    if (object != NULL) TRY_TO(done, read_settings(object, path, rules, error));
    json_object_put(object);
    TRY_TO(done, read_object(folder, "added_tokens.json", path, &object, error));
    if (object != NULL) {
        json_object_object_foreach(object, content, id)
        {
            (void)id;
            if (!is_special(content)) TRY_TO(done, refuse_added_token(path, content, error));
        }
    }
done:
    json_object_put(object);
    return status;
}
