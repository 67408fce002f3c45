#include "reports/parts.h"

#include <math.h>

/* "0.98 (0.57 .. 3.40)" */
static void put_part(const struct report *report, struct report_part part, struct text *out)
{
    words_spread(out, report, part.sd);
    if (isnan(part.low) || isnan(part.high)) return;
    text_add(out, " (");
    words_spread(out, report, part.low);
    text_add(out, " .. ");
    words_spread(out, report, part.high);
    text_add(out, ")");
}

static void setting_row(const struct report *report, size_t index, struct text *out)
{
    const struct report_setting *setting = &report->settings[index];
    const struct report_origin *origin = &setting->origin;
    text_add(out, "| ");
    words_code(out, setting->label);
    text_addf(out, " | %d | ", setting->summary.n);
    put_part(report, origin->between, out);
    text_add(out, " | ");
    put_part(report, origin->training, out);
    text_add(out, " | ");
    put_part(report, origin->churn, out);
    text_add(out, " | ");
    words_spread(out, report, origin->thumb_sd);
    text_add(out, " | ");
    put_part(report, origin->sampling, out);
    text_add(out, " | ");
    if (isnan(origin->disagreement))
        text_add(out, "-");
    else
        text_addf(out, "%.1f%%", 100 * origin->disagreement);
    if (isnan(origin->examples_needed))
        text_add(out, " | - |\n");
    else
        text_addf(out, " | %.0f |\n", origin->examples_needed);
}

static void put_column(const struct report *report, const struct words *words, const char *name,
                       struct text *out)
{
    text_addf(out, " %s", name);
    if (report->in_points) text_addf(out, " (%s)", words->phrases[PHRASE_POINTS]);
    text_add(out, " |");
}

static void explain(const char *name, const char *sentence, struct text *out)
{
    text_addf(out, "- **%s**: %s\n", name, sentence);
}

void parts_section(const struct report *report, const struct words *words, struct text *out)
{
    const struct parts_words *parts = words->parts;
    bool some = false, unlabelled = false;
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_origin *origin = &report->settings[i].origin;
        some = some || !isnan(origin->disagreement);
        unlabelled = unlabelled || (!isnan(origin->disagreement) && isnan(origin->between.sd));
    }
    if (!some) return;
    text_addf(out, "\n## %s\n\n", parts->heading);
    parts->intro(report, out);
    text_addf(out, "\n\n| %s | %s |", words->phrases[PHRASE_COLUMN_SETTING],
              words->phrases[PHRASE_COLUMN_RUNS]);
    put_column(report, words, parts->column_between, out);
    put_column(report, words, parts->column_training, out);
    put_column(report, words, parts->column_churn, out);
    put_column(report, words, parts->column_thumb, out);
    put_column(report, words, parts->column_sampling, out);
    text_addf(out, " %s | %s |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n", parts->column_disagreement,
              parts->column_needed);
    for (size_t i = 0; i < report->setting_count; i++)
        setting_row(report, i, out);
    /* A loss has no parts, whatever is known. */
    if (unlabelled && report->in_points)
        text_addf(out, "\n%s\n", report->labels_known ? parts->too_few : parts->no_labels);
    text_addf(out, "\n%s\n\n", words->phrases[PHRASE_HOW_TO_READ]);
    explain(parts->column_between, parts->explain_between, out);
    explain(parts->column_training, parts->explain_training, out);
    explain(parts->column_churn, parts->explain_churn, out);
    explain(parts->column_thumb, parts->explain_thumb, out);
    explain(parts->column_sampling, parts->explain_sampling, out);
    explain(parts->column_disagreement, parts->explain_disagreement, out);
    explain(parts->column_needed, parts->explain_needed, out);
}
