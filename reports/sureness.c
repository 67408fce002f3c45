#include "reports/sureness.h"

#include <math.h>

/* The columns behind the setting and its number of runs. */
enum column {
    COLUMN_RECIPE,
    COLUMN_VERDICT,
    COLUMN_RANGE,
    COLUMN_FURTHER,
    COLUMN_LIKELY,
    COLUMN_SPARED,
    COLUMN_SD,
    COLUMN_STUDENT,
    COLUMN_BOOTSTRAP,
    COLUMNS
};

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

static bool has_bootstrap(const struct report *report)
{
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_certainty *certainty = &report->settings[i].certainty;
        if (!isnan(certainty->mean_low) || !isnan(certainty->mean_high)) return true;
    }
    return false;
}

/* A column in which no line says anything is not there: a fixed number of runs spares none, a sequential test
 * says neither what the spread alone would say nor how many runs it still needs, and of three runs there is
 * no bootstrap. */
static bool is_shown(const struct report *report, enum column column)
{
    switch (column) {
    case COLUMN_RANGE:
    case COLUMN_FURTHER:
    case COLUMN_LIKELY:
        return !report->sequential;
    case COLUMN_SPARED:
        return report->sequential;
    case COLUMN_BOOTSTRAP:
        return has_bootstrap(report);
    case COLUMN_RECIPE:
    case COLUMN_VERDICT:
    case COLUMN_SD:
    case COLUMN_STUDENT:
    case COLUMNS:
        break;
    }
    return true;
}

static void put_name(const struct report *report, const struct sureness_words *sure, enum column column,
                     struct text *out)
{
    const char *const names[COLUMNS] = {
        [COLUMN_RECIPE] = sure->column_recipe,   [COLUMN_VERDICT] = sure->column_verdict,
        [COLUMN_RANGE] = sure->column_range,     [COLUMN_FURTHER] = sure->column_further,
        [COLUMN_LIKELY] = sure->column_likely,   [COLUMN_SPARED] = sure->column_spared,
        [COLUMN_STUDENT] = sure->column_student, [COLUMN_BOOTSTRAP] = sure->column_bootstrap};
    if (column == COLUMN_SD)
        sure->column_sd(report, out);
    else
        text_add(out, names[column]);
}

static void put_explanation(const struct report *report, const struct sureness_words *sure,
                            enum column column, struct text *out)
{
    const char *const sentences[COLUMNS] = {
        [COLUMN_RECIPE] = sure->explain_recipe,   [COLUMN_RANGE] = sure->explain_range,
        [COLUMN_FURTHER] = sure->explain_further, [COLUMN_LIKELY] = sure->explain_likely,
        [COLUMN_SPARED] = sure->explain_spared,   [COLUMN_SD] = sure->explain_sd,
        [COLUMN_STUDENT] = sure->explain_student, [COLUMN_BOOTSTRAP] = sure->explain_bootstrap};
    if (column == COLUMN_VERDICT)
        sure->explain_verdict(report, out);
    else
        text_add(out, sentences[column]);
}

static void put_cell(const struct report *report, const struct words *words,
                     const struct report_setting *setting, enum column column, struct text *out)
{
    const struct report_certainty *certainty = &setting->certainty;
    const struct sureness_words *sure = words->sureness;
    switch (column) {
    case COLUMN_RECIPE:
        sure->recipe(setting, out);
        break;
    case COLUMN_VERDICT:
        sure->calibrated(setting, out);
        break;
    case COLUMN_RANGE:
        sure->by_range(certainty, out);
        break;
    case COLUMN_FURTHER:
        sure->further(certainty->further, out);
        break;
    case COLUMN_LIKELY:
        sure->further(certainty->further_likely, out);
        break;
    case COLUMN_SPARED:
        text_addf(out, "%d", certainty->saved);
        break;
    case COLUMN_SD:
        put_interval(out, report, certainty->sd_low, certainty->sd_high, put_spread);
        break;
    case COLUMN_STUDENT:
        put_interval(out, report, setting->summary.low, setting->summary.high, put_value);
        break;
    case COLUMN_BOOTSTRAP:
        put_interval(out, report, certainty->mean_low, certainty->mean_high, put_value);
        break;
    case COLUMNS:
        break;
    }
}

