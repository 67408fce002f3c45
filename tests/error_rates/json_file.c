#include "json_file.h"

#include "base/file.h"
#include "base/json_read.h"
#include "base/text.h"

enum status json_file_read(const char *path, struct json_object **object, struct error *error)
{
    struct text content = {0};
    struct error problem = {0};
    *object = NULL;
    enum status status = file_read(path, 0, &content, error);
    if (status == STATUS_OK) status = text_status(&content, error);
    if (status == STATUS_OK) {
        status = json_read_object(text_string(&content), content.length, object, &problem);
        if (status != STATUS_OK) (void)error_set(error, status, "%s: %s", path, problem.text);
    }
    text_free(&content);
    return status;
}
