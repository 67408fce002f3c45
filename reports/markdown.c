#include "reports/markdown.h"

#include "reports/chance.h"
#include "reports/curves.h"
#include "reports/duel.h"
#include "reports/parts.h"
#include "reports/sureness.h"

#include <math.h>

static void heading(struct text *out, const char *name)
{
    text_addf(out, "\n## %s\n\n", name);
}

static void item(struct text *out, const char *name)
{
    text_addf(out, "- **%s**: ", name);
}

static void asked(const struct report *report, const struct words *words, struct text *out)
{
    heading(out, words->phrases[PHRASE_ASKED]);
    item(out, words->phrases[PHRASE_MODEL]);
    words->model(report, out);
    text_add(out, "\n");
    item(out, words->phrases[PHRASE_DATA]);
    words->data(report, out);
    text_add(out, "\n");
    item(out, words->phrases[PHRASE_SWEEP]);
    words->sweep(report, out);
    text_add(out, "\n");
    item(out, words->phrases[PHRASE_REPEATS]);
    words->repeats(report, out);
    text_add(out, "\n");
    if (report->fixed_count > 0) {
        item(out, words->phrases[PHRASE_FIXED]);
        for (size_t i = 0; i < report->fixed_count; i++) {
            text_addf(out, "%s%s ", i > 0 ? ", " : "", report->fixed[i].name);
            words_plain(out, report->fixed[i].value);
        }
        text_add(out, "\n");
    }
}

/* A column's name, with its unit when it is in points. */
static void spread_column(const struct report *report, const struct words *words, enum phrase name,
                          struct text *out)
{
    text_add(out, words->phrases[name]);
    if (report->in_points) text_addf(out, " (%s)", words->phrases[PHRASE_POINTS]);
}

static void setting_row(const struct report *report, const struct words *words, size_t index,
                        struct text *out)
{
    const struct report_setting *setting = &report->settings[index];
    const struct report_summary *summary = &setting->summary;
    bool best = report->recommendation == REPORT_TRUSTED && index == report->recommended;
    text_add(out, "| ");
    words_code(out, setting->label);
    if (best) text_addf(out, " **(%s)**", words->phrases[PHRASE_BEST_MARK]);
    text_addf(out, " | %d | ", summary->n);
    words_value(out, summary->mean);
    text_add(out, " | ");
    words_spread(out, report, summary->sd);
    text_add(out, " | ");
    words_value(out, summary->min);
    text_add(out, " | ");
    words_value(out, summary->max);
    text_add(out, " | ");
    words->spread(report, setting, out);
    text_add(out, " | ");
    if (isnan(summary->low))
        text_add(out, words->phrases[PHRASE_UNDEFINED]);
    else
        text_addf(out, "%.4f .. %.4f", summary->low, summary->high);
    text_add(out, " | ");
    words->verdict(setting, out);
    text_add(out, " | ");
    words_percent(out, setting->noisy_passes);
    text_add(out, " | ");
    words->classes(setting, out);
    text_add(out, " | ");
    words->failed(setting, out);
    text_add(out, " |\n");
}

/* How to read a column: its name and a sentence. */
static void explain(const struct words *words, enum phrase name, enum phrase sentence, struct text *out)
{
    item(out, words->phrases[name]);
    text_addf(out, "%s\n", words->phrases[sentence]);
}

static void lessons(const struct report *report, const struct words *words, struct text *out)
{
    struct text paragraph = {0};
    words->lessons_settings(report, &paragraph);
    if (paragraph.length > 0) text_addf(out, "\n%s\n", text_string(&paragraph));
    out->failed = out->failed || paragraph.failed;
    text_free(&paragraph);
}

