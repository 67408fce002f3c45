#include "base/file.h"
#include "reports/trend_report.h"

static enum status draw(const struct trend_report *report, const char *folder,
                        char failure[FIGURES_FAILURE_BYTES], struct error *error)
{
    char path[FILE_PATH_BYTES], file[TREND_FILE_BYTES];
    TRY(file_join(folder, "figures", path, sizeof path, error));
    TRY(file_make_directories(path, error));
    for (size_t i = 0; i < report->setting_count && i < TREND_FIGURES && failure[0] == '\0'; i++) {
        struct text script = {0};
        trend_figure(report, i, &script);
        trend_figure_file(i, file);
        enum status status = figure_draw(&script, folder, file, failure, error);
        text_free(&script);
        if (status != STATUS_OK) return status;
    }
    return STATUS_OK;
}

enum status trend_files_write(const struct trend_report *report, const char *folder,
                              char failure[FIGURES_FAILURE_BYTES], struct error *error)
{
    struct text text = {0};
    failure[0] = '\0';
    TRY(draw(report, folder, failure, error));
    trend_markdown(report, failure, &text);
    enum status status = file_write_text(folder, "history.md", &text, error);
    text_free(&text);
    return status;
}
