#include "reports/curves_en.h"

#include "reports/english.h"

#include <math.h>
#include <string.h>

/* What the metric did in the runs whose validation loss rose from its lowest. */
struct courses {
    int overfit, known;              /* runs; those of a known course, of which ... */
    int higher;                      /* ... ended above where the metric was at the loss's lowest */
    int rose, level, fell;           /* ... had each course */
    const struct report_run *rising; /* the first that ended higher, or NULL */
    const struct report_run *other;  /* the first that did not, and fell where one did */
};

static void take_course(const struct report_run *run, struct courses *courses)
{
    bool higher =
        report_run_evidence(run, "metric_at_end") > report_run_evidence(run, "metric_at_loss_minimum");
    courses->overfit++;
    if (run->course == REPORT_METRIC_UNKNOWN) return;
    courses->known++;
    courses->higher += higher;
    courses->rose += run->course == REPORT_METRIC_ROSE;
    courses->level += run->course == REPORT_METRIC_LEVEL;
    courses->fell += run->course == REPORT_METRIC_FELL;
    if (higher && courses->rising == NULL) courses->rising = run;
    bool fell_first = run->course == REPORT_METRIC_FELL && courses->fell == 1;
    if (!higher && (courses->other == NULL || fell_first)) courses->other = run;
}

/* A run that shows it: from where the loss was lowest to the end, or, where it fell, from its best. */
static void example(const struct report *report, const struct report_run *run, const char *but,
                    struct text *out)
{
    if (run == NULL) return;
    bool fell = run->course == REPORT_METRIC_FELL;
    text_add(out, " In run ");
    words_code(out, run->id);
    text_addf(out, ", validation loss rose from step %.10g on, %s %s ",
              report_run_evidence(run, "validation_least_step"), but, english_metric(report));
    if (fell)
        text_addf(out, "fell from %.4f at its best (step %.10g)", report_run_evidence(run, "metric_best"),
                  report_run_evidence(run, "metric_best_step"));
    else
        text_addf(out, "went from %.4f", report_run_evidence(run, "metric_at_loss_minimum"));
    text_addf(out, " to %.4f (noise %.4f).", report_run_evidence(run, "metric_at_end"),
              report_run_evidence(run, fell ? "metric_fall_noise" : "metric_rise_noise"));
}

static void put_courses(const struct courses *courses, const char *metric, struct text *out)
{
    if (courses->higher > 0)
        text_addf(out, ", yet %s ended higher than it was there in %d of %d (by more than its noise in %d); ",
                  metric, courses->higher, courses->known, courses->rose);
    else
        text_addf(out, ", and %s ended no higher than it was there in any of %d; ", metric, courses->known);
    if (courses->fell > 0)
        text_addf(out, "in %d it fell from its best by more than its noise.", courses->fell);
    else
        text_add(out, "in none did it fall from its best by more than its noise.");
}

static void overfit(const struct report *report, struct text *out)
{
    struct courses courses = {0};
    const char *metric = english_metric(report);
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->has_class && run->class == REPORT_OVERFIT) take_course(run, &courses);
    }
    if (courses.known == 0) return;
    text_addf(out, "**Overfit by the loss; by %s too?** Validation loss rose from its lowest in %d run%s",
              metric, courses.overfit, english_plural(courses.overfit));
    put_courses(&courses, metric, out);
    if (2 * courses.rose > courses.known)
        text_addf(out,
                  " So the loss makes it look worse than it is: it grows with how sure the model is of its "
                  "mistakes. Judge by %s.",
                  metric);
    else if (courses.known == 1 && courses.fell == 1)
        text_add(out, " So this run got worse at the task itself.");
    else if (2 * courses.fell > courses.known)
        text_add(out, " So most of these runs got worse at the task itself.");
    else if (courses.known == 1)
        text_addf(out, " So what was trained after that neither helped nor harmed %s for sure.", metric);
    else if (2 * courses.level > courses.known)
        text_addf(out,
                  " So in most of them what was trained after that neither helped nor harmed %s for sure.",
                  metric);
    if (courses.rising != NULL)
        example(report, courses.rising, courses.rising->course == REPORT_METRIC_FELL ? "and" : "yet", out);
    example(report, courses.other, "and", out);
    if (report->validation_samples > 0)
        text_addf(out,
                  " The noise is what %ld validation samples leave open: two standard errors of the "
                  "difference on the same samples, or one of a proportion where the answers are not known.",
                  report->validation_samples);
}

