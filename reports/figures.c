#include "reports/figures.h"

#include "base/file.h"
#include "base/memory.h"
#include "reports/figure_draw.h"
#include "reports/loss_figure.h"
#include "reports/metric_figure.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Draw one, and list it if there is a picture. */
static enum status draw(const struct text *script, const char *folder, struct figures *figures,
                        const struct figure *figure, struct error *error)
{
    TRY(figure_draw(script, folder, figure->file, figures->failure, error));
    if (figures->failure[0] == '\0') figures->list[figures->count++] = *figure;
    return STATUS_OK;
}

static enum status draw_metric(const struct report *report, const struct words *words, size_t key,
                               const char *folder, struct figures *figures, struct error *error)
{
    struct text script = {0};
    struct figure figure = {.kind = FIGURE_METRIC, .key = key == SIZE_MAX ? NULL : report->sweeps[key]};
    /* Keys are names of the program's own table: letters, digits and '_'. */
    snprintf(figure.file, sizeof figure.file, "figures/metric-%.128s.svg",
             figure.key == NULL ? "runs" : figure.key);
    enum status status = metric_figure_script(report, words, key, &script, error);
    if (status == STATUS_OK) status = draw(&script, folder, figures, &figure, error);
    text_free(&script);
    return status;
}

static enum status draw_losses(const struct report *report, const struct words *words, size_t part,
                               const char *folder, struct figures *figures, struct error *error)
{
    struct text script = {0};
    struct figure figure = {.kind = FIGURE_LOSS};
    size_t first = part * LOSS_FIGURE_PANELS, count = report->setting_count - first;
    if (part == 0)
        snprintf(figure.file, sizeof figure.file, "figures/loss.svg");
    else
        snprintf(figure.file, sizeof figure.file, "figures/loss-%zu.svg", part + 1);
    loss_figure_script(report, words, first, count < LOSS_FIGURE_PANELS ? count : LOSS_FIGURE_PANELS,
                       &script);
    enum status status = draw(&script, folder, figures, &figure, error);
    text_free(&script);
    return status;
}

static bool anything_done(const struct report *report)
{
    for (size_t i = 0; i < report->setting_count; i++) {
        if (report->settings[i].summary.n > 0) return true;
    }
    return false;
}

static bool any_curve(const struct report *report)
{
    for (size_t i = 0; i < report->run_count; i++) {
        if (report->runs[i].train_count + report->runs[i].evaluation_count > 0) return true;
    }
    return false;
}

enum status figures_write(const struct report *report, const struct words *words, const char *folder,
                          struct figures *figures, struct error *error)
{
    enum status status = STATUS_OK;
    char path[4096];
    size_t parts = (report->setting_count + LOSS_FIGURE_PANELS - 1) / LOSS_FIGURE_PANELS;
    size_t metrics = report->sweep_count == 0 ? 1 : report->sweep_count;
    *figures = (struct figures){0};
    TRY(file_join(folder, "figures", path, sizeof path, error));
    TRY(file_make_directories(path, error));
    figures->list = memory_zeroed(metrics + parts, sizeof *figures->list);
    if (figures->list == NULL) return error_no_memory(error, (metrics + parts) * sizeof *figures->list);
    /* After the first refusal the others would be refused too. */
    for (size_t i = 0; i < metrics && anything_done(report) && figures->failure[0] == '\0'; i++)
        TRY_TO(failed,
               draw_metric(report, words, report->sweep_count == 0 ? SIZE_MAX : i, folder, figures, error));
    for (size_t i = 0; i < parts && any_curve(report) && figures->failure[0] == '\0'; i++)
        TRY_TO(failed, draw_losses(report, words, i, folder, figures, error));
    return STATUS_OK;
failed:
    figures_free(figures);
    return status;
}

void figures_free(struct figures *figures)
{
    memory_free(figures->list);
    *figures = (struct figures){0};
}
