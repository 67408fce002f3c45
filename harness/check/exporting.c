#include "harness/check/exporting.h"

#include "base/file.h"
#include "base/text.h"
#include "reports/check_exports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void benchmark(const struct check_report *check, struct text *out)
{
    check_benchmark(check, false, out);
}

static void benchmark_smaller(const struct check_report *check, struct text *out)
{
    check_benchmark(check, true, out);
}

/* Others append to that file too, so it is not written anew. */
static enum status append(const char *path, const struct text *text, struct error *error)
{
    FILE *file = fopen(path, "a");
    if (file == NULL) return error_set(error, STATUS_IO, "%s: cannot be opened: %s", path, strerror(errno));
    bool written = fputs(text_string(text), file) != EOF;
    if (fclose(file) != 0 || !written)
        return error_set(error, STATUS_IO, "%s: cannot be written: %s", path, strerror(errno));
    return STATUS_OK;
}

static enum status tell_github(const struct check_report *check, FILE *out, struct error *error)
{
    const char *actions = getenv("GITHUB_ACTIONS"), *summary = getenv("GITHUB_STEP_SUMMARY");
    struct text text = {0};
    enum status status = STATUS_OK;
    if (actions != NULL && strcmp(actions, "true") == 0) {
        check_annotations(check, &text);
        TRY_TO(done, text_status(&text, error));
        fputs(text_string(&text), out);
    }
    if (summary != NULL && summary[0] != '\0') {
        text_clear(&text);
        check_markdown(check, &text);
        TRY_TO(done, text_status(&text, error));
        status = append(summary, &text, error);
    }
done:
    text_free(&text);
    return status;
}

enum status exporting_write(const struct exporting *exporting, const struct check_report *check, FILE *out,
                            struct error *error)
{
    const struct {
        const char *path;
        void (*write)(const struct check_report *check, struct text *out);
    } files[] = {{exporting->junit, check_junit},
                 {exporting->markdown, check_markdown},
                 {exporting->benchmark, benchmark},
                 {exporting->benchmark_smaller, benchmark_smaller}};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct text text = {0};
        if (files[i].path == NULL) continue;
        files[i].write(check, &text);
        enum status status = text_status(&text, error);
        if (status == STATUS_OK) status = file_write(files[i].path, text_string(&text), text.length, error);
        text_free(&text);
        TRY(status);
    }
    return tell_github(check, out, error);
}
