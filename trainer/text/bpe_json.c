#include "trainer/text/bpe_json.h"

#include "trainer/text/folder_json.h"

#include <limits.h>
#include <string.h>

enum status bpe_json_check(const struct json_object *model, const char *path, bool *ignore_merges,
                           struct error *error)
{
    static const char *const keys[] = {"type",
                                       "dropout",
                                       "unk_token",
                                       "continuing_subword_prefix",
                                       "fuse_unk",
                                       "byte_fallback",
                                       "ignore_merges",
                                       "end_of_word_suffix",
                                       "vocab",
                                       "merges",
                                       NULL};
    static const char *const affixes[] = {"continuing_subword_prefix", "end_of_word_suffix"};
    TRY(folder_json_only(model, path, "model", keys, error));
    struct json_object *dropout = folder_json_member(model, "dropout");
    if (dropout != NULL && json_object_get_double(dropout) != 0)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: model.dropout is not supported: token ids would be drawn at random", path);
    for (size_t i = 0; i < sizeof affixes / sizeof *affixes; i++) {
        const char *affix;
        TRY(folder_json_string(model, path, affixes[i], &affix, error));
        if (affix != NULL && affix[0] != '\0')
            return error_set(error, STATUS_UNSUPPORTED, "%s: model.%s = \"%s\" is not supported", path,
                             affixes[i], affix);
    }
    return folder_json_bool(model, path, "ignore_merges", ignore_merges, error);
}

enum status bpe_json_merges(const struct json_object *model, const char *path, struct byte_pairs *pairs,
                            struct error *error)
{
    struct json_object *merges = folder_json_member(model, "merges");
    if (!json_object_is_type(merges, json_type_array))
        return error_set(error, STATUS_BAD_INPUT, "%s: model.merges: a list is needed", path);
    size_t count = json_object_array_length(merges);
    if (count > INT32_MAX) return error_set(error, STATUS_BAD_INPUT, "%s: model.merges: too many", path);
    for (size_t i = 0; i < count; i++) {
        struct json_object *merge = json_object_array_get_idx(merges, i);
        const char *left = NULL, *right = NULL, *space = NULL;
        if (json_object_is_type(merge, json_type_string)) {
            left = json_object_get_string(merge);
            space = strchr(left, ' ');
            right = space == NULL || strchr(space + 1, ' ') != NULL ? NULL : space + 1;
        } else if (json_object_is_type(merge, json_type_array) && json_object_array_length(merge) == 2) {
            left = folder_json_token(json_object_array_get_idx(merge, 0));
            right = folder_json_token(json_object_array_get_idx(merge, 1));
        }
        if (left == NULL || right == NULL)
            return error_set(error, STATUS_BAD_INPUT,
                             "%s: model.merges[%zu]: \"a b\" or [\"a\", \"b\"] is needed", path, i);
        size_t length = space == NULL ? strlen(left) : (size_t)(space - left);
        TRY(byte_pairs_add(pairs, left, length, right, strlen(right), (int32_t)i, path, error));
    }
    return STATUS_OK;
}
