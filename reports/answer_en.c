#include "reports/answer_en.h"

#include "reports/english.h"
#include "reports/question_en.h"
#include "reports/words.h"
#include "reports/worth_en.h"

#include <math.h>

/* "F1 0.8671 ± 0.0052 (mean ± SD of 3 runs with different seeds)". */
static void result(const struct report *report, const struct report_setting *setting, struct text *out)
{
    const struct report_summary *summary = &setting->summary;
    text_addf(out, "%s ", english_metric(report));
    words_value(out, summary->mean);
    if (summary->n > 1)
        text_addf(out, " ± %.4f (mean ± SD of %d runs %s)", summary->sd, summary->n,
                  report->shared_seeds ? "that share seeds by design" : "with different seeds");
    else
        text_add(out, " (a single run)");
}

/* Of the runs that ended, the part without a result. */
static double failing_part(const struct report_setting *setting)
{
    int failing = setting->failed + setting->undefined;
    return (double)failing / (failing + setting->summary.n);
}

/* Why the recommended setting goes before one whose mean is as good or better. */
static const char *shortcoming(const struct report *report, const struct report_setting *best,
                               const struct report_setting *next)
{
    double worse = best->summary.min - next->summary.min;
    if (report->lower_is_better) worse = next->summary.max - best->summary.max;
    if (report->recommendation == REPORT_LEAST_BAD) {
        if (failing_part(best) < failing_part(next)) return "more failed runs";
        if (worse > 0) return "a worse worst run";
    }
    return best->summary.spread < next->summary.spread ? "a wider spread" : NULL;
}

/* Whether two means are the same to the digits that are shown. */
static bool look_equal(double a, double b)
{
    return fabs(a - b) < 0.5e-4;
}

static void compare(const struct report *report, struct text *out)
{
    if (!report->has_runner_up) return;
    const struct report_setting *best = &report->settings[report->recommended];
    const struct report_setting *next = &report->settings[report->runner_up];
    const char *but = shortcoming(report, best, next);
    double behind = best->summary.mean - next->summary.mean;
    if (report->lower_is_better) behind = -behind;
    text_add(out, " The next best, ");
    words_code(out, next->label);
    if (look_equal(best->summary.mean, next->summary.mean)) {
        if (but == NULL)
            text_add(out, ", has the same mean: there is nothing to choose between the two.");
        else
            text_addf(out, ", has the same mean, but %s.", but);
        return;
    }
    text_add(out, behind > 0 ? ", is " : ", has a mean ");
    words_spread(out, report, fabs(behind));
    text_add(out, report->in_points ? " points " : " ");
    text_add(out, behind > 0 ? "behind" : "better");
    if (behind <= 0 && but != NULL) text_addf(out, ", but %s", but);
    if (isnan(best->summary.low) || isnan(next->summary.low))
        text_add(out, "; how much of that is noise cannot be told from single runs.");
    else if (report->intervals_overlap)
        text_add(out, "; the 95% intervals of the two means overlap, so their order is not settled.");
    else
        text_add(out, "; the 95% intervals of the two means do not overlap.");
}

/* A setting with a better mean that may not be recommended: by how much it missed the rule, so that a reader
 * can decide otherwise; nothing when there is none. Markdown, or plain for a terminal. */
static void rival(const struct report *report, bool markdown, struct text *out)
{
    if (!report->has_rival || report->recommendation == REPORT_NOTHING) return;
    const struct report_setting *other = &report->settings[report->rival];
    if (look_equal(report->settings[report->recommended].summary.mean, other->summary.mean)) return;
    int failing = other->failed + other->undefined;
    double least = 0.0001; /* the last digit that is shown: no miss is shown as none */
    text_add(out, " The mean of ");
    if (markdown)
        words_code(out, other->label);
    else
        text_add(out, other->label);
    text_add(out, " is better (");
    words_value(out, other->summary.mean);
    text_add(out, "), but ");
    if (other->rule == REPORT_UNSTABLE) {
        text_add(out, "its spread misses the rule by ");
        words_spread(out, report, fmax(other->summary.spread - report->max_spread, least));
        text_add(out, report->in_points ? " points (" : " (");
        words_spread(out, report, other->summary.spread);
        text_add(out, " against ");
        words_spread(out, report, report->max_spread);
        text_add(out, ")");
    } else if (failing == 0) {
        text_add(out, "it has too few finished runs of different seeds to be judged");
    }
    if (failing > 0)
        text_addf(out, "%s%d of its %d runs %s no result", other->rule == REPORT_UNSTABLE ? " and " : "",
                  failing, other->planned - other->pending, failing == 1 ? "has" : "have");
    text_add(out, ".");
}

