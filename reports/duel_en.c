#include "reports/duel_en.h"

#include "reports/english.h"

static void intro(const struct report *report, struct text *out)
{
    words_code(out, report->settings[report->recommended].label);
    text_add(out, ", which comes first in this report,");
    text_add(
        out,
        " beside each of the others. Runs with the same seeds are compared in pairs, as what a seed does to "
        "both cancels; where there are too few pairs, all runs are compared (Welch).");
}

static void explain_p(const struct report *report, struct text *out)
{
    text_add(out, "how often two settings that are equally good would differ by this much or more; ");
    if (report->comparisons > 1)
        text_addf(
            out,
            "raised by Holm's method for the %zu comparisons that could have been made, because among many "
            "one is striking by luck.",
            report->comparisons);
    else
        text_add(out, "only one comparison was made, so it stands as it is.");
}

static const char *verdict(enum report_comparison comparison)
{
    switch (comparison) {
    case REPORT_BETTER:
        return "better";
    case REPORT_WORSE:
        return "worse";
    case REPORT_OPEN:
        return "cannot tell";
    case REPORT_UNCOMPARED:
        break;
    }
    return "-";
}

static void luck(const struct report *report, struct text *out)
{
    const struct report_luck *best = &report->luck;
    text_add(out, "The setting with the best mean is ");
    words_code(out, report->settings[best->setting].label);
    text_add(
        out,
        ". Of several settings the best one is also a lucky one: its mean is expected to be too good by ");
    words_spread(out, report, best->bias);
    if (report->in_points) text_add(out, " points");
    text_add(out, ", and by up to ");
    words_spread(out, report, best->bias_most);
    if (report->in_points) text_add(out, " points");
    text_add(out, " if all are equally good. Without that luck it would be about ");
    words_value(out, best->corrected);
    text_add(out, ". If all were trained again, it would be the best in ");
    words_percent(out, best->again);
    text_add(out, " of the cases.");
}

const struct duel_words duel_en = {
    .heading = "Is it really better than the others?",
    .column_difference = "difference of the means",
    .column_interval = "95% interval",
    .column_p = "p",
    .column_beats = "a run of it wins",
    .column_verdict = "answer",
    .explain_difference = "the mean of the setting named above less that of this one.",
    .explain_interval = "where the true difference lies, 95 times in 100; with 0 in it, there may be none.",
    .explain_beats =
        "how likely a single run of the setting named above is better than one of this one; failed runs "
        "count as the worst.",
    .explain_verdict = "*better* or *worse* when p is 5% or less and no more runs failed on the better side; "
                       "*cannot tell* is not \"no difference\": more runs "
                       "could show one.",
    .intro = intro,
    .explain_p = explain_p,
    .verdict = verdict,
    .luck = luck,
};
