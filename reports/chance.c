#include "reports/chance.h"

#include <math.h>

static void begin_row(const struct report_setting *setting, const char *source, struct text *out)
{
    text_add(out, "| ");
    words_code(out, setting->label);
    text_addf(out, " | %s | ", source);
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
    begin_row(setting, name, out);
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
        begin_row(setting, chance->sources[i], out);
        text_addf(out, "%d | ", stream->levels);
        put_part(report, stream->part, out);
        text_add(out, " | ");
        words_percent(out, stream->share);
        text_addf(out, " | %s |\n", chance->status(stream->status));
    }
    sum_row(report, setting, chance->interactions, streams->interactions, out);
    sum_row(report, setting, chance->total, streams->total, out);
}

void chance_section(const struct report *report, const struct words *words, struct text *out)
{
    const struct chance_words *chance = words->chance;
    bool some = false;
    for (size_t i = 0; i < report->setting_count; i++)
        some = some || report->settings[i].streams.design != NULL;
    if (!some) return;
    text_addf(out, "\n## %s\n\n%s\n\n", chance->heading, chance->intro);
    text_addf(out, "| %s | %s | %s | %s", words->phrases[PHRASE_COLUMN_SETTING], chance->column_source,
              chance->column_levels, chance->column_sd);
    if (report->in_points) text_addf(out, " (%s)", words->phrases[PHRASE_POINTS]);
    text_addf(out, " | %s | %s |\n|---|---|--:|--:|--:|---|\n", chance->column_share, chance->column_answer);
    for (size_t i = 0; i < report->setting_count; i++) {
        if (report->settings[i].streams.design != NULL)
            setting_rows(report, words, &report->settings[i], out);
    }
    text_addf(out, "\n%s\n", chance->how_to_read);
}
