#include "harness/origins.h"

#include "base/memory.h"
#include "harness/judgement.h"
#include "harness/stats/churn.h"

#include <math.h>
#include <string.h>

/* Losses are binary32 sums of a few terms: nearer to ln 2 than this they tell nothing. */
#define LOSS_SLACK 1e-4

enum { LABEL_UNKNOWN = -1 };

static void note_label(struct findings *findings, size_t example, int32_t label)
{
    int32_t *known = &findings->example_labels[example];
    if (*known != LABEL_UNKNOWN && *known != label) findings->labels_doubted = true;
    *known = label;
}

static void note_labels(const struct observed_evaluation *evaluation, int classes, struct findings *findings)
{
    for (size_t i = 0; i < findings->examples; i++) {
        double loss = (double)evaluation->losses[i];
        int32_t predicted = evaluation->predictions[i];
        if (loss < M_LN2 - LOSS_SLACK)
            note_label(findings, i, predicted);
        else if (classes == 2 && loss > M_LN2 + LOSS_SLACK)
            note_label(findings, i, 1 - predicted);
    }
}

static enum status start_labels(size_t examples, struct findings *findings, struct error *error)
{
    findings->example_labels = memory_zeroed(examples, sizeof *findings->example_labels);
    if (findings->example_labels == NULL)
        return error_no_memory(error, examples * sizeof *findings->example_labels);
    findings->examples = examples;
    for (size_t i = 0; i < examples; i++)
        findings->example_labels[i] = LABEL_UNKNOWN;
    return STATUS_OK;
}

static bool has_examples(const struct observed_evaluation *evaluation, size_t examples)
{
    return evaluation->count > 0 && (size_t)evaluation->count == examples &&
           evaluation->predictions != NULL && evaluation->losses != NULL;
}

enum status origins_take_run(const struct run_record *record, struct findings *findings, size_t index,
                             struct error *error)
{
    struct run_finding *finding = &findings->runs[index];
    if (record->outcome != RUN_DONE || !record->has_begin || !record->has_end) return STATUS_OK;
    for (size_t i = 0; i < record->evaluation_count; i++) {
        const struct observed_evaluation *evaluation = &record->evaluations[i];
        if (findings->example_labels == NULL && evaluation->count > 0)
            TRY(start_labels((size_t)evaluation->count, findings, error));
        if (!has_examples(evaluation, findings->examples)) continue;
        note_labels(evaluation, record->begin.labels, findings);
        if (evaluation->step != record->end.best_step || finding->predictions != NULL) continue;
        finding->predictions = memory_zeroed(findings->examples, sizeof *finding->predictions);
        if (finding->predictions == NULL)
            return error_no_memory(error, findings->examples * sizeof *finding->predictions);
        memcpy(finding->predictions, evaluation->predictions,
               findings->examples * sizeof *finding->predictions);
        finding->accuracy = evaluation->accuracy;
    }
    return STATUS_OK;
}

static bool accuracy_agrees(const struct findings *findings, const struct run_finding *finding)
{
    size_t right = 0;
    for (size_t i = 0; i < findings->examples; i++)
        right += finding->predictions[i] == findings->example_labels[i];
    return fabs((double)right - finding->accuracy * (double)findings->examples) < 0.5;
}

static bool labels_are_known(const struct findings *findings)
{
    if (findings->labels_doubted) return false;
    for (size_t i = 0; i < findings->examples; i++) {
        if (findings->example_labels[i] == LABEL_UNKNOWN) return false;
    }
    for (size_t i = 0; i < findings->plan.run_count; i++) {
        const struct run_finding *finding = &findings->runs[i];
        if (finding->predictions != NULL && !accuracy_agrees(findings, finding)) return false;
    }
    return true;
}

static struct report_part part_of(const struct component *component)
{
    return (struct report_part){component->sd, component->sd_low, component->sd_high};
}

static struct report_origin origin_undefined(void)
{
    const struct report_part none = {NAN, NAN, NAN};
    return (struct report_origin){.between = none,
                                  .training = none,
                                  .churn = none,
                                  .sampling = none,
                                  .disagreement = NAN,
                                  .thumb_sd = NAN,
                                  .examples_needed = NAN};
}

static enum influence_metric influence_of(int metric)
{
    if (metric == METRIC_ACCURACY) return INFLUENCE_ACCURACY;
    return metric == METRIC_F1_MACRO ? INFLUENCE_F1_MACRO : INFLUENCE_F1;
}

/* Split the spread of `table`. When the labels are not known they are all 0 in it, and only what does not
 * depend on them is taken: on how many examples runs disagree. */
static enum status split(const struct findings *findings, const struct prediction_table *table,
                         bool labels_known, struct report_origin *origin, struct error *error)
{
    struct churn churn;
    int metric = findings->plan.experiment.metric;
    bool whole = labels_known && metric != METRIC_EVAL_LOSS;
    const struct churn_question question = {.metric = whole ? influence_of(metric) : INFLUENCE_ACCURACY,
                                            .confidence = SUMMARY_CONFIDENCE,
                                            .sigma0 = findings->report.sigma0};
    TRY(churn_split(table, &question, &churn, error));
    origin->disagreement = churn.disagreement;
    if (metric != METRIC_EVAL_LOSS) origin->thumb_sd = churn.thumb_sd;
    if (!whole) return STATUS_OK;
    origin->between = part_of(&churn.between);
    origin->training = part_of(&churn.training);
    origin->churn = part_of(&churn.churn);
    origin->sampling = part_of(&churn.sampling);
    origin->examples_needed = churn.examples_needed;
    return STATUS_OK;
}

static int gather(const struct findings *findings, size_t setting, int32_t *predictions)
{
    int runs = 0;
    for (size_t i = 0; i < findings->report.run_count; i++) {
        const int32_t *said = findings->runs[i].predictions;
        if (findings->report.runs[i].setting != setting || said == NULL ||
            !judgement_counts_run(&findings->report, i))
            continue;
        memcpy(predictions + (size_t)runs * findings->examples, said, findings->examples * sizeof *said);
        runs++;
    }
    return runs;
}

enum status origins_fill(struct findings *findings, struct error *error)
{
    enum status status = STATUS_OK;
    const struct report *report = &findings->report;
    size_t examples = findings->examples, cells = examples * report->run_count;
    for (size_t i = 0; i < report->setting_count; i++)
        findings->settings[i].origin = origin_undefined();
    if (examples == 0 || report->shared_seeds) return STATUS_OK;
    bool known = labels_are_known(findings);
    int32_t *labels = memory_zeroed(examples, sizeof *labels);
    int32_t *predictions = memory_zeroed(cells, sizeof *predictions);
    if (labels == NULL || predictions == NULL) {
        status = error_no_memory(error, cells * sizeof *predictions);
        goto done;
    }
    if (known) memcpy(labels, findings->example_labels, examples * sizeof *labels);
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct prediction_table table = {.labels = labels,
                                               .predictions = predictions,
                                               .examples = examples,
                                               .runs = gather(findings, i, predictions),
                                               .classes = report->labels};
        if (table.runs < 2) continue;
        TRY_TO(done, split(findings, &table, known, &findings->settings[i].origin, error));
    }
done:
    memory_free(labels);
    memory_free(predictions);
    return status;
}
