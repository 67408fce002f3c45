#include "harness/run/claims.h"

#include <math.h>
#include <string.h>

enum { METRICS = 6 };

static const char *const metric_names[METRICS] = {"loss",   "accuracy", "precision",
                                                  "recall", "f1",       "f1_macro"};

/* Metrics in the order of their names. */
struct metrics {
    double value[METRICS];
};

static struct metrics evaluation_metrics(const struct observed_evaluation *evaluation)
{
    return (struct metrics){{evaluation->loss, evaluation->accuracy, evaluation->precision,
                             evaluation->recall, evaluation->f1, evaluation->f1_macro}};
}

static struct metrics end_metrics(const struct observed_end *end)
{
    return (struct metrics){{end->loss, end->accuracy, end->precision, end->recall, end->f1, end->f1_macro}};
}

/* The loss, which comes first, has no upper bound, and a model that diverges may make it infinite. */
static enum status check_ranges(const struct metrics *metrics, struct error *error)
{
    double loss = metrics->value[0];
    if (isfinite(loss) && loss < 0)
        return error_set(error, STATUS_BAD_INPUT, "\"loss\" is %.9g, and must not be negative", loss);
    for (int i = 1; i < METRICS; i++) {
        double value = metrics->value[i];
        if (!isnan(value) && !(value >= 0 && value <= 1))
            return error_set(error, STATUS_BAD_INPUT, "\"%s\" is %.9g, and must be NaN or from 0 to 1",
                             metric_names[i], value);
    }
    return STATUS_OK;
}

/* The same bits; but one NaN is as good as another. */
static bool same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

long claims_last_step(const struct run_record *record)
{
    return record->step_count == 0 ? 0 : record->steps[record->step_count - 1].step;
}

/* -1 before the first. */
static long last_evaluation(const struct run_record *record)
{
    return record->evaluation_count == 0 ? -1 : record->evaluations[record->evaluation_count - 1].step;
}

enum status claims_check_begin(const struct observed_begin *begin, struct error *error)
{
    if (begin->validation_labels == NULL) return STATUS_OK; /* they may be left out */
    if (begin->labelled != begin->validation_samples)
        return error_set(error, STATUS_BAD_INPUT, "labels of %d of %ld validation rows", begin->labelled,
                         begin->validation_samples);
    for (int i = 0; i < begin->labelled; i++) {
        if (begin->validation_labels[i] < 0 || begin->validation_labels[i] >= begin->labels)
            return error_set(error, STATUS_BAD_INPUT, "a label of class %d where there are %d classes",
                             (int)begin->validation_labels[i], begin->labels);
    }
    return STATUS_OK;
}

static int count_names(const char *joined)
{
    int count = joined != NULL && joined[0] != '\0';
    for (const char *c = joined; count > 0 && (c = strchr(c, '\n')) != NULL; c++)
        count++;
    return count;
}

enum status claims_check_step(const struct run_record *record, const struct observed_step *step,
                              struct error *error)
{
    long last = claims_last_step(record), total = record->begin.total_steps;
    if (step->step != last + 1)
        return error_set(error, STATUS_BAD_INPUT, "step %ld after step %ld", step->step, last);
    if (step->step > total)
        return error_set(error, STATUS_BAD_INPUT, "step %ld of a run of %ld steps", step->step, total);
    int tensors = record->step_count > 0 ? record->steps[0].tensor_count : count_names(record->begin.tensors);
    if (step->sums != NULL && step->tensor_count != tensors)
        return error_set(error, STATUS_BAD_INPUT, "sums of %d tensors, where there are %d",
                         step->tensor_count, tensors);
    return STATUS_OK;
}

