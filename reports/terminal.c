#include "reports/terminal.h"

#include "base/utf8.h"

#include <math.h>

enum { COLUMNS = 8 };

static void spread_name(const struct report *report, const struct words *words, enum phrase name,
                        struct text *out)
{
    text_add(out, words->phrases[name]);
    if (report->in_points) text_addf(out, " (%s)", words->phrases[PHRASE_POINTS]);
}

/* One cell of the table; `row` is the setting's index, or -1 for the header. */
static void put_cell(const struct report *report, const struct words *words, long row, int column,
                     struct text *out)
{
    const struct report_setting *setting = row < 0 ? NULL : &report->settings[row];
    text_clear(out);
    switch (column) {
    case 0:
        text_add(out, setting == NULL ? words->phrases[PHRASE_COLUMN_SETTING] : setting->label);
        break;
    case 1:
        if (setting == NULL)
            text_add(out, words->phrases[PHRASE_COLUMN_RUNS]);
        else
            text_addf(out, "%d", setting->summary.n);
        break;
    case 2:
        if (setting == NULL)
            text_addf(out, "%s %s", words->phrases[PHRASE_COLUMN_MEAN], words->metric(report));
        else
            words_value(out, setting->summary.mean);
        break;
    case 3:
        if (setting == NULL)
            spread_name(report, words, PHRASE_COLUMN_SD, out);
        else
            words_spread(out, report, setting->summary.sd);
        break;
    case 4:
        if (setting == NULL)
            spread_name(report, words, PHRASE_COLUMN_SPREAD, out);
        else
            words->spread(report, setting, out);
        break;
    case 5:
        if (setting == NULL)
            text_add(out, words->phrases[PHRASE_COLUMN_VERDICT]);
        else
            words->verdict_plain(setting, out);
        break;
    case 6:
        if (setting == NULL)
            text_add(out, words->sureness->column_verdict);
        else
            words->sureness->sure_plain(setting, out);
        break;
    case 7:
        if (setting == NULL)
            text_add(out, words->phrases[PHRASE_COLUMN_CURVES]);
        else
            words->classes(setting, out);
        break;
    default:
        break;
    }
}

static void pad(struct text *out, size_t places)
{
    for (size_t i = 0; i < places; i++)
        text_add(out, " ");
}

void terminal_report(const struct report *report, const struct words *words, struct text *out)
{
    struct text cell = {0};
    size_t widest[COLUMNS] = {0};
    long rows = (long)report->setting_count;
    for (long row = -1; row < rows; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            put_cell(report, words, row, column, &cell);
            size_t places = (size_t)utf8_columns(text_string(&cell));
            if (places > widest[column]) widest[column] = places;
        }
    }
    for (long row = -1; row < rows; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            put_cell(report, words, row, column, &cell);
            size_t padding = widest[column] - (size_t)utf8_columns(text_string(&cell));
            bool number = column >= 1 && column <= 4;
            if (column > 0) pad(out, 2);
            if (number) pad(out, padding);
            text_add(out, text_string(&cell));
            if (!number && column + 1 < COLUMNS) pad(out, padding);
        }
        text_add(out, "\n");
    }
    out->failed = out->failed || cell.failed;
    text_free(&cell);
    text_add(out, "\n");
    words->in_short(report, out);
    text_add(out, "\n");
    if (!report->sequential) return;
    words->sureness->spared(report, out);
    text_add(out, "\n");
}
