#include "reports/check_files.h"

#include "base/file.h"
#include "reports/check_json.h"
#include "reports/json.h"

enum status check_files_write(const struct check_report *check, const struct report *experiment,
                              const char *folder, struct error *error)
{
    enum status status;
    struct text text = {0};
    struct report checked = *experiment;
    checked.check = check;
    check_json(check, &text);
    TRY_TO(done, file_write_text(folder, "check.json", &text, error));
    text_clear(&text);
    json_summary(&checked, &text);
    status = file_write_text(folder, "summary.json", &text, error);
done:
    text_free(&text);
    return status;
}
