#include "harness/judgement.h"

#include "base/memory.h"
#include "harness/diagnose/remedy.h"
#include "harness/diagnoses.h"
#include "harness/stats/stability.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The earlier finished run of the same setting and seeds, or NULL. */
static const struct report_run *find_twin(const struct report *report, size_t index)
{
    const struct report_run *run = &report->runs[index];
    for (size_t i = 0; i < index; i++) {
        const struct report_run *other = &report->runs[i];
        if (other->setting == run->setting && other->outcome == REPORT_DONE &&
            findings_same_seeds(run, other))
            return other;
    }
    return NULL;
}

/* The earlier finished run of the same setting that has other seeds and yet the same bits, or NULL: the
 * streams in which they differ are dead, as dropout's where nothing is dropped. */
static const struct report_run *find_copy(const struct report *report, size_t index)
{
    const struct report_run *run = &report->runs[index];
    for (size_t i = 0; i < index && run->digest[0] != '\0'; i++) {
        const struct report_run *other = &report->runs[i];
        if (other->setting == run->setting && other->outcome == REPORT_DONE &&
            !findings_same_seeds(run, other) && strcmp(other->digest, run->digest) == 0)
            return other;
    }
    return NULL;
}

bool judgement_counts_run(const struct report *report, size_t run)
{
    return report->runs[run].outcome == REPORT_DONE && find_twin(report, run) == NULL &&
           find_copy(report, run) == NULL;
}

/* The metric of a setting's finished runs. The same seeds twice must give the same run twice, which counts
 * once, and whether it did is seen by its digest. A run whose other seeds changed no bit counts once too. */
static size_t gather(const struct report *report, size_t index, struct report_setting *setting,
                     double *values)
{
    size_t count = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->setting != index || run->outcome != REPORT_DONE) continue;
        const struct report_run *twin = find_twin(report, i);
        if (twin == NULL) {
            bool copy = find_copy(report, i) != NULL;
            setting->dead += copy;
            if (!copy) values[count++] = run->metric;
        } else {
            setting->twins++;
            setting->unequal += strcmp(run->digest, twin->digest) != 0;
        }
    }
    return count;
}

static void count_runs(const struct report *report, size_t setting, struct report_setting *counted)
{
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->setting != setting) continue;
        counted->planned++;
        counted->done += run->outcome == REPORT_DONE;
        counted->pending += run->outcome == REPORT_PENDING;
        counted->one_class += run->one_class;
        if (!run->has_class) continue;
        counted->classes[run->class]++;
        counted->states[run->state]++;
    }
    counted->failed = counted->planned - counted->done - counted->pending;
}

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

static enum report_verdict verdict_for_report(enum stability_verdict verdict)
{
    switch (verdict) {
    case STABILITY_STABLE:
        return REPORT_STABLE;
    case STABILITY_UNSTABLE:
        return REPORT_UNSTABLE;
    case STABILITY_UNDEFINED:
        break;
    }
    return REPORT_UNDEFINED;
}

/* Runs that learned nothing, whichever way that shows. */
static int count_unsound(const struct report *report, size_t setting)
{
    int unsound = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->setting != setting || !run->has_class) continue;
        unsound += run->class == REPORT_STALLED || run->class == REPORT_OSCILLATING || run->one_class;
    }
    return unsound;
}

/* Runs too short to tell, but for those whose predictions tell. */
static int count_undetermined(const struct report *report, size_t setting)
{
    int undetermined = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        undetermined +=
            run->setting == setting && run->has_class && run->class == REPORT_UNDETERMINED && !run->one_class;
    }
    return undetermined;
}

static int count_curves(const struct report_setting *setting)
{
    int curves = 0;
    for (int i = 0; i < REPORT_CLASSES; i++)
        curves += setting->classes[i];
    return curves;
}

/* One setting's summary and verdict, as the report shows and as the recommendation needs it. `values` has
 * room for all runs. */
