#include "reports/sureness_en.h"

#include "reports/english.h"

/* A word alone would say that runs which learned nothing can be relied on. */
static void put_left_out(const struct report_setting *setting, const char *strong, struct text *out)
{
    if (!setting->left_out) return;
    text_addf(out, " (%s%s%s)", strong, setting->too_short ? "too short to tell" : "left out", strong);
}

static void recipe(const struct report_setting *setting, struct text *out)
{
    text_add(out, report_verdict_name(setting->verdict));
    put_left_out(setting, "**", out);
}

static void calibrated(const struct report_setting *setting, struct text *out)
{
    text_add(out, report_sureness_name(setting->certainty.verdict));
    put_left_out(setting, "**", out);
}

static void further(int runs, struct text *out)
{
    if (runs == REPORT_TOO_MANY)
        text_add(out, "too many");
    else if (runs == 0)
        text_add(out, "-");
    else
        text_addf(out, "%d", runs);
}

static void by_range(const struct report_certainty *certainty, struct text *out)
{
    text_add(out, report_sureness_name(certainty->by_range));
    if (certainty->further_by_range == REPORT_TOO_MANY)
        text_add(out, " (too many to add)");
    else if (certainty->further_by_range > 0)
        text_addf(out, " (%d to add)", certainty->further_by_range);
}

static void sure_plain(const struct report_setting *setting, struct text *out)
{
    const struct report_certainty *certainty = &setting->certainty;
    text_add(out, report_sureness_name(certainty->verdict));
    if (certainty->further == REPORT_TOO_MANY)
        text_add(out, " (too close to call)");
    else if (certainty->further > 0)
        text_addf(out, " (%d more run%s)", certainty->further, english_plural(certainty->further));
    else if (certainty->saved > 0)
        text_addf(out, " (%d run%s saved)", certainty->saved, english_plural(certainty->saved));
}

static void column_sd(const struct report *report, struct text *out)
{
    text_add(out, "95% interval of the SD");
    if (report->in_points) text_add(out, " (points)");
}

static void spared(const struct report *report, struct text *out)
{
    long saved = 0, planned = 0;
    int pending = 0, open = 0;
    if (!report->sequential) return;
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_setting *setting = &report->settings[i];
        saved += setting->certainty.saved;
        planned += setting->planned + setting->certainty.saved;
        pending += setting->pending;
        open += setting->pending > 0;
    }
    text_addf(out, "The sequential test spared %ld of %ld planned run%s", saved, planned,
              english_plural(planned));
    if (pending > 0)
        text_addf(out, " so far; %d setting%s not decided yet", open, open == 1 ? " is" : "s are");
    text_add(out, ".");
}

static void operating_intro(const struct report *report, struct text *out)
{
    text_addf(
        out,
        "What that test does, with %d to %d runs and by the true SD, which nobody knows (computed, for "
        "runs that are normally distributed and do not fail): how often it says which word, and after how "
        "many runs on average. Between ",
        report->least_repeats, report->repeats);
    english_amount(out, report, report->stable_sd);
    text_add(out, " and ");
    english_amount(out, report, report->unstable_sd);
    text_add(out, " it may say either, and neither is wrong there.");
}

static void intro(const struct report *report, struct text *out)
{
    if (report->shared_seeds) {
        text_add(out,
                 "That cannot be said of these runs: by design most of them share seeds, so they are not "
                 "independent of each other, and a verdict or an interval that takes them for so would "
                 "claim more than it knows. They tell which chance makes the difference (below); for a "
                 "verdict, repeat the setting with all seeds varied together (`design = joint`).");
        return;
    }
    text_add(out, "With few runs a spread is small or large by luck, and the recipe's rule cannot tell. The "
                  "calibrated verdict answers only when it would seldom be wrong; else it says that it "
                  "does not know yet, and how many runs would help.");
    if (!report->sequential) return;
    text_add(out,
             " Each setting was trained until a sequential test could decide, which looks after every run "
             "and allows for having looked. **");
    spared(report, out);
    text_add(out,
             "** The intervals below hold for a number of runs that was fixed beforehand; here, where it "
             "followed from the values, they are a guide.");
}

static void explain_verdict(const struct report *report, struct text *out)
{
    text_add(out, "*stable*: the true SD is ");
    english_amount(out, report, report->sequential ? report->stable_sd : report->sigma0);
    text_add(out, report->sequential ? " rather than " : " or less; *unstable*: it is ");
    if (report->sequential) {
        english_amount(out, report, report->unstable_sd);
        text_add(out, "; *unstable*: the other way round");
    } else {
        text_add(out, "that or more");
    }
    text_addf(
        out,
        ", or a run failed by itself; *undetermined*: these runs cannot tell. Either word is wrong for at "
        "most %g%% of the settings at that limit, whatever the number of runs.",
        100 * report->alpha);
}

const struct sureness_words sureness_en = {
    .heading = "How sure is this?",
    .column_recipe = "recipe's verdict",
    .column_verdict = "calibrated",
    .column_further = "runs to add",
    .column_likely = "to be safe",
    .column_student = "95% interval of the mean (t)",
    .column_bootstrap = "95% interval of the mean (bootstrap)",
    .explain_recipe = "what the rule on the spread says, as in the table above.",
    .column_range = "by the spread alone",
    .column_spared = "runs spared",
    .explain_range = "the calibrated verdict again, from nothing but the spread, which is what the recipe "
                     "looks at; the one "
                     "before uses all runs (their SD) and decides sooner. In brackets how many further runs "
                     "would decide it "
                     "if the SD stayed what it is and the spread grew with the runs as it does.",
    .explain_spared = "runs up to the most that were allowed which the test did not need.",
    .explain_further =
        "how many further runs would decide it if the SD stayed what it is; `-`: it is decided, or "
        "there is nothing to go by yet.",
    .explain_likely = "how many would decide it with a probability of 80%, if the SD seen is the true one.",
    .explain_sd = "where the true SD lies, by the chi-square distribution; it takes the runs for normally "
                  "distributed. The verdict looks at one side of it only, and so may be sure of a limit that "
                  "lies just inside. `-` also where runs that learned nothing are all equal, here as for the "
                  "mean.",
    .explain_student =
        "where the mean of very many runs lies, by Student's t; it takes the same for granted.",
    .explain_bootstrap =
        "the same from resampling the runs themselves (studentised), which takes no distribution "
        "for granted but needs four runs or more to have both ends.",
    .calibrated = calibrated,
    .recipe = recipe,
    .by_range = by_range,
    .further = further,
    .sure_plain = sure_plain,
    .column_sd = column_sd,
    .intro = intro,
    .explain_verdict = explain_verdict,
    .spared = spared,
    .operating_intro = operating_intro,
    .column_true_sd = "true SD",
    .column_stable = "says stable",
    .column_unstable = "says unstable",
    .column_undetermined = "undetermined",
    .column_mean_runs = "runs",
};
