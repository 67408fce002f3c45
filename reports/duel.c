#include "reports/duel.h"

#include <math.h>

/* A probability: "0.18", "<0.001". */
static void put_p(double p, struct text *out)
{
    if (isnan(p))
        text_add(out, "-");
    else if (p < 0.001)
        text_add(out, "<0.001");
    else
        text_addf(out, "%.2g", p);
}

static void put_interval(const struct report *report, double low, double high, struct text *out)
{
    if (isnan(low) && isnan(high)) {
        text_add(out, "-");
        return;
    }
    words_spread(out, report, low);
    text_add(out, " .. ");
    words_spread(out, report, high);
}

/* ">99% (57% .. >99%)"; with too few runs for an interval ">99% (-)". */
static void put_beats(const struct report_encounter *encounter, struct text *out)
{
    words_percent(out, encounter->beats);
    if (isnan(encounter->beats)) return;
    text_add(out, " (");
    words_percent(out, encounter->beats_low);
    if (!isnan(encounter->beats_low)) {
        text_add(out, " .. ");
        words_percent(out, encounter->beats_high);
    }
    text_add(out, ")");
}

static void encounter_row(const struct report *report, const struct words *words,
                          const struct report_encounter *encounter, struct text *out)
{
    text_add(out, "| ");
    words_code(out, report->settings[encounter->setting].label);
    text_add(out, " | ");
    words_spread(out, report, encounter->difference);
    text_add(out, " | ");
    put_interval(report, encounter->low, encounter->high, out);
    text_add(out, " | ");
    put_interval(report, encounter->boot_low, encounter->boot_high, out);
    text_add(out, " | ");
    put_p(encounter->adjusted_p, out);
    text_add(out, " | ");
    if (isnan(encounter->ranks_p))
        text_add(out, words->duel->inconclusive);
    else
        put_p(encounter->ranks_p, out);
    text_add(out, " | ");
    put_beats(encounter, out);
    text_addf(out, " | %s |\n", words->duel->verdict(encounter->verdict));
}

static void explain(const char *name, const char *sentence, struct text *out)
{
    text_addf(out, "- **%s**: %s\n", name, sentence);
}

void duel_section(const struct report *report, const struct words *words, struct text *out)
{
    const struct duel_words *duel = words->duel;
    const char *unit = report->in_points ? words->phrases[PHRASE_POINTS] : NULL;
    if (report->encounter_count == 0) return;
    text_addf(out, "\n## %s\n\n", duel->heading);
    duel->intro(report, out);
    text_addf(out, "\n\n| %s | %s", words->phrases[PHRASE_COLUMN_SETTING], duel->column_difference);
    if (unit != NULL) text_addf(out, " (%s)", unit);
    text_addf(out, " | %s | %s | %s | %s | %s | %s |\n|---|--:|:-:|:-:|--:|--:|--:|---|\n",
              duel->column_interval, duel->column_bootstrap, duel->column_p, duel->column_ranks,
              duel->column_beats, duel->column_verdict);
    for (size_t i = 0; i < report->encounter_count; i++)
        encounter_row(report, words, &report->encounters[i], out);
    text_add(out, "\n");
    duel->agreement(report, out);
    text_add(out, "\n");
    if (report->has_luck) {
        text_add(out, "\n");
        duel->luck(report, out);
        text_add(out, "\n");
    }
    text_addf(out, "\n%s\n\n", words->phrases[PHRASE_HOW_TO_READ]);
    explain(duel->column_difference, duel->explain_difference, out);
    explain(duel->column_interval, duel->explain_interval, out);
    explain(duel->column_bootstrap, duel->explain_bootstrap, out);
    text_addf(out, "- **%s**: ", duel->column_p);
    duel->explain_p(report, out);
    text_add(out, "\n");
    explain(duel->column_ranks, duel->explain_ranks, out);
    explain(duel->column_beats, duel->explain_beats, out);
    explain(duel->column_verdict, duel->explain_verdict, out);
}