/* Runs of all settings. */
struct counts {
    int done, failed, undefined, pending;
};

static struct counts count_runs(const struct report *report)
{
    struct counts counts = {0};
    for (size_t i = 0; i < report->setting_count; i++) {
        counts.done += report->settings[i].done;
        counts.failed += report->settings[i].failed;
        counts.undefined += report->settings[i].undefined;
        counts.pending += report->settings[i].pending;
    }
    return counts;
}

static bool only_one(const struct report *report)
{
    return report->setting_count == 1;
}

/* "1 of its 4 runs failed", "1 of its 4 runs has no F1"; nothing when all have one. */
static void without_result(const struct report *report, const struct report_setting *setting,
                           struct text *out)
{
    int ended = setting->planned - setting->pending;
    if (setting->failed > 0) text_addf(out, "%d of its %d runs failed", setting->failed, ended);
    if (setting->failed > 0 && setting->undefined > 0) text_add(out, " and ");
    if (setting->undefined > 0)
        text_addf(out, "%d of its %d runs %s no %s", setting->undefined, ended,
                  setting->undefined == 1 ? "has" : "have", english_metric(report));
}

/* Why a setting is unstable. */
static void why_unstable(const struct report *report, const struct report_setting *setting, struct text *out)
{
    without_result(report, setting, out);
    if (setting->rule == REPORT_STABLE) {
        text_addf(out, "; the other %d agree", setting->summary.n);
        return;
    }
    if (setting->failed + setting->undefined > 0) text_add(out, ", and ");
    text_add(out, "its runs lie ");
    words_spread(out, report, setting->summary.spread);
    text_add(out, report->in_points ? " points" : "");
    text_add(out, " apart, more than the ");
    english_amount(out, report, report->max_spread);
    text_add(out, " of the recipe's rule");
}

/* What there is instead of a recommendation. */
static const char *nothing(const struct report *report, const struct counts *counts)
{
    if (counts->done == 0) return "no run has finished.";
    if (report->one_label)
        return "all validation examples are of one class, on which no metric and no loss tells a model that "
               "learned from one that always answers that class. What follows about the settings means "
               "nothing; validate on every class.";
    if (counts->undefined == counts->done) return "no finished run has a defined value of the metric.";
    bool one = report->setting_count == 1;
    if (report->too_short == 0) return one ? "its runs learned nothing." : "no setting learned anything.";
    if ((size_t)report->too_short == report->setting_count)
        return "nothing can be said: the loss curves have too few evaluations. Train longer or evaluate more "
               "often (a smaller eval_steps).";
    return "no setting is known to have learned anything; where the loss curves are too short to tell, train "
           "longer or evaluate more often.";
}

/* Runs that give every sample the same class, a blank before it; nothing when there are none. */
static void one_class(const struct report *report, const char *strong, struct text *out)
{
    int runs = 0;
    for (size_t i = 0; i < report->setting_count; i++)
        runs += report->settings[i].one_class;
    if (runs == 0) return;
    text_addf(out, " %s%d of %zu runs %s every sample the same class%s", strong, runs, report->run_count,
              runs == 1 ? "gives" : "give", strong);
    if (isnan(report->constant_metric) || report->lower_is_better) {
        text_add(out, ": such a run has learned nothing.");
        return;
    }
    text_addf(out, ", which at best gets %s ", english_metric(report));
    words_value(out, report->constant_metric);
    text_add(out, " here: a setting that has learned something must do better.");
}

/* Curves that are too short to judge, of runs that learned all the same. */
static void short_curves(const struct report *report, struct text *out)
{
    const struct report_setting *setting = &report->settings[report->recommended];
    if (setting->by_metric == 0) return;
    text_addf(out,
              " The loss curves of %d of its runs have too few evaluations to be judged; that they learned "
              "shows in their %s alone, which beats the best constant answer (",
              setting->by_metric, english_metric(report));
    words_value(out, report->constant_metric);
    text_add(out, ") by more than the noise of the validation set.");
}

/* When a single validation sample moves the metric by a good part of what the rule allows, the rule measures
 * the validation set as much as the setting. */
static void sample_weight(const struct report *report, struct text *out)
{
    enum { TOLERABLE = 4 }; /* so many samples must fit into max_spread */
    if (!report->in_points || report->validation_samples <= 0) return;
    double weight = 1.0 / (double)report->validation_samples;
    if (!(weight * TOLERABLE > report->max_spread)) return;
    text_addf(out, " The validation set is small: of its %ld samples one is worth about %.2f points, of the ",
              report->validation_samples, 100 * weight);
    english_amount(out, report, report->max_spread);
    text_add(out, " that the rule allows.");
}

