#include "reports/curves.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The rows of one kind of curve, one for each remedy: in how many runs, and what helps. */
static void curve_rows(const struct report *report, const struct words *words, enum report_class class_of_run,
                       enum report_state state, struct text *out)
{
    for (size_t i = 0; i < report->run_count; i++) {
        int runs = 0;
        size_t first = i;
        for (size_t j = 0; j < report->run_count; j++) {
            const struct report_run *run = &report->runs[j];
            if (!run->has_class || run->class != class_of_run || run->state != state) continue;
            if (strcmp(run->remedy, report->runs[i].remedy) != 0) continue;
            if (runs++ == 0) first = j;
        }
        if (runs == 0 || first != i) continue;
        text_add(out, "| ");
        words->class_of_run(class_of_run, state, out);
        text_addf(out, " | %d | %s |\n", runs, report->runs[i].remedy);
    }
}

/* Every kind of curve that was seen. */
static void kinds(const struct report *report, const struct words *words, struct text *out)
{
    bool some = false;
    for (size_t i = 0; i < report->run_count; i++)
        some = some || report->runs[i].has_class;
    if (!some) return;
    text_addf(out, "\n%s\n\n", words->phrases[PHRASE_CURVES_INTRO]);
    text_addf(out, "| %s | %s | %s |\n|---|--:|---|\n", words->phrases[PHRASE_COLUMN_CLASS],
              words->phrases[PHRASE_COLUMN_COUNT], words->phrases[PHRASE_COLUMN_REMEDY]);
    for (int class_of_run = 0; class_of_run < REPORT_CLASSES; class_of_run++) {
        for (int state = 0; state < REPORT_STATES; state++)
            curve_rows(report, words, (enum report_class)class_of_run, (enum report_state)state, out);
    }
}

static void overfit(const struct report *report, const struct words *words, struct text *out)
{
    struct text paragraph = {0};
    words->curves->overfit(report, &paragraph);
    if (paragraph.length > 0) text_addf(out, "\n%s\n", text_string(&paragraph));
    out->failed = out->failed || paragraph.failed;
    text_free(&paragraph);
}

/* Counted, not estimated: none and all are 0 and 100%. */
static void put_fraction(double fraction, struct text *out)
{
    if (isnan(fraction))
        text_add(out, " | -");
    else
        text_addf(out, " | %.0f%%", 100 * fraction);
}

static void agreement_row(const struct report *report, const struct words *words, size_t index,
                          struct text *out)
{
    const struct report_agreement *agreement = &report->settings[index].agreement;
    text_add(out, "| ");
    words_code(out, report->settings[index].label);
    text_addf(out, " | %d | ", agreement->n);
    if (agreement->n > 0)
        words->class_of_run(agreement->most, REPORT_PLAIN, out);
    else
        text_add(out, "-");
    put_fraction(agreement->share, out);
    put_fraction(agreement->pairs, out);
    text_add(out, " |\n");
}

/* A sentence for each setting whose runs disagree; a single setting has one in any case. */
static void agreement_sentences(const struct report *report, const struct words *words, struct text *out)
{
    bool some = false;
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_setting *setting = &report->settings[i];
        if (report->setting_count > 1 && !(setting->agreement.pairs < 1)) continue;
        text_add(out, some ? "- " : "\n- ");
        some = true;
        words_code(out, setting->label);
        text_add(out, ": ");
        words->curves->agreement(report, setting, out);
        text_add(out, "\n");
    }
}

/* Do the runs of a setting agree? Nothing where no setting has two curves. */
static void agreement(const struct report *report, const struct words *words, struct text *out)
{
    const struct curves_words *curves = words->curves;
    bool some = false;
    for (size_t i = 0; i < report->setting_count; i++)
        some = some || !isnan(report->settings[i].agreement.pairs);
    if (!some) return;
    text_addf(out, "\n### %s\n\n%s\n\n", curves->agreement_heading, curves->agreement_intro);
    text_addf(out, "| %s | %s | %s | %s | %s |\n|---|--:|---|--:|--:|\n",
              words->phrases[PHRASE_COLUMN_SETTING], curves->column_curves, curves->column_most,
              curves->column_share, curves->column_pairs);
    for (size_t i = 0; i < report->setting_count; i++)
        agreement_row(report, words, i, out);
    agreement_sentences(report, words, out);
}

static void run_row(const struct report *report, const struct words *words, const struct report_run *run,
                    struct text *out)
{
    char digest[9];
    snprintf(digest, sizeof digest, "%s", run->digest);
    text_add(out, "| ");
    words_code(out, run->id);
    text_add(out, " | ");
    words_code(out, report->settings[run->setting].label);
    text_addf(out, " | %d | ", run->repeat + 1);
    words_value(out, run->metric);
    if (run->best_step < 0)
        text_add(out, " | - | ");
    else
        text_addf(out, " | %ld | ", run->best_step);
    if (run->has_class)
        words->class_of_run(run->class, run->state, out);
    else
        text_addf(out, "- (%s)", words->outcome(run->outcome));
    if (run->one_class) text_addf(out, "; %s", words->curves->one_class);
    text_add(out, " | ");
    words_plain(out, run->seen[0] == '\0' ? "-" : run->seen);
    text_add(out, " | ");
    words_code(out, digest);
    text_add(out, " |\n");
}

/* Why each curve is called what it is. */
static void runs(const struct report *report, const struct words *words, struct text *out)
{
    const struct curves_words *curves = words->curves;
    size_t count = 0;
    for (size_t i = 0; i < report->run_count; i++)
        count += report->runs[i].outcome != REPORT_PENDING;
    if (count == 0) return;
    text_addf(out, "\n### %s\n\n%s\n\n", curves->runs_heading, curves->runs_intro);
    if (count > CURVES_UNFOLDED) {
        text_add(out, "<details><summary>");
        curves->fold(count, out);
        text_add(out, "</summary>\n\n");
    }
    text_addf(out, "| %s | %s | %s | %s | %s | %s | %s | %s |\n|---|---|--:|--:|--:|---|---|---|\n",
              words->phrases[PHRASE_COLUMN_RUN], words->phrases[PHRASE_COLUMN_SETTING],
              words->phrases[PHRASE_COLUMN_REPEAT], words->metric(report), curves->column_best_step,
              words->phrases[PHRASE_COLUMN_CLASS], curves->column_decided, curves->column_digest);
    for (size_t i = 0; i < report->run_count; i++) {
        if (report->runs[i].outcome != REPORT_PENDING) run_row(report, words, &report->runs[i], out);
    }
    if (count > CURVES_UNFOLDED) text_add(out, "\n</details>\n");
}

void curves_tables(const struct report *report, const struct words *words, struct text *out)
{
    kinds(report, words, out);
    overfit(report, words, out);
    agreement(report, words, out);
    runs(report, words, out);
}
