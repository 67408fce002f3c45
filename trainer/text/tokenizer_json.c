#include "trainer/text/tokenizer_json.h"

#include "trainer/text/byte_bpe_json.h"
#include "trainer/text/folder_json.h"
#include "trainer/text/sentencepiece.h"
#include "trainer/text/wordpiece.h"
#include "trainer/text/wordpiece_json.h"

#include <string.h>

/* model.type; files of early versions lack it and are told by their members. */
static enum status model_type(const struct json_object *model, const char *path, const char **type,
                              struct error *error)
{
    *type = NULL;
    if (json_object_is_type(model, json_type_object)) {
        TRY(folder_json_string(model, path, "type", type, error));
        if (*type == NULL && folder_json_member(model, "merges") != NULL) *type = "BPE";
        if (*type == NULL && folder_json_member(model, "max_input_chars_per_word") != NULL)
            *type = "WordPiece";
        if (*type == NULL && json_object_is_type(folder_json_member(model, "vocab"), json_type_array))
            *type = "Unigram";
    }
    if (*type == NULL)
        return error_set(error, STATUS_BAD_INPUT, "%s: model: an object with a \"type\" is needed", path);
    return STATUS_OK;
}

static enum status open_model(struct json_object *object, const char *path, const char *folder,
                              bool vocab_txt, struct tokenizer_kind *kind, struct error *error)
{
    const struct json_object *model = folder_json_member(object, "model");
    const char *type;
    TRY(model_type(model, path, &type, error));
    if (strcmp(type, "WordPiece") == 0)
        return vocab_txt ? wordpiece_open(folder, kind, error)
                         : wordpiece_json_open(object, path, folder, kind, error);
    if (strcmp(type, "Unigram") == 0) return sentencepiece_open(folder, kind, error);
    if (strcmp(type, "BPE") != 0)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: model.type is \"%s\"; BPE, Unigram and WordPiece are supported", path, type);
    bool byte_fallback = false;
    TRY(folder_json_bool(model, path, "byte_fallback", &byte_fallback, error));
    if (byte_fallback) return sentencepiece_open(folder, kind, error);
    return byte_bpe_json_open(object, path, folder, kind, error);
}

enum status tokenizer_json_open(const char *folder, bool vocab_txt, struct tokenizer_kind *kind,
                                struct error *error)
{
    char path[PATH_MAX];
    struct json_object *object;
    TRY(folder_json_read(folder, "tokenizer.json", path, &object, error));
    if (object == NULL) return error_set(error, STATUS_BAD_INPUT, "%s: no such file", path);
    enum status status = open_model(object, path, folder, vocab_txt, kind, error);
    json_object_put(object);
    return status;
}
