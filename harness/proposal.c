#include "harness/proposal.h"

#include "harness/diagnose/remedy.h"
#include "harness/judgement.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Runs whose loss overfit and whose metric did not gain from it. */
static int count_overfit(const struct report *report, size_t setting)
{
    int overfit = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        overfit += run->setting == setting && run->has_class && run->class == REPORT_OVERFIT &&
                   run->course != REPORT_METRIC_ROSE;
    }
    return overfit;
}

static enum report_advice_kind advice_for_report(enum advice_kind kind)
{
    switch (kind) {
    case ADVICE_FINISH_RUNS:
        return REPORT_FINISH_RUNS;
    case ADVICE_LOOK_AT_FAILURES:
        return REPORT_LOOK_AT_FAILURES;
    case ADVICE_MORE_REPEATS:
        return REPORT_MORE_REPEATS;
    case ADVICE_VARY_SEEDS:
        return REPORT_VARY_SEEDS;
    case ADVICE_VARY_JOINTLY:
        return REPORT_VARY_JOINTLY;
    case ADVICE_EXTEND:
        return REPORT_EXTEND;
    case ADVICE_REFINE:
        return REPORT_REFINE;
    case ADVICE_SWEEP_NEXT:
        return REPORT_SWEEP_NEXT;
    case ADVICE_FEWER_EPOCHS:
        return REPORT_FEWER_EPOCHS;
    case ADVICE_MORE_EPOCHS:
        return REPORT_MORE_EPOCHS;
    case ADVICE_RAISE_RATE:
        return REPORT_RAISE_RATE;
    case ADVICE_CALM_DOWN:
        return REPORT_CALM_DOWN;
    case ADVICE_SEE_MORE:
        return REPORT_SEE_MORE;
    case ADVICE_MORE_TIME:
        return REPORT_MORE_TIME;
    case ADVICE_ONE_CLASS:
        return REPORT_ONE_CLASS;
    case ADVICE_TRAIN_LONGER:
        return REPORT_TRAIN_LONGER;
    case ADVICE_MORE_VALIDATION:
        return REPORT_MORE_VALIDATION;
    case ADVICE_BOTH_CLASSES:
        return REPORT_BOTH_CLASSES;
    case ADVICE_DECIDE:
        return REPORT_DECIDE;
    case ADVICE_STEADY:
        break;
    }
    return REPORT_STEADY;
}

static enum report_recommendation kind_for_report(enum recommendation_kind kind)
{
    switch (kind) {
    case RECOMMEND_STABLE:
        return REPORT_TRUSTED;
    case RECOMMEND_UNPROVEN:
        return REPORT_UNPROVEN;
    case RECOMMEND_LEAST_BAD:
        return REPORT_LEAST_BAD;
    case RECOMMEND_NOTHING:
        break;
    }
    return REPORT_NOTHING;
}

/* The setting that advice starts from: the recommended one, or the one with the highest learning rate that
 * has a curve, where learning begins first; of those that are too short to tell when there are any, since the
 * others are known not to learn. */
static size_t advice_setting(const struct findings *findings)
{
    size_t highest = 0;
    bool too_short = findings->recommendation.too_short > 0;
    if (findings->recommendation.kind != RECOMMEND_NOTHING) return findings->recommendation.best;
    while (too_short && !findings->settings[highest].too_short)
        highest++;
    for (size_t i = highest + 1; i < findings->plan.setting_count; i++) {
        if (too_short && !findings->settings[i].too_short) continue;
        bool more = findings->plan.settings[i].spec.learning_rate >
                    findings->plan.settings[highest].spec.learning_rate;
        bool first = judgement_curves(&findings->settings[highest]) == 0;
        if (judgement_curves(&findings->settings[i]) > 0 && (more || first)) highest = i;
    }
    return highest;
}

/* Optimiser steps of the setting's longest run that has a class. */
static long count_steps(const struct report *report, size_t setting)
{
    long most = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->setting == setting && run->has_class && run->steps > most) most = run->steps;
    }
    return most;
}

static int count_timed_out(const struct report *report)
{
    int count = 0;
    for (size_t i = 0; i < report->run_count; i++)
        count += report->runs[i].outcome == REPORT_TIMED_OUT;
    return count;
}

/* Runs that would decide the calibrated verdict of a setting if its SD stayed what it is; 0 when that is not
 * the question, or a sequential test asks it itself. */
static int further_runs(const struct report *report, const struct report_setting *setting)
{
    const struct report_certainty *certainty = &setting->certainty;
    bool open =
        certainty->verdict == REPORT_SURE_UNDETERMINED && !report->sequential && !report->shared_seeds;
    return open && certainty->further > 0 ? certainty->further : 0;
}

