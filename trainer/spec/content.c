#include "trainer/spec/content.h"

#include "base/file.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
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

static int is_weights_file(const struct dirent *entry)
{
    static const char *const endings[] = {".safetensors", ".safetensors.index.json", ".bin",
                                          ".bin.index.json"};
    size_t length = strlen(entry->d_name);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && strcmp(entry->d_name + length - ending, endings[i]) == 0) return 1;
    }
    return 0;
}

static int by_bytes(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
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

static enum status add_weights(const char *folder, struct text *list, struct error *error)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_weights_file, by_bytes);
    if (count < 0) return error_set(error, STATUS_IO, "%s: cannot be listed: %s", folder, strerror(errno));
    enum status status = STATUS_OK;
    if (count == 0)
        status = error_set(error, STATUS_BAD_INPUT, "%s: has no weights (*.safetensors); write init = random",
                           folder);
    for (int i = 0; i < count; i++) {
        if (status == STATUS_OK) status = add_file(folder, entries[i]->d_name, list, error);
        free(entries[i]); /* scandir's own memory */
    }
    free(entries);
    return status;
}

enum status content_digest_model(const char *folder, int init, char digest[DIGEST_TEXT], struct error *error)
{
    struct text list = {0};
    enum status status = STATUS_OK;
    if (!file_is_directory(folder))
        return error_set(error, STATUS_BAD_INPUT, "%s: %s; the folder of a model is needed", folder,
                         file_exists(folder) ? "is a file" : "does not exist");
    for (size_t i = 0; i < sizeof settings_files / sizeof settings_files[0]; i++) {
        char path[SPEC_PATH_BYTES];
        TRY_TO(done, file_join(folder, settings_files[i], path, sizeof path, error));
        if (file_exists(path))
            TRY_TO(done, add_file(folder, settings_files[i], &list, error));
        else if (i == 0) {
            status = error_set(error, STATUS_BAD_INPUT, "%s: has no config.json, so it is no model's folder",
                               folder);
            goto done;
        }
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
