#include "harness/plan/model_check.h"

#include "base/file.h"
#include "trainer/weights/weights_files.h"

#include <unistd.h>

enum status model_check_folder(const char *path, struct error *error)
{
    char file[FILE_PATH_BYTES];
    if (!file_is_directory(path))
        return error_set(error, STATUS_USAGE, "%s %s; the folder of a model is needed", path,
                         file_exists(path) ? "is a file" : "does not exist");
    if (file_join(path, "config.json", file, sizeof file, NULL) != STATUS_OK || access(file, R_OK) != 0)
        return error_set(error, STATUS_USAGE, "%s has no config.json that can be read", path);
    return STATUS_OK;
}

enum status model_check_weights(const char *path, struct error *error)
{
    struct weights_files files;
    TRY(weights_files_find(path, &files, error));
    weights_files_free(&files);
    return STATUS_OK;
}
