#include "reports/sureness.h"

#include <math.h>

/* "0.52 .. 6.29", "-" for an end that is undefined. */
static void put_interval(struct text *out, const struct report *report, double low, double high,
                         void (*put)(struct text *, const struct report *, double))
{
    if (isnan(low) && isnan(high)) {
        text_add(out, "-");
        return;
    }
    put(out, report, low);
    text_add(out, " .. ");
    put(out, report, high);
}

static void put_value(struct text *out, const struct report *report, double value)
{
    (void)report;
    words_value(out, value);
}

static void put_spread(struct text *out, const struct report *report, double value)
{
    words_spread(out, report, value);
}

static void setting_row(const struct report *report, const struct words *words, size_t index,
                        struct text *out)
{
    const struct report_setting *setting = &report->settings[index];
    const struct report_certainty *certainty = &setting->certainty;
    text_add(out, "| ");
    words_code(out, setting->label);
    text_addf(out, " | %d | ", setting->summary.n);
    text_add(out, words->sureness->recipe(setting));
    text_add(out, " | ");
    text_add(out, words->sureness->sureness(certainty->verdict));
    text_add(out, " | ");
    words->sureness->further(certainty->further, out);
    text_add(out, " | ");
    words->sureness->further(certainty->further_likely, out);
    text_add(out, " | ");
    put_interval(out, report, certainty->sd_low, certainty->sd_high, put_spread);
    text_add(out, " | ");
    put_interval(out, report, setting->summary.low, setting->summary.high, put_value);
    text_add(out, " | ");
    put_interval(out, report, certainty->mean_low, certainty->mean_high, put_value);
    text_add(out, " |\n");
}

static void explain(const char *name, const char *sentence, struct text *out)
{
    text_addf(out, "- **%s**: %s\n", name, sentence);
}

void sureness_section(const struct report *report, const struct words *words, struct text *out)
{
    const struct sureness_words *sure = words->sureness;
    text_addf(out, "\n## %s\n\n", sure->heading);
    sure->intro(report, out);
    text_addf(out, "\n\n| %s | %s | %s | %s | %s | %s | ", words->phrases[PHRASE_COLUMN_SETTING],
              words->phrases[PHRASE_COLUMN_RUNS], sure->column_recipe, sure->column_verdict,
              sure->column_further, sure->column_likely);
    sure->column_sd(report, out);
    text_addf(out, " | %s | %s |\n|---|--:|---|---|--:|--:|:-:|:-:|:-:|\n", sure->column_student,
              sure->column_bootstrap);
    for (size_t i = 0; i < report->setting_count; i++)
        setting_row(report, words, i, out);
    text_addf(out, "\n%s\n\n", words->phrases[PHRASE_HOW_TO_READ]);
    explain(sure->column_recipe, sure->explain_recipe, out);
    text_addf(out, "- **%s**: ", sure->column_verdict);
    sure->explain_verdict(report, out);
    text_add(out, "\n");
    explain(sure->column_further, sure->explain_further, out);
    explain(sure->column_likely, sure->explain_likely, out);
    text_add(out, "- **");
    sure->column_sd(report, out);
    text_addf(out, "**: %s\n", sure->explain_sd);
    explain(sure->column_student, sure->explain_student, out);
    explain(sure->column_bootstrap, sure->explain_bootstrap, out);
}
