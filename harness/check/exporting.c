#include "harness/check/exporting.h"

#include "base/file.h"
#include "base/text.h"
#include "harness/check/export_places.h"
#include "harness/cli.h"
#include "reports/check_exports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One file of an export. */
struct export
{
    const char *path; /* NULL: not asked for */
    void (*write)(const struct check_report *check, struct text *out);
    bool appended; /* others write to that file too, so it is not written anew */
};

static void benchmark(const struct check_report *check, struct text *out)
{
    check_benchmark(check, false, out);
}

static void benchmark_smaller(const struct check_report *check, struct text *out)
{
    check_benchmark(check, true, out);
}

/* The file that GITHUB_STEP_SUMMARY names, or NULL. */
static const char *step_summary(void)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    return path == NULL || path[0] == '\0' ? NULL : path;
}

enum status exporting_check(const struct exporting *exporting, const char *folder, const char *baseline,
                            struct error *error)
{
    const struct export_place places[] = {{"--export-junit", exporting->junit, false},
                                          {"--export-markdown", exporting->markdown, false},
                                          {"--export-benchmark", exporting->benchmark, false},
                                          {"--export-benchmark-smaller", exporting->benchmark_smaller, false},
                                          {"GITHUB_STEP_SUMMARY", step_summary(), true}};
    return export_places_check(places, sizeof places / sizeof places[0], folder, baseline, error);
}

/* Whether a file begins as those do that a check writes. */
static bool is_ours(const char *path)
{
    char start[4096] = "";
    int descriptor;
    size_t got = 0;
    if (file_open(path, &descriptor, NULL) != STATUS_OK) return false;
    file_read_some(descriptor, start, sizeof start - 1, &got, path, NULL);
    close(descriptor);
    start[got] = '\0';
    return check_junit_wrote(start) || check_markdown_wrote(start) || check_benchmark_wrote(start);
}

void exporting_forget(const struct exporting *exporting)
{
    const char *const paths[] = {exporting->junit, exporting->markdown, exporting->benchmark,
                                 exporting->benchmark_smaller};
    const char *summary = step_summary();
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (paths[i] == NULL || (summary != NULL && export_places_same(paths[i], summary))) continue;
        if (is_ours(paths[i]))
            unlink(paths[i]); /* refused: then writing it is refused too, and that is told */
    }
}

static enum status append(const char *path, const struct text *text, struct error *error)
{
    FILE *file = fopen(path, "a");
    if (file == NULL) return error_set(error, STATUS_IO, "%s: cannot be opened: %s", path, strerror(errno));
    bool written = fputs(text_string(text), file) != EOF;
    if (fclose(file) != 0 || !written)
        return error_set(error, STATUS_IO, "%s: cannot be written: %s", path, strerror(errno));
    return STATUS_OK;
}

static void tell_unwritten(const struct error *reason, struct check_report *check,
                           struct unwritten *unwritten)
{
    unwritten->reasons[unwritten->count] = *reason;
    unwritten->lines[unwritten->count] = unwritten->reasons[unwritten->count].text;
    unwritten->count++;
    check->unwritten = unwritten->lines;
    check->unwritten_count = unwritten->count;
    check->exit_code = CLI_USAGE;
}

static enum status put(const struct export *export, struct check_report *check, struct unwritten *unwritten,
                       struct error *error)
{
    struct text text = {0};
    struct error reason = {0};
    export->write(check, &text);
    enum status status = text_status(&text, error);
    if (status == STATUS_OK) {
        enum status written = export->appended
                                  ? append(export->path, &text, &reason)
                                  : file_write(export->path, text_string(&text), text.length, &reason);
        if (written != STATUS_OK) tell_unwritten(&reason, check, unwritten);
    }
    text_free(&text);
    return status;
}

/* JUnit and Markdown say what was not written, and are written again when more of that comes to be known. One
 * that cannot be written is asked for no longer, and what is there of an earlier time goes: it would say what
 * is not so. */
static enum status put_tellers(struct exporting *tellers, struct check_report *check,
                               struct unwritten *unwritten, struct error *error)
{
    const struct export exports[] = {{tellers->junit, check_junit, false},
                                     {tellers->markdown, check_markdown, false}};
    for (size_t i = 0; i < sizeof exports / sizeof exports[0]; i++) {
        const size_t known = unwritten->count;
        if (exports[i].path == NULL) continue;
        TRY(put(&exports[i], check, unwritten, error));
        if (unwritten->count == known) continue;
        exporting_forget(&(struct exporting){.junit = exports[i].path});
        *(i == 0 ? &tellers->junit : &tellers->markdown) = NULL;
    }
    return STATUS_OK;
}

static void flush(FILE *out, struct check_report *check, struct unwritten *unwritten)
{
    struct error reason;
    if (unwritten->output || (fflush(out) == 0 && !ferror(out))) return;
    unwritten->output = true;
    error_set(&reason, STATUS_IO, "standard output cannot be written");
    tell_unwritten(&reason, check, unwritten);
}

static enum status annotate(const struct check_report *check, FILE *out, struct error *error)
{
    const char *actions = getenv("GITHUB_ACTIONS");
    struct text text = {0};
    if (actions == NULL || strcmp(actions, "true") != 0) return STATUS_OK;
    check_annotations(check, &text);
    enum status status = text_status(&text, error);
    if (status == STATUS_OK) fputs(text_string(&text), out);
    text_free(&text);
    return status;
}

enum status exporting_write(const struct exporting *exporting, struct check_report *check, FILE *out,
                            struct unwritten *unwritten, struct error *error)
{
    const struct export values[] = {{exporting->benchmark, benchmark, false},
                                    {exporting->benchmark_smaller, benchmark_smaller, false}};
    const struct export summary = {step_summary(), check_markdown, true};
    unwritten->count = 0;
    unwritten->output = false;
    flush(out, check, unwritten);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (values[i].path != NULL) TRY(put(&values[i], check, unwritten, error));
    }
    struct exporting tellers = {.junit = exporting->junit, .markdown = exporting->markdown};
    const size_t known = unwritten->count;
    TRY(put_tellers(&tellers, check, unwritten, error));
    if (summary.path != NULL) TRY(put(&summary, check, unwritten, error));
    TRY(annotate(check, out, error));
    flush(out, check, unwritten);
    return unwritten->count == known ? STATUS_OK : put_tellers(&tellers, check, unwritten, error);
}
