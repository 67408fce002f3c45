#include "trainer/model/model_labels.h"

#include "base/file.h"
#include "base/json_read.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>

enum { CONFIG_LIMIT = 1 << 20, CLASSES_LIMIT = 1 << 20, CLASSES_DEFAULT = 2 };

static enum status take_name(const char *path, int index, struct json_object *name, char **kept,
                             struct error *error)
{
    char plain[32];
    if (!json_object_is_type(name, json_type_string))
        return error_set(error, STATUS_BAD_INPUT, "%s: \"id2label\" must give class %d a name", path, index);
    snprintf(plain, sizeof plain, "LABEL_%d", index);
    if (strcmp(json_object_get_string(name), plain) == 0) return STATUS_OK;
    *kept = memory_copy_string(json_object_get_string(name));
    return *kept == NULL ? error_no_memory(error, 0) : STATUS_OK;
}

static enum status take_names(const char *path, struct json_object *names, struct model_labels *labels,
                              struct error *error)
{
    for (int c = 0; c < labels->count; c++) {
        char index[16];
        struct json_object *name = NULL;
        snprintf(index, sizeof index, "%d", c);
        if (names == NULL) continue;
        if (!json_object_object_get_ex(names, index, &name))
            return error_set(
                error, STATUS_BAD_INPUT,
                "%s: \"id2label\" has %d names, but none for class %d; its members must be 0, 1, ...", path,
                labels->count, c);
        TRY(take_name(path, c, name, &labels->names[c], error));
    }
    return STATUS_OK;
}

static enum status read_labels(const char *path, struct json_object *config, struct model_labels *labels,
                               struct error *error)
{
    struct json_object *names = NULL, *number = NULL;
    int64_t count = CLASSES_DEFAULT;
    if (json_object_object_get_ex(config, "num_labels", &number) && number != NULL)
        count = json_object_is_type(number, json_type_int) ? json_object_get_int64(number) : 0;
    if (json_object_object_get_ex(config, "id2label", &names) && names != NULL) {
        if (!json_object_is_type(names, json_type_object))
            return error_set(error, STATUS_BAD_INPUT, "%s: \"id2label\" must be an object", path);
        count = json_object_object_length(names);
    }
    if (count < 1 || count > CLASSES_LIMIT)
        return error_set(error, STATUS_BAD_INPUT, "%s: \"%s\" must be of 1 to %d classes", path,
                         names != NULL ? "id2label" : "num_labels", CLASSES_LIMIT);
    labels->count = (int)count;
    labels->names = memory_zeroed((size_t)count, sizeof *labels->names);
    if (labels->names == NULL) return error_no_memory(error, (size_t)count * sizeof *labels->names);
    return take_names(path, names, labels, error);
}

enum status model_labels_read(const char *folder, struct model_labels *labels, struct error *error)
{
    char path[FILE_PATH_BYTES];
    struct text content = {0};
    struct json_object *config = NULL;
    struct error problem = {0};
    *labels = (struct model_labels){0};
    TRY(file_join(folder, "config.json", path, sizeof path, error));
    enum status status = file_read(path, CONFIG_LIMIT, &content, error);
    if (status == STATUS_OK) {
        status = json_read_object(text_string(&content), content.length, &config, &problem);
        if (status != STATUS_OK) error_set(error, status, "%s: %s", path, problem.text);
    }
    if (status == STATUS_OK) status = read_labels(path, config, labels, error);
    json_object_put(config);
    text_free(&content);
    if (status != STATUS_OK) model_labels_free(labels);
    return status;
}

void model_labels_free(struct model_labels *labels)
{
    for (int c = 0; c < labels->count && labels->names != NULL; c++)
        memory_free(labels->names[c]);
    memory_free(labels->names);
    *labels = (struct model_labels){0};
}

void model_labels_explain(char *const *names, int count, struct text *sentence)
{
    enum { SHOWN = 10 };
    const char *between = "";
    for (int c = 0; c < count && c < SHOWN; c++) {
        if (names[c] == NULL) continue;
        text_addf(sentence, "%s%d is %.80s", between, c, names[c]);
        between = ", ";
    }
    if (count > SHOWN) text_add(sentence, ", ...");
}
