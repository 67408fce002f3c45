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

static const char *claim(enum report_claim what)
{
    switch (what) {
    case REPORT_CLAIM_BETTER:
        return "better";
    case REPORT_CLAIM_WORSE:
        return "worse";
    case REPORT_CLAIM_OPEN:
        return "cannot tell";
    case REPORT_CLAIM_NONE:
        break;
    }
    return "nothing";
}

/* "better by t, cannot tell by Mann-Whitney": those that say something. */
static void claims(const struct report_encounter *encounter, struct text *out)
{
    const struct {
        const char *name;
        enum report_claim what;
    } ways[] = {
        {"t", encounter->by_t}, {"bootstrap", encounter->by_boot}, {"Mann-Whitney", encounter->by_ranks}};
    const char *separator = "";
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (ways[i].what == REPORT_CLAIM_NONE) continue;
        text_addf(out, "%s%s by %s", separator, claim(ways[i].what), ways[i].name);
        separator = ", ";
    }
}

/* Encounters of which at least two ways say something. */
static int count_comparable(const struct report *report)
{
    int count = 0;
    for (size_t i = 0; i < report->encounter_count; i++) {
        const struct report_encounter *encounter = &report->encounters[i];
        int ways = (encounter->by_t != REPORT_CLAIM_NONE) + (encounter->by_boot != REPORT_CLAIM_NONE) +
                   (encounter->by_ranks != REPORT_CLAIM_NONE);
        count += ways >= 2;
    }
    return count;
}

static void agreement(const struct report *report, struct text *out)
{
    bool some = false;
    for (size_t i = 0; i < report->encounter_count; i++) {
        const struct report_encounter *encounter = &report->encounters[i];
        if (!encounter->disagree) continue;
        text_add(out, some ? "; beside "
                           : "The ways to look at a difference, each alone and before Holm, do not agree "
                             "everywhere. Beside ");
        words_code(out, report->settings[encounter->setting].label);
        text_add(out, ": ");
        claims(encounter, out);
        some = true;
    }
    if (some)
        text_add(out,
                 ". Where only Mann-Whitney cannot tell, the runs overlap and the pairs or the sizes of the "
                 "differences show what the order does not; where only t can tell, one far run may stretch "
                 "it, or runs are not normally distributed. Add runs before building on such a difference.");
    else if (count_comparable(report) == 0)
        text_add(out,
                 "Only one way to look at these differences has anything to say, as runs are few: nothing "
                 "confirms it.");
    else
        text_add(out,
                 "The ways to look at a difference (t, bootstrap, Mann-Whitney), as far as each has enough "
                 "runs to say something, agree on every setting.");
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
        ". Of several settings the best one is also a lucky one: its mean is estimated to be too good by ");
    words_spread(out, report, best->bias);
    if (report->in_points) text_add(out, " points");
    text_add(out, ", an estimate that comes out too small when runs are few (of three, by a third or so), "
                  "and at most by ");
    words_spread(out, report, best->bias_most);
    if (report->in_points) text_add(out, " points");
    text_add(out, ", if all are equally good. Without that luck it would be about ");
    words_value(out, best->corrected);
    text_add(out, ", and without the most of it ");
    words_value(out, best->corrected + (report->lower_is_better ? 1 : -1) * (best->bias_most - best->bias));
    text_add(out, ". If all were trained again, it would be the best in ");
    words_percent(out, best->again);
    text_add(out, " of the cases.");
}

const struct duel_words duel_en = {
    .heading = "Is it really better than the others?",
    .column_difference = "difference of the means",
    .column_interval = "95% interval (t)",
    .column_bootstrap = "95% interval (bootstrap)",
    .column_p = "p (t)",
    .column_ranks = "p (Mann-Whitney)",
    .column_beats = "a run of it wins (95% interval)",
    .column_verdict = "answer",
    .explain_difference = "the mean of the setting named above less that of this one.",
    .explain_interval = "where the true difference lies, 95 times in 100, by Student's t (of the pairs, or "
                        "Welch's of all runs), which takes the runs for normally distributed; with 0 in it, "
                        "there may be none.",
    .explain_bootstrap =
        "the same from resampling the pairs, or the runs of both settings, which takes no distribution for "
        "granted: it tells whether the one by t rests on that. With fewer than four runs resamples say too "
        "little, and an end or both are open (`-`).",
    .explain_ranks =
        "how often settings of which neither tends to be better would show an order of runs as clear as this "
        "one; it looks at which run beats which, not by how much, so that one far run cannot sway it, counts "
        "failed runs as the worst and knows no pairs. Not raised by Holm. *Inconclusive*: with fewer than "
        "four "
        "runs on a side not even the clearest order would be rare (p 0.10 with three), which is not \"no "
        "difference\".",
    .inconclusive = "inconclusive",
    .explain_beats =
        "how likely a single run of the setting named above is better than one of this one; failed runs "
        "count as the worst. In brackets its 95% interval; with fewer than four runs on a side none is given "
        "(`-`), as even an order without exception may then be luck.",
    .explain_verdict =
        "*better* or *worse* when p (t) is 5% or less and no more runs failed on the better side; "
        "*cannot tell* is not \"no difference\": more runs "
        "could show one.",
    .intro = intro,
    .explain_p = explain_p,
    .agreement = agreement,
    .verdict = verdict,
    .luck = luck,
};
