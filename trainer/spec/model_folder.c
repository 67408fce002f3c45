#include "trainer/spec/model_folder.h"

#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool has(const char *folder, const char *name)
{
    char path[FILE_PATH_BYTES];
    return file_join(folder, name, path, sizeof path, NULL) == STATUS_OK && access(path, R_OK) == 0;
}

/* The folder in `folder`, the first by name, that has a config.json; "" when there is none. */
static void find_model(const char *folder, char found[FILE_PATH_BYTES])
{
    DIR *listing = opendir(folder);
    found[0] = '\0';
    if (listing == NULL) return;
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        char path[FILE_PATH_BYTES];
        if (entry->d_name[0] == '.' || file_join(folder, entry->d_name, path, sizeof path, NULL) != STATUS_OK)
            continue;
        if (has(path, "config.json") && (found[0] == '\0' || strcmp(path, found) < 0))
            snprintf(found, FILE_PATH_BYTES, "%s", path);
    }
    closedir(listing);
}

void model_folder_hint(const char *folder, struct text *hint)
{
    char found[FILE_PATH_BYTES], snapshots[FILE_PATH_BYTES];
    if (has(folder, "ftbench.sqlite")) {
        text_addf(hint,
                  "; it is a folder of results: ftbench list '%s' names the models in it (kept where [run] "
                  "save_model = yes)",
                  folder);
        return;
    }
    find_model(folder, found);
    if (found[0] == '\0' && file_join(folder, "snapshots", snapshots, sizeof snapshots, NULL) == STATUS_OK)
        find_model(snapshots, found);
    if (found[0] != '\0') text_addf(hint, "; take a folder in it: %s", found);
}

enum status model_folder_check(const char *folder, struct error *error)
{
    if (!file_exists(folder))
        return error_set(
            error, STATUS_BAD_INPUT,
            "%s: does not exist; the folder of a model is needed (in an ini relative to the ini); "
            "names of the Hugging Face hub are not downloaded, this does it: hf download NAME "
            "--local-dir FOLDER",
            folder);
    if (!file_is_directory(folder))
        return error_set(error, STATUS_BAD_INPUT, "%s: is a file; the folder of a model is needed", folder);
    if (has(folder, "config.json")) return STATUS_OK;
    struct text hint = {0};
    model_folder_hint(folder, &hint);
    enum status status = text_status(&hint, error);
    if (status == STATUS_OK)
        status = error_set(error, STATUS_BAD_INPUT,
                           "%s: has no config.json that can be read, so it is no model's folder%s", folder,
                           text_string(&hint));
    text_free(&hint);
    return status;
}