static void advise(struct findings *findings)
{
    const struct candidate *candidates = findings->candidates;
    struct report *report = &findings->report;
    size_t index = advice_setting(findings);
    const struct report_setting *setting = &findings->settings[index];
    const struct run_spec *spec = &findings->plan.settings[index].spec;
    const bool shared = findings->plan.experiment.design != DESIGN_JOINT;
    bool *finished = findings->finished;
    for (size_t i = 0; i < report->setting_count; i++)
        finished[i] = findings->settings[i].done > 0;
    struct situation situation = {.recommendation = &findings->recommendation,
                                  .sweeps = findings->sweeps,
                                  .sweep_count = report->sweep_count,
                                  .numbers = findings->numbers,
                                  .values = findings->values,
                                  .setting_count = report->setting_count,
                                  .setting = index,
                                  .learning_rate = spec->learning_rate,
                                  .batch_size = spec->batch_size,
                                  .epochs = spec->epochs,
                                  .shared = shared,
                                  .apart = setting->rule == REPORT_UNSTABLE && !shared &&
                                           setting->certainty.verdict != REPORT_SURE_STABLE,
                                  .churned = setting->origin.churn.sd > setting->origin.training.sd,
                                  .examples_needed = setting->origin.examples_needed,
                                  .further = further_runs(report, setting),
                                  .one_label = report->one_label,
                                  .finished = finished,
                                  .twins = setting->twins + setting->dead,
                                  .n = setting->summary.n,
                                  .failed = candidates[index].failed,
                                  .curves = candidates[index].curves,
                                  .overfit = count_overfit(report, index),
                                  /* a loss that rose instead asks for a lower rate, not for a higher one */
                                  .stalled = setting->classes[REPORT_STALLED] - setting->states[REPORT_ROSE],
                                  .oscillating =
                                      setting->classes[REPORT_OSCILLATING] + setting->states[REPORT_ROSE],
                                  .still_improving = setting->states[REPORT_STILL_IMPROVING],
                                  .one_class = setting->one_class,
                                  .steps = count_steps(report, index),
                                  .repeats = setting->planned,
                                  .timed_out = count_timed_out(report),
                                  .timeout = findings->plan.experiment.timeout,
                                  .undetermined = setting->classes[REPORT_UNDETERMINED]};
    for (size_t i = 0; i < report->setting_count; i++)
        situation.pending += findings->settings[i].pending;
    report->advice_count = advice_give(&situation, findings->advice);
    for (size_t i = 0; i < report->advice_count; i++) {
        const struct advice *advice = &findings->advice[i];
        findings->report_advice[i] =
            (struct report_advice){.kind = advice_for_report(advice->kind), .key = advice->key};
        snprintf(findings->report_advice[i].values, sizeof findings->report_advice[i].values, "%s",
                 advice->values);
    }
    report->advice = findings->report_advice;
}

/* Whether a setting with a lower learning rate, all else being equal, is there and learns. */
static bool learns_lower(const struct findings *findings, size_t rate, size_t index)
{
    size_t sweeps = findings->report.sweep_count;
    for (size_t i = 0; i < findings->plan.setting_count; i++) {
        const struct report_setting *setting = &findings->settings[i];
        bool lower = findings->numbers[i * sweeps + rate] < findings->numbers[index * sweeps + rate];
        for (size_t key = 0; key < sweeps && lower; key++)
            lower = key == rate || strcmp(setting->values[key], findings->settings[index].values[key]) == 0;
        if (lower && !setting->left_out && judgement_curves(setting) > 0) return true;
    }
    return false;
}

/* A curve that does not fall needs a higher learning rate, unless lower ones fall or it has hardly begun; and
 * a curve that looks well may belong to a run that learned only which class is the most frequent. */
static void correct_remedies(struct findings *findings)
{
    size_t rate = 0, sweeps = findings->report.sweep_count;
    while (rate < sweeps && strcmp(findings->sweeps[rate], "learning_rate") != 0)
        rate++;
    for (size_t i = 0; i < findings->report.run_count; i++) {
        struct report_run *run = &findings->report_runs[i];
        bool moved = run->class != REPORT_STALLED && run->class != REPORT_OSCILLATING;
        if (run->has_class && moved && run->one_class) run->remedy = remedy_one_class();
        if (!run->has_class || run->class != REPORT_STALLED) continue;
        if (rate < sweeps && learns_lower(findings, rate, run->setting))
            run->remedy = remedy_rate_too_high();
        else if (run->state == REPORT_PLAIN && run->steps < REMEDY_FEW_STEPS)
            run->remedy = remedy_too_few_steps();
    }
}

void proposal_fill(struct findings *findings)
{
    struct report *report = &findings->report;
    for (size_t i = 0; i < report->setting_count; i++)
        findings->candidates[i].sure = findings->settings[i].certainty.verdict == REPORT_SURE_STABLE;
    correct_remedies(findings);
    findings->recommendation =
        recommend_setting(findings->candidates, report->setting_count, report->lower_is_better);
    struct recommendation *found = &findings->recommendation;
    if (report->one_label) *found = (struct recommendation){.kind = RECOMMEND_NOTHING};
    report->recommendation = kind_for_report(found->kind);
    report->recommended = found->best;
    report->has_runner_up = found->has_second;
    report->runner_up = found->second;
    report->intervals_overlap = found->overlap;
    report->has_rival = found->has_rival;
    report->rival = found->rival;
    report->left_out = found->left_out;
    report->too_short = found->too_short;
    advise(findings);
}
