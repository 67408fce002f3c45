#include "reports/chance.h"

#include <math.h>

/* With a single setting there is nothing to name. */
static void begin_row(const struct report *report, const struct report_setting *setting, const char *source,
                      struct text *out)
{
    text_add(out, "| ");
    if (report->setting_count > 1) {
        words_code(out, setting->label);
        text_add(out, " | ");
    }
    text_addf(out, "%s | ", source);
}

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

static void sum_row(const struct report *report, const struct report_setting *setting, const char *name,
                    struct report_part part, struct text *out)
{
    if (isnan(part.sd)) return;
    begin_row(report, setting, name, out);
    text_add(out, "- | ");
    put_part(report, part, out);
    text_add(out, " | - | - |\n");
}

static void setting_rows(const struct report *report, const struct words *words,
                         const struct report_setting *setting, struct text *out)
{
    const struct chance_words *chance = words->chance;
    const struct report_streams *streams = &setting->streams;
    for (int i = 0; i < REPORT_STREAMS; i++) {
        const struct report_stream *stream = &streams->streams[i];
        if (stream->levels < 2) continue;
        begin_row(report, setting, chance->sources[i], out);
        text_addf(out, "%d | ", stream->levels);
        put_part(report, stream->part, out);
        text_add(out, " | ");
        words_percent(out, stream->share);
        text_addf(out, " | %s |\n", chance->status(stream->status));
    }
    sum_row(report, setting, chance->interactions, streams->interactions, out);
    sum_row(report, setting, chance->total, streams->total, out);
}

static void answers(const struct report *report, const struct words *words, struct text *out)
{
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_setting *setting = &report->settings[i];
        if (setting->streams.design == NULL) continue;
        if (report->setting_count > 1) {
            text_add(out, "- ");
            words_code(out, setting->label);
            text_add(out, ": ");
        }
        words->chance->answer(report, setting, out);
        words->chance->practice(report, setting, out);
        text_add(out, report->setting_count > 1 ? "\n" : "\n\n");
    }
    if (report->setting_count > 1) text_add(out, "\n");
}

void chance_section(const struct report *report, const struct words *words, struct text *out)
{
    const struct chance_words *chance = words->chance;
    bool some = false;
    for (size_t i = 0; i < report->setting_count; i++)
        some = some || report->settings[i].streams.design != NULL;
    if (!some) return;
    text_addf(out, "\n## %s\n\n%s\n\n", chance->heading, chance->intro);
    answers(report, words, out);
    text_add(out, "| ");
    if (report->setting_count > 1) text_addf(out, "%s | ", words->phrases[PHRASE_COLUMN_SETTING]);
    text_addf(out, "%s | %s | %s", chance->column_source, chance->column_levels, chance->column_sd);
    if (report->in_points) text_addf(out, " (%s)", words->phrases[PHRASE_POINTS]);
    text_addf(out, " | %s | %s |\n%s|---|--:|--:|--:|---|\n", chance->column_share, chance->column_answer,
              report->setting_count > 1 ? "|---" : "");
    for (size_t i = 0; i < report->setting_count; i++) {
        if (report->settings[i].streams.design != NULL)
            setting_rows(report, words, &report->settings[i], out);
    }
    text_addf(out, "\n%s\n", chance->how_to_read);
}
