#include "harness/judgement.h"

#include "base/memory.h"
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

/* Runs too short to tell, but for those whose predictions tell: that they are all one class, or that they
 * beat the best such answer. */
static int count_undetermined(const struct report *report, size_t setting)
{
    int undetermined = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        undetermined += run->setting == setting && run->has_class && run->class == REPORT_UNDETERMINED &&
                        !run->one_class && !run->learned;
    }
    return undetermined;
}

/* Runs whose curves are too short to tell and whose predictions show that they learned. */
static int count_by_metric(const struct report *report, size_t setting)
{
    int learned = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        learned += run->setting == setting && run->has_class && run->class == REPORT_UNDETERMINED &&
                   !run->one_class && run->learned;
    }
    return learned;
}

int judgement_curves(const struct report_setting *setting)
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
                                    .curves = judgement_curves(setting),
                                    .unsound = count_unsound(report, index),
                                    .undetermined = count_undetermined(report, index)};
    if (report->one_label) candidate->unsound = candidate->undetermined = 0;
    setting->by_metric = count_by_metric(report, index);
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

/* Whether all validation examples have one label, as far as labels are said. */
static bool has_one_label(const struct findings *findings)
{
    const int32_t *labels = findings->example_labels;
    if (labels == NULL || findings->labels_doubted || findings->examples < 2) return false;
    for (size_t i = 1; i < findings->examples; i++) {
        if (labels[i] != labels[0]) return false;
    }
    return true;
}

/* Where every example is of one class, to give every example that class is no sign of anything, and neither
 * is a curve of losses on them. */
static void note_one_label(struct findings *findings)
{
    findings->report.one_label = has_one_label(findings);
    for (size_t i = 0; i < findings->report.run_count && findings->report.one_label; i++)
        findings->report_runs[i].one_class = false;
}

enum status judgement_fill(struct findings *findings, struct error *error)
{
    enum status status = STATUS_OK;
    struct report *report = &findings->report;
    size_t settings = findings->plan.setting_count;
    double *values = memory_zeroed(report->run_count, sizeof *values);
    memory_free(findings->candidates);
    memory_free(findings->finished);
    findings->finished = memory_zeroed(settings, sizeof *findings->finished);
    findings->candidates = memory_zeroed(settings, sizeof *findings->candidates);
    findings->settings = memory_zeroed(settings, sizeof *findings->settings);
    if (findings->candidates == NULL || findings->finished == NULL || values == NULL ||
        findings->settings == NULL) {
        status = error_no_memory(error, settings * sizeof *findings->settings);
        goto done;
    }
    note_one_label(findings);
    for (size_t i = 0; i < settings; i++)
        TRY_TO(done, judge_setting(findings, i, values, &findings->candidates[i], error));
    report->settings = findings->settings;
    report->setting_count = settings;
done:
    memory_free(values);
    return status;
}
