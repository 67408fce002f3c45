#include "harness/origins.h"

#include "base/memory.h"
#include "harness/inquiry.h"
#include "harness/judgement.h"
#include "harness/stats/churn.h"

#include <math.h>
#include <string.h>

/* The labels that one run says, if it does: the first ones are kept, and later ones must be the same. */
static enum status note_labels(const struct observed_begin *begin, struct findings *findings,
                               struct error *error)
{
    const size_t size = findings->examples * sizeof *findings->example_labels;
    if (begin->validation_labels == NULL || (size_t)begin->labelled != findings->examples) return STATUS_OK;
    if (findings->example_labels != NULL) {
        if (memcmp(findings->example_labels, begin->validation_labels, size) != 0)
            findings->labels_doubted = true;
        return STATUS_OK;
    }
    findings->example_labels = memory_zeroed(findings->examples, sizeof *findings->example_labels);
    if (findings->example_labels == NULL) return error_no_memory(error, size);
    memcpy(findings->example_labels, begin->validation_labels, size);
    return STATUS_OK;
}

static bool has_examples(const struct observed_evaluation *evaluation, size_t examples)
{
    return evaluation->count > 0 && (size_t)evaluation->count == examples && evaluation->predictions != NULL;
}

enum status origins_take_run(const struct run_record *record, struct findings *findings, size_t index,
                             struct error *error)
{
    struct run_finding *finding = &findings->runs[index];
    if (record->outcome != RUN_DONE || !record->has_begin || !record->has_end) return STATUS_OK;
    for (size_t i = 0; i < record->evaluation_count; i++) {
        const struct observed_evaluation *evaluation = &record->evaluations[i];
        if (evaluation->step != record->end.best_step || finding->predictions != NULL) continue;
        if (findings->examples == 0 && evaluation->count > 0) findings->examples = (size_t)evaluation->count;
        if (!has_examples(evaluation, findings->examples)) continue;
        TRY(note_labels(&record->begin, findings, error));
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

bool origins_labels_known(const struct findings *findings)
{
    if (findings->example_labels == NULL || findings->labels_doubted) return false;
    for (size_t i = 0; i < findings->plan.run_count; i++) {
        const struct run_finding *finding = &findings->runs[i];
        if (finding->predictions != NULL && !accuracy_agrees(findings, finding)) return false;
    }
    return true;
}

/* No SD of values in 0..1 is more than a half, however wide the interval of two or three runs is. */
static struct report_part part_of(const struct component *component)
{
    return (struct report_part){component->sd, component->sd_low,
                                isnan(component->sd_high) ? component->sd_high
                                                          : fmin(component->sd_high, 0.5)};
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

/* Split the spread of `table`. When the labels are not known they are all 0 in it, and only what does not
 * depend on them is taken: on how many examples runs disagree. */
static enum status split(const struct findings *findings, const struct prediction_table *table,
                         bool labels_known, struct report_origin *origin, struct error *error)
{
    struct churn churn;
    int metric = findings->plan.experiment.metric;
    bool whole = labels_known && metric != METRIC_EVAL_LOSS;
    const struct churn_question question = {.metric = whole ? inquiry_influence(metric) : INFLUENCE_ACCURACY,
                                            .confidence = SUMMARY_CONFIDENCE,
                                            .sigma0 = findings->report.sigma0};
    TRY(churn_split(table, &question, &churn, error));
    origin->disagreement = churn.disagreement;
    if (metric != METRIC_EVAL_LOSS) origin->thumb_sd = churn.thumb_sd;
    if (!whole) return STATUS_OK;
    origin->between = part_of(&churn.between);
    origin->training = part_of(&churn.training);
    origin->churn = part_of(&churn.churn);
    /* An interval that ends at 0, where all examples add the same (an F1 of 0) or runs disagree so much that
     * the rest drowns, is no error of 0, but one that these runs do not show. */
    if (churn.sampling.high > 0) origin->sampling = part_of(&churn.sampling);
    origin->examples_needed = churn.examples_needed;
    return STATUS_OK;
}

/* Room for one table of predictions at a time. */
struct desk {
    int32_t *labels, *predictions;
    bool known; /* the labels */
};

enum { ANY = -1 }; /* stream: all runs of the setting */

/* Whether a run differs from the setting's first in `stream` alone, or in nothing. */
static bool stands_still(const struct report_run *run, const struct report_run *first, int stream)
{
    const bool other[REPORT_STREAMS] = {run->seed_init != first->seed_init,
                                        run->seed_order != first->seed_order,
                                        run->seed_dropout != first->seed_dropout};
    for (int i = 0; i < REPORT_STREAMS; i++) {
        if (i != stream && other[i]) return false;
    }
    return true;
}

/* The predictions of a setting's runs, or of those that differ from the first in `stream` alone. */
static int gather(const struct findings *findings, size_t setting, int stream, int32_t *predictions)
{
    const struct report_run *first = NULL;
    int runs = 0;
    for (size_t i = 0; i < findings->report.run_count; i++) {
        const struct report_run *run = &findings->report.runs[i];
        const int32_t *said = findings->runs[i].predictions;
        if (run->setting != setting) continue;
        if (first == NULL) first = run;
        if (said == NULL || !judgement_counts_run(&findings->report, i)) continue;
        if (stream != ANY && !stands_still(run, first, stream)) continue;
        memcpy(predictions + (size_t)runs * findings->examples, said, findings->examples * sizeof *said);
        runs++;
    }
    return runs;
}

static enum status origin_of(const struct findings *findings, const struct desk *desk, size_t setting,
                             int stream, struct report_origin *origin, struct error *error)
{
    *origin = origin_undefined();
    const struct prediction_table table = {.labels = desk->labels,
                                           .predictions = desk->predictions,
                                           .examples = findings->examples,
                                           .runs = gather(findings, setting, stream, desk->predictions),
                                           .classes = findings->report.labels};
    return table.runs < 2 ? STATUS_OK : split(findings, &table, desk->known, origin, error);
}

static enum status churn_of_streams(struct findings *findings, const struct desk *desk, size_t setting,
                                    struct error *error)
{
    struct report_origin origin;
    struct report_streams *streams = &findings->settings[setting].streams;
    for (int stream = 0; stream < REPORT_STREAMS; stream++) {
        TRY(origin_of(findings, desk, setting, stream, &origin, error));
        streams->streams[stream].churn = origin.churn;
    }
    TRY(origin_of(findings, desk, setting, ANY, &origin, error));
    streams->churn = origin.churn;
    return STATUS_OK;
}

static enum status fill_all(struct findings *findings, const struct desk *desk, struct error *error)
{
    for (size_t i = 0; i < findings->report.setting_count; i++) {
        if (findings->report.shared_seeds)
            TRY(churn_of_streams(findings, desk, i, error));
        else
            TRY(origin_of(findings, desk, i, ANY, &findings->settings[i].origin, error));
    }
    return STATUS_OK;
}

static void fill_nothing(struct report_setting *setting)
{
    const struct report_part none = {NAN, NAN, NAN};
    setting->origin = origin_undefined();
    setting->streams.churn = none;
    for (int stream = 0; stream < REPORT_STREAMS; stream++)
        setting->streams.streams[stream].churn = none;
}

enum status origins_fill(struct findings *findings, struct error *error)
{
    enum status status = STATUS_OK;
    const struct report *report = &findings->report;
    size_t examples = findings->examples, cells = examples * report->run_count;
    for (size_t i = 0; i < report->setting_count; i++)
        fill_nothing(&findings->settings[i]);
    if (examples == 0) return STATUS_OK;
    const struct desk desk = {
        .labels = memory_zeroed(examples, sizeof *desk.labels),
        .predictions = memory_zeroed(cells, sizeof *desk.predictions),
        .known = origins_labels_known(findings),
    };
    if (desk.labels == NULL || desk.predictions == NULL) {
        status = error_no_memory(error, cells * sizeof *desk.predictions);
        goto done;
    }
    findings->report.labels_known = desk.known;
    if (desk.known) memcpy(desk.labels, findings->example_labels, examples * sizeof *desk.labels);
    status = fill_all(findings, &desk, error);
done:
    memory_free(desk.labels);
    memory_free(desk.predictions);
    return status;
}