static enum status judge_setting(struct findings *findings, size_t index, double *values,
                                 struct candidate *candidate, struct error *error)
{
    const struct report *report = &findings->report;
    struct report_setting *setting = &findings->settings[index];
    struct summary summary;
    struct stability stability;
    size_t sweeps = report->sweep_count;
    *setting = (struct report_setting){.label = findings->plan.settings[index].label,
                                       .values = findings->values + index * sweeps,
                                       .numbers = findings->numbers + index * sweeps};
    count_runs(report, index, setting);
    diagnoses_agree(report, index, &setting->agreement);
    TRY(summary_compute(values, gather(report, index, setting, values), SUMMARY_CONFIDENCE, &summary, error));
    setting->undefined = summary.undefined;
    int failing = setting->failed + setting->undefined;
    TRY(stability_judge(&summary, failing, report->max_spread, &stability, error));
    setting->summary = (struct report_summary){.n = summary.n,
                                               .mean = summary.mean,
                                               .variance = summary.variance,
                                               .sd = summary.sd,
                                               .min = summary.min,
                                               .max = summary.max,
                                               .spread = summary.spread,
                                               .low = summary.low,
                                               .high = summary.high};
    setting->verdict = verdict_for_report(stability.verdict);
    setting->rule = verdict_for_report(stability.rule);
    setting->failing_low = stability.failing.low;
    setting->failing_high = stability.failing.high;
    setting->few_seeds = stability.few_seeds;
    setting->noisy_passes = stability.noisy_passes;
    setting->quiet_fails = stability.quiet_fails;
    findings->report.noisy_sd = stability.noisy_sd;
    findings->report.quiet_sd = stability.quiet_sd;
    *candidate = (struct candidate){.summary = summary,
                                    .verdict = stability.verdict,
                                    .failed = failing,
                                    .curves = count_curves(setting),
                                    .unsound = count_unsound(report, index),
                                    .undetermined = count_undetermined(report, index)};
    setting->left_out = recommend_leaves_out(candidate);
    setting->too_short = recommend_too_short(candidate);
    /* No mean lies outside of what the metric can be, however wide Student's interval of two runs is; and
     * runs that learned nothing agree without being evidence of anything, so that an interval of no width
     * would be none. */
    setting->summary.low = fmax(summary.low, 0);
    setting->summary.high = report->in_points ? fmin(summary.high, 1) : summary.high;
    if (isnan(summary.low) || (setting->left_out && summary.spread == 0))
        setting->summary.low = setting->summary.high = NAN;
    return STATUS_OK;
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
        bool first = count_curves(&findings->settings[highest]) == 0;
        if (count_curves(&findings->settings[i]) > 0 && (more || first)) highest = i;
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

static void advise(struct findings *findings, const struct candidate *candidates)
{
    struct report *report = &findings->report;
    size_t index = advice_setting(findings);
    const struct report_setting *setting = &findings->settings[index];
    const struct run_spec *spec = &findings->plan.settings[index].spec;
    const bool shared = findings->plan.experiment.design != DESIGN_JOINT;
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
                                  .apart = setting->rule == REPORT_UNSTABLE && !shared,
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
        if (lower && !setting->left_out && count_curves(setting) > 0) return true;
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

/* What a run that gives every sample the same class gets: the value that a real one has to beat. */
static double constant_metric(const struct report *report)
{
    double best = NAN;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (!run->one_class) continue;
        best = report->lower_is_better ? fmin(best, run->metric) : fmax(best, run->metric);
    }
    return best;
}

enum status judgement_fill(struct findings *findings, struct error *error)
{
    enum status status = STATUS_OK;
    struct report *report = &findings->report;
    size_t settings = findings->plan.setting_count;
    struct candidate *candidates = memory_zeroed(settings, sizeof *candidates);
    double *values = memory_zeroed(report->run_count, sizeof *values);
    findings->settings = memory_zeroed(settings, sizeof *findings->settings);
    if (candidates == NULL || values == NULL || findings->settings == NULL) {
        status = error_no_memory(error, settings * sizeof *findings->settings);
        goto done;
    }
    for (size_t i = 0; i < settings; i++)
        TRY_TO(done, judge_setting(findings, i, values, &candidates[i], error));
    report->settings = findings->settings;
    report->setting_count = settings;
    correct_remedies(findings);
    findings->recommendation = recommend_setting(candidates, settings, report->lower_is_better);
    const struct recommendation *found = &findings->recommendation;
    report->recommendation = kind_for_report(found->kind);
    report->recommended = found->best;
    report->has_runner_up = found->has_second;
    report->runner_up = found->second;
    report->intervals_overlap = found->overlap;
    report->has_rival = found->has_rival;
    report->rival = found->rival;
    report->left_out = found->left_out;
    report->too_short = found->too_short;
    report->constant_metric = constant_metric(report);
    advise(findings, candidates);
done:
    memory_free(candidates);
    memory_free(values);
    return status;
}
