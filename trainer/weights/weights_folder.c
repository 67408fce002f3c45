#include "trainer/weights/weights_folder.h"

#include "base/file.h"
#include "base/memory.h"

#include <json-c/json.h>
#include <string.h>

/* Every tensor of the files is where the index says... */
static enum status check_files(const char *folder, const struct weights_folder *weights, struct error *error)
{
    for (size_t f = 0; f < weights->files.count; f++) {
        for (size_t t = 0; t < weights->opened[f].count; t++) {
            const char *name = weights->opened[f].tensors[t].name;
            const char *place = weights_files_place(&weights->files, name);
            if (place == NULL)
                return error_set(error, STATUS_BAD_INPUT,
                                 "%s: tensor \"%s\" is in %s, but " WEIGHTS_INDEX " does not name it", folder,
                                 name, weights->files.names[f]);
            if (strcmp(place, weights->files.names[f]) != 0)
                return error_set(error, STATUS_BAD_INPUT,
                                 "%s: tensor \"%s\" is in %s, but " WEIGHTS_INDEX " says %s", folder, name,
                                 weights->files.names[f], place);
        }
    }
    return STATUS_OK;
}

/* ... and whatever the index names is there. */
static enum status check_index(const char *folder, const struct weights_folder *weights, struct error *error)
{
    struct json_object *map = NULL;
    json_object_object_get_ex(weights->files.index, "weight_map", &map);
    json_object_object_foreach(map, name, file)
    {
        if (weights_folder_find(weights, name).tensor == NULL)
            return error_set(error, STATUS_BAD_INPUT,
                             "%s: tensor \"%s\" is not in %s, where " WEIGHTS_INDEX " says that it is",
                             folder, name, json_object_get_string(file));
    }
    return STATUS_OK;
}

static enum status open_files(const char *folder, struct weights_folder *weights, struct error *error)
{
    for (size_t f = 0; f < weights->files.count; f++) {
        char path[FILE_PATH_BYTES];
        TRY(file_join(folder, weights->files.names[f], path, sizeof path, error));
        TRY(safetensors_open(path, &weights->opened[f], error));
    }
    if (weights->files.index == NULL) return STATUS_OK;
    TRY(check_files(folder, weights, error));
    return check_index(folder, weights, error);
}

enum status weights_folder_open(const char *folder, struct weights_folder *weights, struct error *error)
{
    *weights = (struct weights_folder){0};
    TRY(weights_files_find(folder, &weights->files, error));
    weights->opened = memory_zeroed(weights->files.count, sizeof *weights->opened);
    enum status status =
        weights->opened == NULL ? error_no_memory(error, 0) : open_files(folder, weights, error);
    if (status != STATUS_OK) weights_folder_close(weights);
    return status;
}

void weights_folder_close(struct weights_folder *weights)
{
    for (size_t f = 0; f < weights->files.count && weights->opened != NULL; f++)
        safetensors_close(&weights->opened[f]);
    memory_free(weights->opened);
    weights_files_free(&weights->files);
    *weights = (struct weights_folder){0};
}

struct weights_entry weights_folder_find(const struct weights_folder *weights, const char *name)
{
    for (size_t f = 0; f < weights->files.count; f++) {
        const struct safetensors_tensor *tensor = safetensors_find(&weights->opened[f], name);
        if (tensor != NULL) return (struct weights_entry){.file = &weights->opened[f], .tensor = tensor};
    }
    return (struct weights_entry){0};
}
