#include "trainer/text/sentencepiece_json.h"

#include "trainer/text/folder_json.h"

#include <limits.h>
#include <string.h>

static bool is_type(struct json_object *object, const char *type)
{
    if (!json_object_is_type(object, json_type_object)) return false;
    const char *name = json_object_get_string(folder_json_member(object, "type"));
    return name != NULL && strcmp(name, type) == 0;
}

enum status sentencepiece_json_frame(struct sentencepiece_rules *rules,
                                     const struct sentencepiece_files *files, struct error *error)
{
    struct json_object *processor = folder_json_member(files->tokenizer, "post_processor");
    if (processor == NULL) return STATUS_OK;
    struct json_object *single = folder_json_member(processor, "single");
    bool known = is_type(processor, "TemplateProcessing") && json_object_is_type(single, json_type_array);
    bool text = false;
    for (size_t i = 0; known && i < json_object_array_length(single); i++) {
        struct json_object *part = json_object_array_get_idx(single, i), *special = NULL;
        if (!json_object_is_type(part, json_type_object)) {
            known = false;
        } else if (json_object_object_get_ex(part, "Sequence", &special)) {
            known = !text;
            text = true;
        } else {
            special = folder_json_member(part, "SpecialToken");
            const char *name = json_object_is_type(special, json_type_object)
                                   ? json_object_get_string(folder_json_member(special, "id"))
                                   : NULL;
            const char *wanted = rules->names[text ? NAMED_EOS : NAMED_BOS];
            bool *adds = text ? &rules->add_eos : &rules->add_bos;
            known = name != NULL && wanted != NULL && strcmp(name, wanted) == 0 && !*adds;
            *adds = true;
        }
    }
    if (known && text) return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED,
                     "%s: post_processor: TemplateProcessing of bos_token, text, eos_token is supported; "
                     "nothing else",
                     files->tokenizer_path);
}

static const char SPACE_SIGN[] = "\342\226\201"; /* U+2581 */

static bool has_text(struct json_object *object, const char *key, const char *text)
{
    struct json_object *value = folder_json_member(object, key);
    return json_object_is_type(value, json_type_string) && strcmp(json_object_get_string(value), text) == 0;
}

/* A Metaspace with this `split`; its prepend_scheme as a rule. */
static bool read_metaspace(struct json_object *object, bool split, enum prefix_rule *prefix)
{
    struct json_object *splits = folder_json_member(object, "split");
    const bool does_split = splits == NULL || json_object_get_boolean(splits);
    if (!is_type(object, "Metaspace") || !has_text(object, "replacement", SPACE_SIGN) || does_split != split)
        return false;
    if (has_text(object, "prepend_scheme", "first"))
        *prefix = PREFIX_FIRST;
    else if (has_text(object, "prepend_scheme", "always"))
        *prefix = PREFIX_EACH;
    else if (has_text(object, "prepend_scheme", "never"))
        *prefix = PREFIX_NEVER;
    else
        return false;
    return true;
}

/* Two steps of a Sequence; false when the object is no such thing. */
static bool two_steps(struct json_object *object, const char *key, struct json_object *steps[2])
{
    struct json_object *list = is_type(object, "Sequence") ? folder_json_member(object, key) : NULL;
    if (!json_object_is_type(list, json_type_array) || json_object_array_length(list) != 2) return false;
    for (size_t i = 0; i < 2; i++)
        steps[i] = json_object_array_get_idx(list, i);
    return true;
}

static bool is_space_for_sign(struct json_object *object)
{
    struct json_object *pattern = is_type(object, "Replace") ? folder_json_member(object, "pattern") : NULL;
    return json_object_is_type(pattern, json_type_object) && has_text(pattern, "String", " ") &&
           has_text(object, "content", SPACE_SIGN);
}