/* Runs of a design are no repeats: what the rule says of them holds for nothing. */
static void trust_design(const struct report *report, struct text *out)
{
    text_add(out,
             " **Can that be trusted?** These runs do not tell: most of them share seeds by design, and the "
             "recipe's rule asks for runs of which each has its own. Repeat it with all seeds varied "
             "together (`design = joint`).");
    sample_weight(report, out);
}

static void trust(const struct report *report, struct text *out)
{
    const struct report_setting *setting = &report->settings[report->recommended];
    if (report->shared_seeds) {
        trust_design(report, out);
        return;
    }
    text_add(out, " **Can that be trusted?** ");
    switch (report->recommendation) {
    case REPORT_TRUSTED:
        worth_en_trusted(report, setting, out);
        break;
    case REPORT_UNPROVEN:
        text_add(out,
                 "No: no setting has the two runs of different seeds that a spread needs, so nobody can say "
                 "whether another seed gives the same.");
        break;
    case REPORT_LEAST_BAD:
        text_add(out, "No: ");
        if (only_one(report)) {
            why_unstable(report, setting, out);
            text_add(out, ".");
        } else {
            text_add(out,
                     "no setting that learned something is stable; this one is the least bad: of those that "
                     "learned something and have the fewest failed runs its worst run is best.");
        }
        if (setting->rule == REPORT_UNSTABLE) worth_en_strictness(report, setting, out);
        worth_en_undetermined(report, setting, out);
        break;
    case REPORT_NOTHING:
        break;
    }
    short_curves(report, out);
    compare(report, out);
    rival(report, true, out);
    sample_weight(report, out);
}

/* Whether the same seeds gave the same bits, where that was tried. */
static void same_seeds(const struct report *report, struct text *out)
{
    int twins = 0, unequal = 0;
    for (size_t i = 0; i < report->setting_count; i++) {
        twins += report->settings[i].twins;
        unequal += report->settings[i].unequal;
    }
    if (twins == 0) return;
    text_addf(out, " %d run%s repeated the seeds of another: ", twins, english_plural(twins));
    if (unequal == 0)
        text_add(out, "**the same seeds gave the same bits** every time, a spread of exactly 0.");
    else
        text_addf(
            out,
            "**%d of them gave other bits**, so something besides settings and seeds decides these results; "
            "find it before trusting any of them.",
            unequal);
}

/* A sentence on runs whose other seeds changed no bit, a blank before it; nothing when there are none.
 * `strong` goes around what matters most: "**" in Markdown, "" on a terminal. */
static void dead_seeds(const struct report *report, const char *strong, struct text *out)
{
    int dead = 0;
    for (size_t i = 0; i < report->setting_count; i++)
        dead += report->settings[i].dead;
    if (dead == 0) return;
    text_addf(out, " %s%d run%s dead seeds%s: other seeds (", strong, dead, dead == 1 ? " has" : "s have",
              strong);
    english_streams(report, true, out);
    text_add(
        out,
        ") than an earlier run of the setting, and the same bits. What was varied decides nothing there, so "
        "such a run is a copy and is not counted.");
}

/* What the recommendation is. */
static const char *kind(const struct report *report)
{
    bool least_bad = report->recommendation == REPORT_LEAST_BAD;
    if (report->shared_seeds) return only_one(report) ? "The setting" : least_bad ? "Least bad" : "Best";
    if (!only_one(report)) return least_bad ? "Least bad" : "Recommended";
    return least_bad ? "Not stable" : report->recommendation == REPORT_TRUSTED ? "Stable" : "One run";
}

/* A sentence on runs that are not there yet, a blank before it; nothing when all are. */
static void provisional(const struct report *report, struct text *out)
{
    const struct counts counts = count_runs(report);
    if (counts.pending > 0)
        text_addf(out, " %d of %zu runs %s still missing: this answer is provisional.", counts.pending,
                  report->run_count, counts.pending == 1 ? "is" : "are");
}