static void settings(const struct report *report, const struct words *words, struct text *out)
{
    heading(out, words->phrases[PHRASE_SETTINGS]);
    text_addf(out, "%s\n\n", words->phrases[PHRASE_SETTINGS_INTRO]);
    text_addf(out, "| %s | %s | %s %s | ", words->phrases[PHRASE_COLUMN_SETTING],
              words->phrases[PHRASE_COLUMN_RUNS], words->phrases[PHRASE_COLUMN_MEAN], words->metric(report));
    spread_column(report, words, PHRASE_COLUMN_SD, out);
    text_addf(out, " | %s | %s | ", words->phrases[PHRASE_COLUMN_MIN], words->phrases[PHRASE_COLUMN_MAX]);
    spread_column(report, words, PHRASE_COLUMN_SPREAD, out);
    text_addf(out, " | %s | %s | %s | %s | %s |\n", words->phrases[PHRASE_COLUMN_INTERVAL],
              words->phrases[PHRASE_COLUMN_VERDICT], words->phrases[PHRASE_COLUMN_LUCK],
              words->phrases[PHRASE_COLUMN_CURVES], words->phrases[PHRASE_COLUMN_FAILED]);
    text_add(out, "|---|--:|--:|--:|--:|--:|--:|:-:|---|--:|---|--:|\n");
    for (size_t i = 0; i < report->setting_count; i++)
        setting_row(report, words, i, out);
    lessons(report, words, out);
    text_addf(out, "\n%s\n\n", words->phrases[PHRASE_HOW_TO_READ]);
    explain(words, PHRASE_COLUMN_SETTING, PHRASE_EXPLAIN_SETTING, out);
    explain(words, PHRASE_COLUMN_RUNS, PHRASE_EXPLAIN_RUNS, out);
    explain(words, PHRASE_COLUMN_MEAN, PHRASE_EXPLAIN_MEAN, out);
    explain(words, PHRASE_COLUMN_SD, PHRASE_EXPLAIN_SD, out);
    text_addf(out, "- **%s, %s**: %s\n", words->phrases[PHRASE_COLUMN_MIN], words->phrases[PHRASE_COLUMN_MAX],
              words->phrases[PHRASE_EXPLAIN_RANGE]);
    explain(words, PHRASE_COLUMN_SPREAD, PHRASE_EXPLAIN_SPREAD, out);
    explain(words, PHRASE_COLUMN_INTERVAL, PHRASE_EXPLAIN_INTERVAL, out);
    item(out, words->phrases[PHRASE_COLUMN_VERDICT]);
    words->explain_verdict(report, out);
    text_add(out, "\n");
    item(out, words->phrases[PHRASE_COLUMN_LUCK]);
    words->explain_luck(report, out);
    text_add(out, "\n");
    explain(words, PHRASE_COLUMN_CURVES, PHRASE_EXPLAIN_CURVES, out);
    explain(words, PHRASE_COLUMN_FAILED, PHRASE_EXPLAIN_FAILED, out);
}

static void show_figures(const struct words *words, const struct report *report,
                         const struct figures *figures, enum figure_kind kind, struct text *out)
{
    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *figure = &figures->list[i];
        if (figure->kind != kind) continue;
        text_add(out, "![");
        if (kind == FIGURE_METRIC)
            words->metric_title(report, figure->key, out);
        else
            text_add(out, words->phrases[PHRASE_LOSS_FIGURE]);
        text_addf(out, "](%s)\n\n", figure->file);
        if (kind == FIGURE_METRIC) {
            words->metric_explained(report, figure->key, out);
            text_add(out, i + 1 < figures->count && figure[1].kind == kind ? "\n\n" : "\n");
        }
    }
}

/* The metric's figures, or why there are none; no section when nothing is there to draw. */
static void metric(const struct report *report, const struct words *words, const struct figures *figures,
                   struct text *out)
{
    bool some = figures->failure[0] != '\0';
    for (size_t i = 0; i < figures->count; i++)
        some = some || figures->list[i].kind == FIGURE_METRIC;
    if (!some) return;
    heading(out, words->phrases[PHRASE_METRIC_FIGURE]);
    if (figures->failure[0] != '\0') {
        words->no_figures(figures->failure, out);
        text_add(out, "\n");
    }
    show_figures(words, report, figures, FIGURE_METRIC, out);
}

static void curves(const struct report *report, const struct words *words, const struct figures *figures,
                   struct text *out)
{
    heading(out, words->phrases[PHRASE_LOSS_FIGURE]);
    show_figures(words, report, figures, FIGURE_LOSS, out);
    text_add(out, words->phrases[PHRASE_LOSS_EXPLAINED]);
    words->lessons_curves(report, out);
    text_add(out, "\n");
    curves_tables(report, words, out);
}

static void recommendation(const struct report *report, const struct words *words, struct text *out)
{
    heading(out, words->phrases[PHRASE_RECOMMENDATION]);
    words->why(report, out);
    text_addf(out, "\n\n### %s\n\n", words->phrases[PHRASE_NEXT]);
    if (report->advice_count == 0) text_addf(out, "%s\n", words->phrases[PHRASE_NOTHING_NEXT]);
    for (size_t i = 0; i < report->advice_count; i++) {
        text_addf(out, "%zu. ", i + 1);
        words->advice(report, &report->advice[i], out);
        text_add(out, "\n");
    }
}

