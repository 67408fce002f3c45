#include "harness/plan/model_check.h"

#include "trainer/spec/model_folder.h"
#include "trainer/weights/weights_files.h"

enum status model_check_folder(const char *path, struct error *error)
{
    return model_folder_check(path, error);
}

enum status model_check_weights(const char *path, struct error *error)
{
    struct weights_files files;
    TRY(weights_files_find(path, &files, error));
    weights_files_free(&files);
    return STATUS_OK;
}
