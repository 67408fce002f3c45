#include "reports/report_files.h"

#include "base/file.h"
#include "reports/csv.h"
#include "reports/figures.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "reports/words_en.h"

#include <string.h>

enum status report_files_write(const struct report *report, const char *folder,
                               char no_figures[FIGURES_FAILURE_BYTES], struct error *error)
{
    enum status status;
    struct text text = {0};
    struct figures figures = {0};
    no_figures[0] = '\0';
    TRY(file_make_directories(folder, error));

    csv_runs(report, &text);
    TRY_TO(done, file_write_text(folder, "runs.csv", &text, error));
    text_clear(&text);
    csv_timings(report, &text);
    TRY_TO(done, file_write_text(folder, "timings.csv", &text, error));
    text_clear(&text);
    json_summary(report, &text);
    TRY_TO(done, file_write_text(folder, "summary.json", &text, error));

    TRY_TO(done, figures_write(report, &words_en, folder, &figures, error));
    memcpy(no_figures, figures.failure, sizeof figures.failure);
    text_clear(&text);
    markdown_report(report, &words_en, &figures, &text);
    TRY_TO(done, file_write_text(folder, "report.md", &text, error));
done:
    figures_free(&figures);
    text_free(&text);
    return status;
}