static const char *alignment(enum column column)
{
    switch (column) {
    case COLUMN_FURTHER:
    case COLUMN_LIKELY:
    case COLUMN_SPARED:
        return "--:";
    case COLUMN_SD:
    case COLUMN_STUDENT:
    case COLUMN_BOOTSTRAP:
        return ":-:";
    case COLUMN_RECIPE:
    case COLUMN_VERDICT:
    case COLUMN_RANGE:
    case COLUMNS:
        break;
    }
    return "---";
}

static void table(const struct report *report, const struct words *words, struct text *out)
{
    text_addf(out, "| %s | %s |", words->phrases[PHRASE_COLUMN_SETTING], words->phrases[PHRASE_COLUMN_RUNS]);
    for (int column = 0; column < COLUMNS; column++) {
        if (!is_shown(report, (enum column)column)) continue;
        text_add(out, " ");
        put_name(report, words->sureness, (enum column)column, out);
        text_add(out, " |");
    }
    text_add(out, "\n|---|--:|");
    for (int column = 0; column < COLUMNS; column++) {
        if (is_shown(report, (enum column)column)) text_addf(out, "%s|", alignment((enum column)column));
    }
    text_add(out, "\n");
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_setting *setting = &report->settings[i];
        text_add(out, "| ");
        words_code(out, setting->label);
        text_addf(out, " | %d |", setting->summary.n);
        for (int column = 0; column < COLUMNS; column++) {
            if (!is_shown(report, (enum column)column)) continue;
            text_add(out, " ");
            put_cell(report, words, setting, (enum column)column, out);
            text_add(out, " |");
        }
        text_add(out, "\n");
    }
}

static void operating(const struct report *report, const struct words *words, struct text *out)
{
    const struct sureness_words *sure = words->sureness;
    if (report->operating_count == 0) return;
    text_add(out, "\n");
    sure->operating_intro(report, out);
    text_addf(out, "\n\n| %s", sure->column_true_sd);
    if (report->in_points) text_addf(out, " (%s)", words->phrases[PHRASE_POINTS]);
    text_addf(out, " | %s | %s | %s | %s |\n|--:|--:|--:|--:|--:|\n", sure->column_stable,
              sure->column_unstable, sure->column_undetermined, sure->column_mean_runs);
    for (size_t i = 0; i < report->operating_count; i++) {
        const struct report_operating *point = &report->operating[i];
        text_add(out, "| ");
        words_spread(out, report, point->sd);
        text_add(out, " | ");
        words_percent(out, point->stable);
        text_add(out, " | ");
        words_percent(out, point->unstable);
        text_add(out, " | ");
        words_percent(out, point->undetermined);
        text_addf(out, " | %.1f |\n", point->runs);
    }
}

void sureness_section(const struct report *report, const struct words *words, struct text *out)
{
    const struct sureness_words *sure = words->sureness;
    text_addf(out, "\n## %s\n\n", sure->heading);
    sure->intro(report, out);
    text_add(out, "\n");
    if (report->shared_seeds) return;
    text_add(out, "\n");
    table(report, words, out);
    text_addf(out, "\n%s\n\n", words->phrases[PHRASE_HOW_TO_READ]);
    for (int column = 0; column < COLUMNS; column++) {
        if (!is_shown(report, (enum column)column)) continue;
        text_add(out, "- **");
        put_name(report, sure, (enum column)column, out);
        text_add(out, "**: ");
        put_explanation(report, sure, (enum column)column, out);
        text_add(out, "\n");
    }
    operating(report, words, out);
}
