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
                    struct report_part part, double share, struct text *out)
{
    if (isnan(part.sd)) return;
    begin_row(report, setting, name, out);
    text_add(out, "- | ");
    put_part(report, part, out);
    text_add(out, " | ");
    if (isnan(share))
        text_add(out, "-");
    else
        words_percent(out, share);
    text_add(out, " | - |\n");
}

/* Sources that were varied one at a time have no shares, nor have those of too few seeds. */
static bool has_shares(const struct report *report)
{
    for (size_t i = 0; i < report->setting_count; i++) {
        for (int stream = 0; stream < REPORT_STREAMS; stream++) {
            if (!isnan(report->settings[i].streams.streams[stream].share) &&
                report->settings[i].streams.design != NULL)
                return true;
        }
    }
    return false;
}

/* Whether the sources of the settings that tell of them were varied one at a time. */
static bool is_alone(const struct report *report)
{
    bool alone = true;
    for (size_t i = 0; i < report->setting_count; i++)
        alone = alone && (report->settings[i].streams.design == NULL || report->settings[i].streams.alone);
    return alone;
}

static void setting_rows(const struct report *report, const struct words *words,
                         const struct report_setting *setting, bool shares, struct text *out)
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
        if (shares) words_percent(out, stream->share);
        text_addf(out, "%s%s |\n", shares ? " | " : "", chance->status(stream->status));
    }
    if (!shares) return;
    sum_row(report, setting, chance->interactions, streams->interactions, streams->interactions_share, out);
    sum_row(report, setting, chance->total, streams->total, NAN, out);
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
    bool some = false, shares = has_shares(report);
    for (size_t i = 0; i < report->setting_count; i++)
        some = some || report->settings[i].streams.design != NULL;
    if (!some) return;
    text_addf(out, "\n## %s\n\n%s\n\n", chance->heading, chance->intro);
    answers(report, words, out);
    text_add(out, "| ");
    if (report->setting_count > 1) text_addf(out, "%s | ", words->phrases[PHRASE_COLUMN_SETTING]);
    text_addf(out, "%s | %s | %s", chance->column_source, chance->column_levels, chance->column_sd);
    if (report->in_points) text_addf(out, " (%s)", words->phrases[PHRASE_POINTS]);
    if (shares) text_addf(out, " | %s", chance->column_share);
    text_addf(out, " | %s |\n%s|---|--:|--:|%s---|\n", chance->column_answer,
              report->setting_count > 1 ? "|---" : "", shares ? "--:|" : "");
    for (size_t i = 0; i < report->setting_count; i++) {
        if (report->settings[i].streams.design != NULL)
            setting_rows(report, words, &report->settings[i], shares, out);
    }
    text_add(out, "\n");
    chance->how_to_read(report, is_alone(report), out);
    text_add(out, "\n");
}