/* "7 of 8 runs converged, 1 overfit" */
static void put_counts(const struct report_agreement *agreement, struct text *out)
{
    static const char *const did[REPORT_CLASSES] = {
        [REPORT_CONVERGED] = "converged",
        [REPORT_OVERFIT] = "overfit",
        [REPORT_STALLED] = "stalled",
        [REPORT_OSCILLATING] = "oscillated",
        [REPORT_UNDETERMINED] = "cannot be told",
    };
    text_addf(out, "%d of %d runs %s", agreement->classes[agreement->most], agreement->n,
              did[agreement->most]);
    for (int i = 0; i < REPORT_CLASSES; i++) {
        if (agreement->classes[i] > 0 && i != (int)agreement->most)
            text_addf(out, ", %d %s", agreement->classes[i], did[i]);
    }
}

/* Whether each run's result is its best evaluation by the metric already. */
static bool keeps_best(const struct report *report)
{
    bool loads = false, by_metric = false;
    for (size_t i = 0; i < report->fixed_count; i++) {
        const struct report_fact *fact = &report->fixed[i];
        if (strcmp(fact->name, "load_best_model_at_end") == 0) loads = strcmp(fact->value, "yes") == 0;
        if (strcmp(fact->name, "metric_for_best_model") == 0)
            by_metric = strcmp(fact->value, report->metric) == 0;
    }
    return loads && by_metric;
}

/* Those that learned were still at it at the end, and the others have stalled, not swung or risen. */
static bool merely_early(const struct report_setting *setting)
{
    const struct report_agreement *found = &setting->agreement;
    return found->classes[REPORT_OVERFIT] == 0 && found->classes[REPORT_OSCILLATING] == 0 &&
           setting->states[REPORT_ROSE] == 0 && found->classes[REPORT_CONVERGED] > 0 &&
           setting->states[REPORT_STILL_IMPROVING] >= found->classes[REPORT_CONVERGED];
}

static void agreement(const struct report *report, const struct report_setting *setting, struct text *out)
{
    const struct report_agreement *found = &setting->agreement;
    int learned = found->classes[REPORT_CONVERGED] + found->classes[REPORT_OVERFIT];
    put_counts(found, out);
    text_addf(out, "; two runs drawn at random agree %.0f%% of the time.", 100 * found->pairs);
    if (found->pairs >= 1) return;
    if (learned == found->n)
        text_addf(out,
                  " All learned; whether validation loss turns before the end is left to chance, as training "
                  "ends close to where it turns. %s%s%s",
                  keeps_best(report) ? "The evaluation with the best "
                                     : "Train a little shorter, or keep the evaluation with the best ",
                  english_metric(report),
                  keeps_best(report) ? " is kept in any case." : " (`load_best_model_at_end`).");
    else if (learned == 0)
        text_add(out, " None learned; only how it fails is left to chance. See what helps above.");
    else if (merely_early(setting))
        text_add(out,
                 " These runs are early: those that learn were still improving at the end, and the others "
                 "may only begin later. Train longer before you call it chance.");
    else
        text_add(
            out,
            " **Chance decides whether a run learns at all**, so the mean speaks of two kinds of runs and "
            "of neither: look for a setting in which all learn. Where runs oscillate that is a lower "
            "learning rate or a longer warm-up; where they stall, more steps or another learning rate.");
}

static void fold(size_t count, struct text *out)
{
    text_addf(out, "Each of the %zu runs", count);
}

const struct curves_words curves_en = {
    .agreement_heading = "Do the runs of a setting agree?",
    .agreement_intro =
        "Of all pairs of a setting's runs, the part whose curves have the same class: how likely two runs "
        "with new seeds are to show the same. Only runs of different seeds count whose class can be told; "
        "`-` "
        "is undefined. With few runs it is rough: three runs all agree 44% of the time even where one run in "
        "four is of another class.",
    .column_curves = "curves",
    .column_most = "most frequent",
    .column_share = "its share",
    .column_pairs = "two runs agree",
    .runs_heading = "Why each curve is called what it is",
    .runs_intro = "The numbers that decided, run by run; docs/diagnose.md has the limits, `summary.json` all "
                  "numbers. *Best step* is the evaluation that is the run's result; equal digests are equal "
                  "runs, to the last bit (their first eight digits).",
    .column_best_step = "best step",
    .column_decided = "what decided",
    .column_digest = "digest",
    .one_class = "one class",
    .overfit = overfit,
    .agreement = agreement,
    .fold = fold,
};