enum status sentencepiece_json_prefix(struct sentencepiece_rules *rules,
                                      const struct sentencepiece_files *files, struct error *error)
{
    struct json_object *normalizer = folder_json_member(files->tokenizer, "normalizer");
    struct json_object *pre_tokenizer = folder_json_member(files->tokenizer, "pre_tokenizer");
    struct json_object *steps[2];
    if (rules->class != SENTENCEPIECE_LLAMA) {
        if ((normalizer == NULL || is_type(normalizer, "Precompiled")) &&
            two_steps(pre_tokenizer, "pretokenizers", steps) && is_type(steps[0], "WhitespaceSplit") &&
            read_metaspace(steps[1], true, &rules->prefix) && rules->prefix != PREFIX_FIRST)
            return STATUS_OK;
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: normalizer and pre_tokenizer: Precompiled or none, and WhitespaceSplit with "
                         "Metaspace (\"always\" or \"never\"), are supported with Unigram",
                         files->tokenizer_path);
    }
    if (normalizer == NULL && read_metaspace(pre_tokenizer, false, &rules->prefix)) return STATUS_OK;
    if (pre_tokenizer == NULL && two_steps(normalizer, "normalizers", steps) &&
        is_type(steps[0], "Prepend") && has_text(steps[0], "prepend", SPACE_SIGN) &&
        is_space_for_sign(steps[1])) {
        rules->prefix = PREFIX_ALWAYS;
        return STATUS_OK;
    }
    return error_set(
        error, STATUS_UNSUPPORTED,
        "%s: normalizer and pre_tokenizer: Prepend with Replace, or Metaspace without split, are "
        "supported with BPE that has byte_fallback",
        files->tokenizer_path);
}

/* Whether tokenizer.json, in its object of pieces and ids or its list of pieces and scores, has this piece at
 * this place. */
static bool is_listed(struct json_object *vocabulary, const struct piece *piece, int place)
{
    struct json_object *entry = NULL;
    char name[1024];
    if (json_object_is_type(vocabulary, json_type_array)) {
        entry = json_object_array_get_idx(vocabulary, (size_t)place);
        if (!json_object_is_type(entry, json_type_array)) return false;
        entry = json_object_array_get_idx(entry, 0);
        return json_object_is_type(entry, json_type_string) &&
               (size_t)json_object_get_string_len(entry) == piece->length &&
               memcmp(json_object_get_string(entry), piece->bytes, piece->length) == 0;
    }
    if (piece->length >= sizeof name) return false;
    memcpy(name, piece->bytes, piece->length);
    name[piece->length] = '\0';
    return json_object_object_get_ex(vocabulary, name, &entry) && json_object_is_type(entry, json_type_int) &&
           json_object_get_int64(entry) == place;
}

enum status sentencepiece_json_check(const char *folder, const struct piece *pieces, int count,
                                     struct error *error)
{
    char path[PATH_MAX];
    struct json_object *tokenizer;
    TRY(folder_json_read(folder, "tokenizer.json", path, &tokenizer, error));
    if (tokenizer == NULL) return STATUS_OK;
    struct json_object *model = folder_json_member(tokenizer, "model"), *vocabulary = NULL;
    if (json_object_is_type(model, json_type_object)) vocabulary = folder_json_member(model, "vocab");
    size_t listed = json_object_is_type(vocabulary, json_type_array) ? json_object_array_length(vocabulary)
                    : json_object_is_type(vocabulary, json_type_object)
                        ? (size_t)json_object_object_length(vocabulary)
                        : 0;
    enum status status = STATUS_OK;
    if (listed != (size_t)count)
        status = error_set(error, STATUS_UNSUPPORTED,
                           "%s: has %zu pieces, the .model file beside it makes %d; they must be the same",
                           path, listed, count);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        if (!is_listed(vocabulary, &pieces[i], i))
            status = error_set(error, STATUS_UNSUPPORTED,
                               "%s: piece %d is not that of the .model file beside it; they must be the same",
                               path, i);
    }
    json_object_put(tokenizer);
    return status;
}
