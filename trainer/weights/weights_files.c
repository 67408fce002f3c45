#include "trainer/weights/weights_files.h"

#include "base/file.h"
#include "base/json_read.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* An index has a line for each tensor. */
enum { INDEX_LIMIT = 64 << 20 };

/* Each class of model as the folder itself names it, so that no part is lost and none is made up. */
#define CONVERT                                                                                              \
    "python -c \"import sys, transformers as t; d = sys.argv[1]; c = t.AutoConfig.from_pretrained(d); "      \
    "getattr(t, (c.architectures or ['AutoModel'])[0]).from_pretrained(d).save_pretrained(d, "               \
    "safe_serialization=True)\" %s"

static enum status there(const char *folder, const char *name, bool *found, struct error *error)
{
    char path[FILE_PATH_BYTES];
    TRY(file_join(folder, name, path, sizeof path, error));
    *found = file_exists(path);
    if (!file_is_broken_link(path)) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT,
                     "%s: a broken link: the file that it points to is not there; copy it, or load it again",
                     path);
}

static enum status refuse_pickled(const char *folder, const char *name, struct error *error)
{
    struct text word = {0};
    text_add_shell_word(&word, folder);
    enum status status = text_status(&word, error);
    if (status == STATUS_OK)
        status = error_set(error, STATUS_BAD_INPUT,
                           "%s: has its weights in %s only, which is not read; convert it with: " CONVERT,
                           folder, name, text_string(&word));
    text_free(&word);
    return status;
}

static enum status refuse_folder(const char *folder, struct error *error)
{
    static const char *const pickled[] = {"pytorch_model.bin", "pytorch_model.bin.index.json"};
    for (int i = 0; i < 2; i++) {
        bool found = false;
        TRY(there(folder, pickled[i], &found, error));
        if (found) return refuse_pickled(folder, pickled[i], error);
    }
    return error_set(error, STATUS_BAD_INPUT,
                     "%s: has no weights (" WEIGHTS_FILE " or " WEIGHTS_INDEX
                     "); take a folder that has them, or train from random ones by init = random",
                     folder);
}

enum status weights_files_refuse_adapter(const char *folder, struct error *error)
{
    bool adapter = false;
    TRY(there(folder, "adapter_config.json", &adapter, error));
    if (!adapter) return STATUS_OK;
    return error_set(
        error, STATUS_BAD_INPUT,
        "%s: has a PEFT adapter (adapter_config.json), which is not applied to the weights; merge "
        "it into them with PeftModel.from_pretrained(base_model, "
        "folder).merge_and_unload().save_pretrained(new_folder) and take the new folder, or remove "
        "adapter_config.json to take the base model alone",
        folder);
}

static enum status add_name(struct weights_files *files, const char *name, struct error *error)
{
    files->names[files->count] = memory_copy_string(name);
    if (files->names[files->count] == NULL) return error_no_memory(error, 0);
    files->count++;
    return STATUS_OK;
}

/* A file beside the index, and nowhere else. */
static bool plain_name(struct json_object *value)
{
    static const char ending[] = ".safetensors";
    if (!json_object_is_type(value, json_type_string)) return false;
    const char *name = json_object_get_string(value);
    size_t length = strlen(name);
    return length == (size_t)json_object_get_string_len(value) && name[0] != '.' &&
           strchr(name, '/') == NULL && strchr(name, '\\') == NULL && length >= sizeof ending &&
           strcmp(name + length - (sizeof ending - 1), ending) == 0;
}

static int by_bytes(const void *left, const void *right)
{
    const char *const *a = left, *const *b = right;
    return strcmp(*a, *b);
}

/* Sorted, each once. */
static void make_distinct(struct weights_files *files)
{
    size_t kept = 0;
    qsort(files->names, files->count, sizeof *files->names, by_bytes);
    for (size_t i = 0; i < files->count; i++) {
        if (kept > 0 && strcmp(files->names[kept - 1], files->names[i]) == 0)
            memory_free(files->names[i]);
        else
            files->names[kept++] = files->names[i];
    }
    files->count = kept;
}

static enum status read_index(const char *path, struct weights_files *files, struct error *error)
{
    struct text content = {0};
    struct error problem = {0};
    enum status status = file_read(path, INDEX_LIMIT, &content, error);
    if (status == STATUS_OK) {
        status = json_read_object(text_string(&content), content.length, &files->index, &problem);
        if (status == STATUS_OK)
            status = json_read_check_names(text_string(&content), files->index, &problem);
        if (status != STATUS_OK) error_set(error, status, "%s: %s", path, problem.text);
    }
    text_free(&content);
    return status;
}

static enum status take_map(const char *path, struct json_object *map, struct weights_files *files,
                            struct error *error)
{
    size_t members = (size_t)json_object_object_length(map);
    files->names = memory_zeroed(members, sizeof *files->names);
    if (files->names == NULL) return error_no_memory(error, members * sizeof *files->names);
    json_object_object_foreach(map, tensor, file)
    {
        if (!plain_name(file))
            return error_set(
                error, STATUS_BAD_INPUT,
                "%s: tensor \"%s\" is said to be in %s; the name of a .safetensors file in the same "
                "folder is needed",
                path, tensor, json_read_show(file));
        TRY(add_name(files, json_object_get_string(file), error));
    }
    make_distinct(files);
    return STATUS_OK;
}

static enum status find_shards(const char *folder, struct weights_files *files, struct error *error)
{
    char path[FILE_PATH_BYTES];
    struct json_object *map = NULL;
    TRY(file_join(folder, WEIGHTS_INDEX, path, sizeof path, error));
    TRY(read_index(path, files, error));
    json_object_object_get_ex(files->index, "weight_map", &map);
    if (!json_object_is_type(map, json_type_object) || json_object_object_length(map) == 0)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: must have a \"weight_map\" that says for each tensor in which file it is",
                         path);
    TRY(take_map(path, map, files, error));
    for (size_t i = 0; i < files->count; i++) {
        bool found = false;
        TRY(there(folder, files->names[i], &found, error));
        if (!found)
            return error_set(error, STATUS_BAD_INPUT, "%s: %s, which " WEIGHTS_INDEX " names, is missing",
                             folder, files->names[i]);
    }
    return STATUS_OK;
}

enum status weights_files_find(const char *folder, struct weights_files *files, struct error *error)
{
    bool single = false, indexed = false;
    *files = (struct weights_files){0};
    TRY(weights_files_refuse_adapter(folder, error));
    TRY(there(folder, WEIGHTS_FILE, &single, error));
    TRY(there(folder, WEIGHTS_INDEX, &indexed, error));
    if (!single && !indexed) return refuse_folder(folder, error);
    enum status status = STATUS_OK;
    if (single) {
        files->names = memory_zeroed(1, sizeof *files->names);
        status = files->names == NULL ? error_no_memory(error, 0) : add_name(files, WEIGHTS_FILE, error);
    } else {
        status = find_shards(folder, files, error);
    }
    if (status != STATUS_OK) weights_files_free(files);
    return status;
}

void weights_files_free(struct weights_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        memory_free(files->names[i]);
    memory_free(files->names);
    json_object_put(files->index);
    *files = (struct weights_files){0};
}

const char *weights_files_place(const struct weights_files *files, const char *tensor)
{
    struct json_object *map = NULL, *file = NULL;
    json_object_object_get_ex(files->index, "weight_map", &map);
    return json_object_object_get_ex(map, tensor, &file) ? json_object_get_string(file) : NULL;
}