static void failed_runs(const struct report *report, const struct words *words, struct text *out)
{
    bool some = false;
    heading(out, words->phrases[PHRASE_FAILED_RUNS]);
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->outcome == REPORT_PENDING || (run->outcome == REPORT_DONE && !isnan(run->metric))) continue;
        if (!some)
            text_addf(out, "%s\n\n| %s | %s | %s | %s | %s | %s |\n|---|---|--:|---|--:|---|\n",
                      words->phrases[PHRASE_FAILED_INTRO], words->phrases[PHRASE_COLUMN_RUN],
                      words->phrases[PHRASE_COLUMN_SETTING], words->phrases[PHRASE_COLUMN_REPEAT],
                      words->phrases[PHRASE_COLUMN_OUTCOME], words->phrases[PHRASE_COLUMN_STEPS],
                      words->phrases[PHRASE_COLUMN_REASON]);
        some = true;
        text_add(out, "| ");
        words_code(out, run->id);
        text_add(out, " | ");
        words_code(out, report->settings[run->setting].label);
        text_addf(out, " | %d | %s | %ld | ", run->repeat + 1, words->outcome(run->outcome), run->steps);
        words_plain(out, run->reason);
        if (run->detail[0] != '\0') text_add(out, ", ");
        words_plain(out, run->detail);
        text_add(out, " |\n");
    }
    if (!some) text_addf(out, "%s\n", words->phrases[PHRASE_NO_FAILED_RUNS]);
}

/* Whether an earlier run of the report is of the same repeat. */
static bool is_listed(const struct report *report, size_t run)
{
    for (size_t i = 0; i < run; i++) {
        if (report->runs[i].repeat == report->runs[run].repeat) return true;
    }
    return false;
}

/* The seeds of each repeat, from the first setting that has it: they do not depend on the setting, but when
 * settings stop where a test has decided, one has more of them than another. */
static void seeds(const struct report *report, const struct words *words, struct text *out)
{
    heading(out, words->phrases[PHRASE_SEEDS]);
    words->seeds(report, out);
    text_addf(out, "\n\n| %s | %s | %s | %s |\n|--:|--:|--:|--:|\n", words->phrases[PHRASE_COLUMN_REPEAT],
              words->phrases[PHRASE_COLUMN_INIT], words->phrases[PHRASE_COLUMN_ORDER],
              words->phrases[PHRASE_COLUMN_DROPOUT]);
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (is_listed(report, i)) continue;
        text_addf(out, "| %d | %u | %u | %u |\n", run->repeat + 1, (unsigned)run->seed_init,
                  (unsigned)run->seed_order, (unsigned)run->seed_dropout);
    }
}

static void notes(const struct report *report, const struct words *words, struct text *out)
{
    if (report->note_count == 0) return;
    heading(out, words->phrases[PHRASE_NOTES]);
    for (size_t i = 0; i < report->note_count; i++) {
        text_add(out, "- ");
        words->note(&report->notes[i], report->run_count, out);
        text_add(out, "\n");
    }
}

static void environment(const struct report *report, const struct words *words, struct text *out)
{
    if (report->environment_count == 0) return;
    heading(out, words->phrases[PHRASE_ENVIRONMENT]);
    text_addf(out, "%s\n\n",
              words->phrases[report->fast ? PHRASE_ENVIRONMENT_FAST : PHRASE_ENVIRONMENT_INTRO]);
    for (size_t i = 0; i < report->environment_count; i++) {
        item(out, report->environment[i].name);
        words_plain(out, report->environment[i].value);
        text_add(out, "\n");
    }
}

void markdown_report(const struct report *report, const struct words *words, const struct figures *figures,
                     struct text *out)
{
    text_add(out, "# ");
    words->title(report, out);
    text_add(out, "\n\n");
    words->answer(report, out);
    text_add(out, "\n");
    asked(report, words, out);
    settings(report, words, out);
    sureness_section(report, words, out);
    duel_section(report, words, out);
    parts_section(report, words, out);
    chance_section(report, words, out);
    metric(report, words, figures, out);
    curves(report, words, figures, out);
    recommendation(report, words, out);
    failed_runs(report, words, out);
    seeds(report, words, out);
    notes(report, words, out);
    environment(report, words, out);
    heading(out, words->phrases[PHRASE_FILES]);
    text_add(out, words->phrases[PHRASE_FILES_LIST]);
}
