#include "harness/diagnoses.h"

#include "base/memory.h"
#include "harness/diagnose/course.h"
#include "harness/diagnose/remedy.h"
#include "harness/diagnose/seen.h"
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

/* `points` has room for all evaluations. */
static struct metric_curve metric_curve_of(const struct run_record *record, const struct findings *findings,
                                           struct curve_point *points)
{
    int metric = findings->plan.experiment.metric;
    struct metric_curve curve = {.points = points};
    if (metric != METRIC_EVAL_LOSS) curve.name = english_metric(&findings->report);
    for (size_t i = 0; i < record->evaluation_count && curve.name != NULL; i++) {
        const struct observed_evaluation *evaluation = &record->evaluations[i];
        curve.samples = evaluation->count;
        points[curve.count++] =
            (struct curve_point){(double)evaluation->step, observed_evaluation_metric(evaluation, metric)};
    }
    return curve;
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
    size_t count = run->train_count + 2 * run->evaluation_count;
    if (run->outcome != REPORT_DONE && run->outcome != REPORT_DIVERGED) return STATUS_OK;
    struct curve_point *points = memory_zeroed(count, sizeof *points);
    if (points == NULL) return error_no_memory(error, count * sizeof *points);
    struct curve_point *evaluation = points + run->train_count;
    for (size_t i = 0; i < run->train_count; i++)
        points[i] = (struct curve_point){run->train[i].step, run->train[i].loss};
    for (size_t i = 0; i < run->evaluation_count; i++)
        evaluation[i] = (struct curve_point){run->evaluation[i].step, run->evaluation[i].loss};
    const struct curve curve = {.train = points,
                                .train_count = run->train_count,
                                .evaluation = evaluation,
                                .evaluation_count = run->evaluation_count,
                                .diverged = run->outcome == REPORT_DIVERGED};
    const struct metric_curve metric = metric_curve_of(record, findings, evaluation + run->evaluation_count);
    TRY_TO(done, classify_curve(&curve, &diagnosis, error));
    TRY_TO(done, course_add(&metric, &diagnosis, error));
    TRY_TO(done, say_seen(&diagnosis, finding, error));
    run->has_class = true;
    run->class = class_for_report(diagnosis.class);
    run->state = state_for_report(diagnosis.state);
    run->course = course_for_report(diagnosis.course);
    run->remedy = remedy_sentence(diagnosis.class, diagnosis.state, diagnosis.course);
    run->seen = finding->seen;
    for (size_t i = 0; i < diagnosis.evidence_count; i++)
        finding->evidence[i] =
            (struct report_evidence){diagnosis.evidence[i].name, diagnosis.evidence[i].value};
    run->evidence = finding->evidence;
    run->evidence_count = diagnosis.evidence_count;
done:
    memory_free(points);
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
