#include "harness/diagnoses.h"

#include "base/memory.h"
#include "harness/diagnose/course.h"
#include "harness/diagnose/remedy.h"
#include "harness/diagnose/seen.h"
#include "harness/inquiry.h"
#include "harness/stats/agreement.h"
#include "reports/english.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static enum report_class class_for_report(enum curve_class class_of_curve)
{
    switch (class_of_curve) {
    case CURVE_CONVERGED:
        return REPORT_CONVERGED;
    case CURVE_OVERFIT:
        return REPORT_OVERFIT;
    case CURVE_STALLED:
        return REPORT_STALLED;
    case CURVE_OSCILLATING:
        return REPORT_OSCILLATING;
    case CURVE_UNDETERMINED:
        break;
    }
    return REPORT_UNDETERMINED;
}

static enum report_state state_for_report(enum curve_state state)
{
    switch (state) {
    case CURVE_PLAIN:
        return REPORT_PLAIN;
    case CURVE_STILL_IMPROVING:
        return REPORT_STILL_IMPROVING;
    case CURVE_VAL_FLAT:
        return REPORT_VAL_FLAT;
    case CURVE_NEVER_GENERALISED:
        return REPORT_NEVER_GENERALISED;
    case CURVE_ROSE:
        return REPORT_ROSE;
    case CURVE_COLLAPSED:
        return REPORT_COLLAPSED;
    case CURVE_DIVERGED:
        return REPORT_STATE_DIVERGED;
    case CURVE_TOO_SHORT:
        return REPORT_TOO_SHORT;
    case CURVE_NO_VALIDATION:
        break;
    }
    return REPORT_NO_VALIDATION;
}

static enum report_course course_for_report(enum metric_course course)
{
    switch (course) {
    case COURSE_ROSE:
        return REPORT_METRIC_ROSE;
    case COURSE_LEVEL:
        return REPORT_METRIC_LEVEL;
    case COURSE_FELL:
        return REPORT_METRIC_FELL;
    case COURSE_UNKNOWN:
        break;
    }
    return REPORT_METRIC_UNKNOWN;
}

/* A run's curves, with what they point to; owned. */
struct curves {
    struct curve_point *train, *evaluation, *metric, *gradient;
    const float **losses;        /* of the examples of each evaluation */
    const int32_t **predictions; /* the same */
    struct curve loss;
    struct metric_curve value;
};

static void curves_free(struct curves *curves)
{
    memory_free(curves->train);
    memory_free(curves->evaluation);
    memory_free(curves->metric);
    memory_free(curves->gradient);
    memory_free(curves->losses);
    memory_free(curves->predictions);
}

static enum status curves_allocate(const struct run_record *record, const struct report_run *run,
                                   struct curves *curves, struct error *error)
{
    size_t evaluations = run->evaluation_count;
    /* room for the step that diverged, which may not be logged */
    curves->train = memory_zeroed(run->train_count + 1, sizeof *curves->train);
    curves->evaluation = memory_zeroed(evaluations, sizeof *curves->evaluation);
    curves->metric = memory_zeroed(record->evaluation_count, sizeof *curves->metric);
    curves->gradient = memory_zeroed(record->step_count, sizeof *curves->gradient);
    curves->losses = memory_zeroed(record->evaluation_count, sizeof *curves->losses);
    curves->predictions = memory_zeroed(record->evaluation_count, sizeof *curves->predictions);
    bool all = curves->train != NULL && curves->evaluation != NULL && curves->metric != NULL &&
               curves->gradient != NULL && curves->losses != NULL && curves->predictions != NULL;
    return all ? STATUS_OK : error_no_memory(error, record->step_count * sizeof *curves->gradient);
}

/* The loss of the last step, when it broke and is not among those that were logged. */
static void take_last_step(const struct run_record *record, struct curves *curves)
{
    if (record->step_count == 0) return;
    const struct observed_step *last = &record->steps[record->step_count - 1];
    size_t count = curves->loss.train_count;
    bool seen = count > 0 && curves->train[count - 1].step >= (double)last->step;
    if (isfinite(last->loss) || seen) return;
    curves->train[curves->loss.train_count++] = (struct curve_point){(double)last->step, (double)last->loss};
}

static void take_losses(const struct run_record *record, const struct report_run *run, struct curves *curves)
{
    struct curve *curve = &curves->loss;
    *curve = (struct curve){.train = curves->train,
                            .train_count = run->train_count,
                            .evaluation = curves->evaluation,
                            .evaluation_count = run->evaluation_count,
                            .diverged = run->outcome == REPORT_DIVERGED,
                            .gradient = curves->gradient,
                            .gradient_count = record->step_count};
    for (size_t i = 0; i < run->train_count; i++)
        curves->train[i] = (struct curve_point){run->train[i].step, run->train[i].loss};
    for (size_t i = 0; i < run->evaluation_count; i++)
        curves->evaluation[i] = (struct curve_point){run->evaluation[i].step, run->evaluation[i].loss};
    for (size_t i = 0; i < record->step_count; i++)
        curves->gradient[i] =
            (struct curve_point){(double)record->steps[i].step, (double)record->steps[i].grad_norm};
    take_last_step(record, curves);
    if (record->evaluation_count == 0 || record->evaluation_count != run->evaluation_count) return;
    curve->example_count = (size_t)record->evaluations[0].count;
    curve->examples = curves->losses;
    for (size_t i = 0; i < record->evaluation_count; i++) {
        bool same = (size_t)record->evaluations[i].count == curve->example_count;
        curves->losses[i] = same ? record->evaluations[i].losses : NULL;
    }
}

