#include "trainer/spec/content.h"

#include "base/file.h"
#include "base/text.h"
#include "trainer/spec/model_folder.h"
#include "trainer/weights/weights_files.h"

#include <string.h>

enum status content_digest_file(const char *path, char text[DIGEST_TEXT], struct error *error)
{
    struct digest digest;
    TRY(digest_file(path, &digest, error));
    digest_text(digest, text);
    return STATUS_OK;
}

/* The files of a Hugging Face folder that decide how a text becomes numbers; the order is part of the digest.
 */
static const char *const settings_files[] = {
    "config.json",
    /* from here on the tokenizer's */
    "tokenizer_config.json",
    "tokenizer.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
};

const char *content_tokenizer_file(size_t index)
{
    return index + 1 < sizeof settings_files / sizeof settings_files[0] ? settings_files[index + 1] : NULL;
}

/* One line a file: its digest and its name. */
static enum status add_file(const char *folder, const char *name, struct text *list, struct error *error)
{
    char path[SPEC_PATH_BYTES], digest[DIGEST_TEXT];
    TRY(file_join(folder, name, path, sizeof path, error));
    TRY(content_digest_file(path, digest, error));
    text_addf(list, "%s  %s\n", digest, name);
    return STATUS_OK;
}

/* The index and each file it names, or the one file that there is. */
static enum status add_weights(const char *folder, struct text *list, struct error *error)
{
    struct weights_files files;
    TRY(weights_files_find(folder, &files, error));
    enum status status = files.index == NULL ? STATUS_OK : add_file(folder, WEIGHTS_INDEX, list, error);
    for (size_t i = 0; i < files.count && status == STATUS_OK; i++)
        status = add_file(folder, files.names[i], list, error);
    weights_files_free(&files);
    return status;
}

enum status content_digest_model(const char *folder, int init, char digest[DIGEST_TEXT], struct error *error)
{
    struct text list = {0};
    enum status status = STATUS_OK;
    TRY(model_folder_check(folder, error));
    for (size_t i = 0; i < sizeof settings_files / sizeof settings_files[0]; i++) {
        char path[SPEC_PATH_BYTES];
        TRY_TO(done, file_join(folder, settings_files[i], path, sizeof path, error));
        if (file_exists(path)) TRY_TO(done, add_file(folder, settings_files[i], &list, error));
    }
    if (init == INIT_PRETRAINED) TRY_TO(done, add_weights(folder, &list, error));
    TRY_TO(done, text_status(&list, error));
    digest_text(digest_bytes(list.data, list.length), digest);
done:
    text_free(&list);
    return status;
}

enum status content_fill(struct run_spec *spec, struct error *error)
{
    TRY(content_digest_model(spec->model_path, spec->init, spec->model_digest, error));
    TRY(content_digest_file(spec->train_path, spec->train_digest, error));
    spec->validation_digest[0] = '\0';
    if (spec->validation_path[0] != '\0')
        TRY(content_digest_file(spec->validation_path, spec->validation_digest, error));
    return STATUS_OK;
}

static enum status compare(const char *path, const char *planned, const char *found, struct error *error)
{
    if (strcmp(planned, found) == 0) return STATUS_OK;
    return error_set(
        error, STATUS_BAD_INPUT,
        "%s: has changed since the run was planned (digest %s, planned with %s); plan again or restore it",
        path, found, planned);
}

enum status content_check(const struct run_spec *spec, struct error *error)
{
    char found[DIGEST_TEXT];
    if (spec->model_digest[0] != '\0') {
        TRY(content_digest_model(spec->model_path, spec->init, found, error));
        TRY(compare(spec->model_path, spec->model_digest, found, error));
    }
    if (spec->train_digest[0] != '\0') {
        TRY(content_digest_file(spec->train_path, found, error));
        TRY(compare(spec->train_path, spec->train_digest, found, error));
    }
    if (spec->validation_digest[0] != '\0' && spec->validation_path[0] != '\0') {
        TRY(content_digest_file(spec->validation_path, found, error));
        TRY(compare(spec->validation_path, spec->validation_digest, found, error));
    }
    return STATUS_OK;
}
