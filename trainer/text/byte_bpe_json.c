#include "trainer/text/byte_bpe_json.h"

#include "base/memory.h"
#include "trainer/text/bpe_json.h"
#include "trainer/text/byte_bpe.h"
#include "trainer/text/fast_settings.h"
#include "trainer/text/folder_json.h"
#include "trainer/text/post_processor.h"

#include <string.h>

static enum status read_normalizer(const struct json_object *object, const char *path, bool *nfc,
                                   struct error *error)
{
    if (object == NULL) return STATUS_OK;
    const char *type = NULL;
    if (json_object_is_type(object, json_type_object))
        TRY(folder_json_string(object, path, "type", &type, error));
    struct json_object *list =
        type != NULL && strcmp(type, "Sequence") == 0 ? folder_json_member(object, "normalizers") : NULL;
    if (json_object_is_type(list, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(list); i++)
            TRY(read_normalizer(json_object_array_get_idx(list, i), path, nfc, error));
        return STATUS_OK;
    }
    if (type == NULL || strcmp(type, "NFC") != 0)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: the normalizer %s is not supported with a byte-level tokenizer; NFC or none is",
                         path, type == NULL ? "without a type" : type);
    *nfc = true;
    return STATUS_OK;
}

static enum status read_added(const struct json_object *object, const char *path, struct byte_bpe *bpe,
                              struct error *error)
{
    struct json_object *list = folder_json_member(object, "added_tokens");
    if (list == NULL) return STATUS_OK;
    if (!json_object_is_type(list, json_type_array))
        return error_set(error, STATUS_BAD_INPUT, "%s: added_tokens: a list is needed", path);
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct literal_token token;
        TRY(fast_settings_token(json_object_array_get_idx(list, i), path, &token, error));
        TRY(byte_bpe_add_token(bpe, &token, path, error));
    }
    return STATUS_OK;
}

/* The padding token that only the settings beside the file have. It may lie behind the model's vocabulary, as
 * no text needs it. */
static enum status add_padding(const char *folder, const char *path, struct byte_bpe *bpe,
                               struct error *error)
{
    struct literal_token padding;
    const int32_t count = bpe->count;
    enum status status = fast_settings_padding(folder, &bpe->added, &padding, error);
    if (status == STATUS_OK && padding.content != NULL)
        status = byte_bpe_add_token(bpe, &padding, path, error);
    bpe->spare = bpe->count - count;
    memory_free(padding.content);
    return status;
}

static enum status read_all(struct json_object *object, const char *path, const char *folder,
                            struct byte_bpe *bpe, struct tokenizer_kind *kind, struct error *error)
{
    static const char *const keys[] = {
        "version",       "truncation",     "padding", "added_tokens", "normalizer",
        "pre_tokenizer", "post_processor", "decoder", "model",        NULL};
    struct json_object *model = folder_json_member(object, "model");
    bool whole_first = false;
    TRY(folder_json_only(object, path, "the file", keys, error));
    TRY(bpe_json_check(model, path, &whole_first, error));
    TRY(pre_tokenizer_read(folder_json_member(object, "pre_tokenizer"), path, &bpe->pre_tokenizer, error));
    TRY(read_normalizer(folder_json_member(object, "normalizer"), path, &bpe->nfc, error));
    TRY(byte_bpe_set_vocabulary(bpe, folder_json_member(model, "vocab"), path, "model.vocab", error));
    bpe->pairs.whole_first = whole_first;
    TRY(bpe_json_merges(model, path, &bpe->pairs, error));
    TRY(read_added(object, path, bpe, error));
    TRY(add_padding(folder, path, bpe, error));
    if (bpe->pre_tokenizer.count == 0)
        TRY(fast_settings_prefix_space(folder, &bpe->pre_tokenizer.prefix_space, error));
    struct token_frame frame;
    TRY(post_processor_read(folder_json_member(object, "post_processor"), path, &frame, error));
    const struct shared_setting settings[] = {{"add_prefix_space", bpe->pre_tokenizer.prefix_space},
                                              {NULL, false}};
    TRY(fast_settings_check(folder, &bpe->added, &frame, settings, error));
    return byte_bpe_finish(bpe, &frame, path, kind, error);
}

enum status byte_bpe_json_open(struct json_object *object, const char *path, const char *folder,
                               struct tokenizer_kind *kind, struct error *error)
{
    struct byte_bpe *bpe = memory_zeroed(1, sizeof *bpe);
    if (bpe == NULL) return error_no_memory(error, sizeof *bpe);
    enum status status = read_all(object, path, folder, bpe, kind, error);
    if (status != STATUS_OK) byte_bpe_free(bpe);
    return status;
}