void english_answer(const struct report *report, struct text *out)
{
    const struct counts counts = count_runs(report);
    question_en(report, out);
    if (report->recommendation == REPORT_NOTHING) {
        text_addf(out, "**No recommendation%s:** %s", counts.pending > 0 ? " yet" : "",
                  nothing(report, &counts));
    } else {
        text_add(out, "**");
        text_add(out, kind(report));
        text_add(out, ": ");
        words_code(out, report->settings[report->recommended].label);
        text_add(out, "**, with ");
        result(report, &report->settings[report->recommended], out);
        text_add(out, ".");
        trust(report, out);
    }
    one_class(report, "**", out);
    same_seeds(report, out);
    dead_seeds(report, "**", out);
    if (counts.failed > 0) text_addf(out, " %d of %zu runs failed.", counts.failed, report->run_count);
    if (counts.undefined > 0)
        text_addf(out, " %d of %zu runs finished without a defined %s.", counts.undefined, report->run_count,
                  english_metric(report));
    provisional(report, out);
}

void english_why(const struct report *report, struct text *out)
{
    if (report->recommendation == REPORT_NOTHING) {
        const struct counts counts = count_runs(report);
        text_addf(out, "There is no setting to recommend: %s", nothing(report, &counts));
    } else {
        words_code(out, report->settings[report->recommended].label);
        text_add(out, ", with ");
        result(report, &report->settings[report->recommended], out);
        text_add(out, ": ");
    }
    if (report->recommendation != REPORT_NOTHING && report->shared_seeds && !only_one(report)) {
        text_add(out,
                 "the best by the recipe's rule on all runs, which share seeds by design: not to be relied "
                 "on before it is repeated with all seeds varied together (`design = joint`).");
        return;
    }
    if (report->recommendation != REPORT_NOTHING && only_one(report)) {
        text_add(out, "the only setting that was tried; what can be said of it is above.");
        return;
    }
    const char *best = report->lower_is_better ? "lowest" : "highest";
    switch (report->recommendation) {
    case REPORT_TRUSTED:
        text_addf(out,
                  "the %s mean %s among the stable settings: those of which no run failed and that pass the "
                  "recipe's rule, or fail it and are stable by the calibrated verdict.",
                  best, english_metric(report));
        break;
    case REPORT_UNPROVEN:
        text_addf(
            out,
            "the %s %s seen. No setting has two finished runs of different seeds, so the rule could not be "
            "applied to any.",
            best, english_metric(report));
        break;
    case REPORT_LEAST_BAD:
        text_add(out, "no setting that learned something is stable. Of those that did, with the fewest "
                      "failed runs, this "
                      "is the one whose worst run is best: the least bad, not a good one.");
        break;
    case REPORT_NOTHING:
        break;
    }
    if (report->recommendation != REPORT_NOTHING) compare(report, out);
    rival(report, true, out);
    int nothing_learned = report->left_out - report->too_short;
    if (nothing_learned > 0)
        text_addf(
            out,
            " %d setting%s left out because most of %s runs stalled, oscillate or give every sample the same "
            "class: runs that learn nothing agree with each other, which the spread alone would call stable.",
            nothing_learned, nothing_learned == 1 ? " was" : "s were",
            nothing_learned == 1 ? "its" : "their");
    if (report->too_short > 0)
        text_addf(out,
                  " %d setting%s left out because the curves are too short to tell: train longer or evaluate "
                  "more often to have %s judged.",
                  report->too_short, report->too_short == 1 ? " was" : "s were",
                  report->too_short == 1 ? "it" : "them");
    one_class(report, "", out);
}

void english_in_short(const struct report *report, struct text *out)
{
    if (report->recommendation == REPORT_NOTHING) {
        const struct counts counts = count_runs(report);
        text_addf(out, "No recommendation: %s", nothing(report, &counts));
        one_class(report, "", out);
        dead_seeds(report, "", out);
        provisional(report, out);
        return;
    }
    const struct report_setting *setting = &report->settings[report->recommended];
    question_en_answer(report, out);
    text_addf(out, "%s: %s, with ", kind(report), setting->label);
    result(report, setting, out);
    if (report->shared_seeds) {
        text_add(out, ".");
        one_class(report, "", out);
        provisional(report, out);
        return;
    }
    switch (report->recommendation) {
    case REPORT_TRUSTED:
        worth_en_in_short(report, setting, out);
        break;
    case REPORT_UNPROVEN:
        text_add(out, "; unproven: a spread needs two runs of different seeds");
        if (setting->failed + setting->undefined > 0) text_add(out, ", and ");
        without_result(report, setting, out);
        break;
    case REPORT_LEAST_BAD:
        text_add(out, only_one(report) ? "; " : "; no setting is stable");
        if (only_one(report)) why_unstable(report, setting, out);
        break;
    case REPORT_NOTHING:
        break;
    }
    text_add(out, ".");
    short_curves(report, out);
    rival(report, false, out);
    one_class(report, "", out);
    dead_seeds(report, "", out);
    provisional(report, out);
}
