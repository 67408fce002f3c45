#include "trainer/text/tokenizer_config.h"

#include "trainer/text/folder_json.h"
#include "trainer/text/vocabulary.h"

#include <string.h>

static enum status check_special_tokens(const struct json_object *object, const char *path,
                                        struct error *error)
{
    static const char *const keys[SPECIAL_TOKENS] = {"pad_token", "unk_token", "cls_token", "sep_token",
                                                     "mask_token"};
    for (int i = 0; i < SPECIAL_TOKENS; i++) {
        struct json_object *member = folder_json_member(object, keys[i]);
        if (member == NULL) continue;
        const char *content = folder_json_token(member), *needed = special_token_text((enum special_token)i);
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
    TRY(folder_json_bool(object, path, "do_basic_tokenize", &basic, error));
    if (!basic)
        return error_set(error, STATUS_UNSUPPORTED, "%s: do_basic_tokenize = false is not supported; true is",
                         path);
    struct json_object *member = folder_json_member(object, "never_split");
    if (member != NULL &&
        !(json_object_is_type(member, json_type_array) && json_object_array_length(member) == 0))
        return error_set(error, STATUS_UNSUPPORTED, "%s: never_split is not supported; remove it", path);
    const char *side, *class;
    TRY(folder_json_string(object, path, "truncation_side", &side, error));
    if (side != NULL && strcmp(side, "right") != 0)
        return error_set(error, STATUS_UNSUPPORTED, "%s: truncation_side must be \"right\"", path);
    TRY(folder_json_string(object, path, "tokenizer_class", &class, error));
    if (class != NULL && strcmp(class, "BertTokenizer") != 0 && strcmp(class, "BertTokenizerFast") != 0)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: tokenizer_class is \"%s\"; BertTokenizer and BertTokenizerFast are supported",
                         path, class);
    return STATUS_OK;
}

static enum status read_settings(struct json_object *object, const char *path, struct word_rules *rules,
                                 struct error *error)
{
    TRY(folder_json_bool(object, path, "do_lower_case", &rules->lower, error));
    rules->strip_accents = rules->lower;
    TRY(folder_json_bool(object, path, "strip_accents", &rules->strip_accents, error));
    TRY(folder_json_bool(object, path, "tokenize_chinese_chars", &rules->split_cjk, error));
    TRY(check_switches(object, path, error));
    TRY(check_special_tokens(object, path, error));
    struct json_object *added = NULL;
    if (!json_object_object_get_ex(object, "added_tokens_decoder", &added) ||
        !json_object_is_type(added, json_type_object))
        return STATUS_OK;
    json_object_object_foreach(added, id, token)
    {
        const char *content = folder_json_token(token);
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
    TRY_TO(done, folder_json_read(folder, "tokenizer_config.json", path, &object, error));
    if (object != NULL) TRY_TO(done, read_settings(object, path, rules, error));
    json_object_put(object);
    TRY_TO(done, folder_json_read(folder, "added_tokens.json", path, &object, error));
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
