#include "reports/check_files.h"

#include "base/file.h"
#include "reports/check_json.h"
#include "reports/json.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char answer_name[] = "check.json", summary_name[] = "summary.json";

enum status check_files_write(const struct check_report *check, const struct report *experiment,
                              const char *folder, struct error *error)
{
    enum status status;
    struct text text = {0};
    struct report checked = *experiment;
    checked.check = check;
    json_summary(&checked, &text);
    TRY_TO(done, file_write_text(folder, summary_name, &text, error));
    text_clear(&text);
    check_json(check, &text);
    status = file_write_text(folder, answer_name, &text, error);
    if (status != STATUS_OK) check_files_forget(folder, NULL);
done:
    text_free(&text);
    return status;
}

/* A file of that name may be somebody else's, where the folder is not the one that was meant. */
static enum status read_answer(const char *folder, char path[FILE_PATH_BYTES], bool *ours,
                               struct error *error)
{
    struct text text = {0};
    *ours = false;
    TRY(file_join(folder, answer_name, path, FILE_PATH_BYTES, error));
    if (!file_exists(path)) return STATUS_OK;
    enum status status = file_read(path, 0, &text, error);
    *ours = status == STATUS_OK && strstr(text_string(&text), "\"" CHECK_JSON_FORMAT "\"") != NULL;
    text_free(&text);
    return status;
}

bool check_files_are_in(const char *folder)
{
    char path[FILE_PATH_BYTES];
    bool ours = false;
    return read_answer(folder, path, &ours, NULL) == STATUS_OK && ours;
}

static enum status forget_member(const char *folder, struct error *error)
{
    char path[FILE_PATH_BYTES];
    struct text text = {0};
    TRY(file_join(folder, summary_name, path, sizeof path, error));
    if (!file_exists(path)) return STATUS_OK;
    enum status status = file_read(path, 0, &text, error);
    if (status == STATUS_OK && check_json_member_cut(&text))
        status = file_write_text(folder, summary_name, &text, error);
    text_free(&text);
    return status;
}

enum status check_files_forget(const char *folder, struct error *error)
{
    char path[FILE_PATH_BYTES];
    bool ours;
    TRY(read_answer(folder, path, &ours, error));
    if (ours && unlink(path) != 0)
        return error_set(error, STATUS_IO, "%s: the answer of the last check cannot be removed: %s", path,
                         strerror(errno));
    return forget_member(folder, error);
}