static enum status check_predictions(const struct run_record *record,
                                     const struct observed_evaluation *evaluation, struct error *error)
{
    if (evaluation->count == 0) return STATUS_OK; /* they may be left out */
    if (evaluation->count != record->begin.validation_samples)
        return error_set(error, STATUS_BAD_INPUT, "predictions for %d of %ld validation rows",
                         evaluation->count, record->begin.validation_samples);
    for (int i = 0; i < evaluation->count; i++) {
        if (evaluation->predictions[i] < 0 || evaluation->predictions[i] >= record->begin.labels)
            return error_set(error, STATUS_BAD_INPUT, "a prediction of class %d where there are %d classes",
                             (int)evaluation->predictions[i], record->begin.labels);
    }
    return STATUS_OK;
}

enum status claims_check_evaluation(const struct run_record *record,
                                    const struct observed_evaluation *evaluation, struct error *error)
{
    long last = claims_last_step(record), evaluated = last_evaluation(record);
    if (evaluation->step <= evaluated)
        return error_set(error, STATUS_BAD_INPUT, "an evaluation of step %ld after that of step %ld",
                         evaluation->step, evaluated);
    if (evaluation->step != last)
        return error_set(error, STATUS_BAD_INPUT, "an evaluation of step %ld after step %ld",
                         evaluation->step, last);
    const struct metrics metrics = evaluation_metrics(evaluation);
    TRY(check_ranges(&metrics, error));
    return check_predictions(record, evaluation, error);
}

static const struct observed_evaluation *find_evaluation(const struct run_record *record, long step)
{
    for (size_t i = 0; i < record->evaluation_count; i++) {
        if (record->evaluations[i].step == step) return &record->evaluations[i];
    }
    return NULL;
}

/* The end's metrics are those of the evaluation that it names, or undefined where it names none. */
static enum status check_best(const struct run_record *record, const struct observed_end *end,
                              struct error *error)
{
    const double none = (double)NAN;
    const struct observed_evaluation *best = find_evaluation(record, end->best_step);
    if (end->best_step >= 0 && best == NULL)
        return error_set(error, STATUS_BAD_INPUT, "the best step is %ld, which was not evaluated",
                         end->best_step);
    const struct metrics said = end_metrics(end);
    TRY(check_ranges(&said, error));
    const struct metrics was =
        best == NULL ? (struct metrics){{none, none, none, none, none, none}} : evaluation_metrics(best);
    for (int i = 0; i < METRICS; i++) {
        if (same_number(said.value[i], was.value[i])) continue;
        if (best == NULL)
            return error_set(error, STATUS_BAD_INPUT, "\"%s\" is %.17g though no step is the best",
                             metric_names[i], said.value[i]);
        return error_set(error, STATUS_BAD_INPUT,
                         "\"%s\" is %.17g, the evaluation of the best step %ld said %.17g", metric_names[i],
                         said.value[i], end->best_step, was.value[i]);
    }
    return STATUS_OK;
}

/* A run that came to its end: all of its steps, or fewer when it stopped early, and the model that they left
 * was evaluated. */
static enum status check_done(const struct run_record *record, const struct observed_end *end,
                              struct error *error)
{
    const char *reason = end_reason_name(end->reason);
    long total = record->begin.total_steps;
    bool early = end->reason == END_EARLY_STOPPED;
    if (end->steps < 1 || (early ? end->steps >= total : end->steps != total))
        return error_set(error, STATUS_BAD_INPUT, "%s after %ld of %ld steps", reason, end->steps, total);
    if (last_evaluation(record) != end->steps)
        return error_set(error, STATUS_BAD_INPUT, "%s without an evaluation of the last step %ld", reason,
                         end->steps);
    if (end->best_step < 0) return error_set(error, STATUS_BAD_INPUT, "%s without a best step", reason);
    return STATUS_OK;
}

enum status claims_check_end(const struct run_record *record, const struct observed_end *end, bool plan,
                             struct error *error)
{
    long last = claims_last_step(record);
    if (end->steps != last)
        return error_set(error, STATUS_BAD_INPUT, "an end after %ld steps, but the last one was step %ld",
                         end->steps, last);
    TRY(check_best(record, end, error));
    bool done = end->reason == END_COMPLETED || end->reason == END_EARLY_STOPPED;
    return done && !plan ? check_done(record, end, error) : STATUS_OK;
}