/* Beside the metric what it follows from, where that is known. */
static void take_metric(const struct run_record *record, const struct findings *findings,
                        struct curves *curves)
{
    int metric = findings->plan.experiment.metric;
    struct metric_curve *curve = &curves->value;
    *curve = (struct metric_curve){.points = curves->metric, .predictions = curves->predictions};
    if (metric == METRIC_EVAL_LOSS || record->evaluation_count == 0) return;
    curve->name = english_metric(&findings->report);
    curve->count = record->evaluation_count;
    curve->kind = inquiry_influence(metric);
    curve->classes = record->begin.labels;
    curve->samples = record->evaluations[record->evaluation_count - 1].count;
    if (record->has_begin && record->begin.labelled == curve->samples)
        curve->labels = record->begin.validation_labels;
    for (size_t i = 0; i < record->evaluation_count; i++) {
        const struct observed_evaluation *evaluation = &record->evaluations[i];
        curves->metric[i] =
            (struct curve_point){(double)evaluation->step, observed_evaluation_metric(evaluation, metric)};
        curves->predictions[i] = evaluation->count == curve->samples ? evaluation->predictions : NULL;
    }
}

/* Whether the run's result is its best evaluation by the metric that is judged. */
static bool keeps_best(const struct findings *findings, size_t setting)
{
    if (setting >= findings->plan.setting_count) return false;
    const struct run_spec *spec = &findings->plan.settings[setting].spec;
    return spec->load_best_model_at_end && spec->metric_for_best_model == findings->plan.experiment.metric;
}

static enum status say_seen(const struct diagnosis *diagnosis, struct run_finding *finding,
                            struct error *error)
{
    struct text seen = {0};
    seen_decided(diagnosis, &seen);
    snprintf(finding->seen, sizeof finding->seen, "%s", text_string(&seen));
    enum status status = text_status(&seen, error);
    text_free(&seen);
    return status;
}

enum status diagnoses_take_run(const struct run_record *record, struct findings *findings, size_t index,
                               struct error *error)
{
    enum status status = STATUS_OK;
    struct run_finding *finding = &findings->runs[index];
    struct report_run *run = &findings->report_runs[index];
    struct diagnosis diagnosis;
    struct curves curves = {0};
    if (run->outcome != REPORT_DONE && run->outcome != REPORT_DIVERGED) return STATUS_OK;
    TRY_TO(done, curves_allocate(record, run, &curves, error));
    take_losses(record, run, &curves);
    take_metric(record, findings, &curves);
    TRY_TO(done, classify_curve(&curves.loss, &diagnosis, error));
    TRY_TO(done, course_add(&curves.value, &diagnosis, error));
    diagnosis.keeps_best = keeps_best(findings, run->setting);
    TRY_TO(done, say_seen(&diagnosis, finding, error));
    run->has_class = true;
    run->class = class_for_report(diagnosis.class);
    run->state = state_for_report(diagnosis.state);
    run->course = course_for_report(diagnosis.course);
    run->remedy = remedy_sentence(&diagnosis);
    run->seen = finding->seen;
    for (size_t i = 0; i < diagnosis.evidence_count; i++)
        finding->evidence[i] =
            (struct report_evidence){diagnosis.evidence[i].name, diagnosis.evidence[i].value};
    run->evidence = finding->evidence;
    run->evidence_count = diagnosis.evidence_count;
done:
    curves_free(&curves);
    return status;
}

/* Whether an earlier run of the setting was, as far as seeds and bits go, the same run: that the two have one
 * class says nothing about other seeds. */
static bool repeats_earlier(const struct report *report, size_t index)
{
    const struct report_run *run = &report->runs[index];
    for (size_t i = 0; i < index; i++) {
        const struct report_run *other = &report->runs[i];
        if (other->setting != run->setting || !other->has_class) continue;
        bool same_bits = run->digest[0] != '\0' && strcmp(other->digest, run->digest) == 0;
        if (same_bits || findings_same_seeds(run, other)) return true;
    }
    return false;
}

void diagnoses_agree(const struct report *report, size_t index, struct report_agreement *found)
{
    *found = (struct report_agreement){0};
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->setting != index || !run->has_class || run->class == REPORT_UNDETERMINED) continue;
        found->classes[run->class] += !repeats_earlier(report, i);
    }
    struct agreement agreement = agreement_measure(found->classes, REPORT_CLASSES);
    found->n = agreement.n;
    found->most = (enum report_class)agreement.modal;
    found->share = agreement.share;
    found->pairs = agreement.pairs;
}
