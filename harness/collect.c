#include "harness/collect.h"

#include "base/memory.h"
#include "harness/constant_answer.h"
#include "harness/causes.h"
#include "harness/certainty.h"
#include "harness/diagnoses.h"
#include "harness/inquiry.h"
#include "harness/judgement.h"
#include "harness/origins.h"
#include "harness/proposal.h"
#include "harness/rivals.h"
#include "harness/sequence.h"
#include "harness/stats/stats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static enum report_outcome outcome_for_report(enum run_outcome outcome)
{
    switch (outcome) {
    case RUN_PENDING:
        return REPORT_PENDING;
    case RUN_DONE:
        return REPORT_DONE;
    case RUN_DIVERGED:
        return REPORT_DIVERGED;
    case RUN_FAILED:
        return REPORT_FAILED;
    case RUN_CRASHED:
        return REPORT_CRASHED;
    case RUN_TIMED_OUT:
        return REPORT_TIMED_OUT;
    case RUN_BAD_OUTPUT:
        break;
    }
    return REPORT_BAD_OUTPUT;
}

/* Train points are the logged means over several steps: single steps are too noisy to read. A trainer that
 * logs none is shown step by step. */
static size_t train_points(const struct run_record *record, struct report_point *points)
{
    size_t count = 0;
    for (size_t i = 0; i < record->step_count; i++) {
        const struct observed_step *step = &record->steps[i];
        if (step->logged) points[count++] = (struct report_point){(double)step->step, step->train_loss};
    }
    if (count > 0) return count;
    for (size_t i = 0; i < record->step_count; i++)
        points[count++] = (struct report_point){(double)record->steps[i].step, (double)record->steps[i].loss};
    return count;
}

static enum status fill_curves(const struct run_record *record, struct run_finding *finding,
                               struct report_run *run, struct error *error)
{
    finding->train = memory_zeroed(record->step_count, sizeof *finding->train);
    finding->evaluation = memory_zeroed(record->evaluation_count, sizeof *finding->evaluation);
    if (finding->train == NULL || finding->evaluation == NULL)
        return error_no_memory(error, record->step_count * sizeof *finding->train);
    run->train_count = train_points(record, finding->train);
    for (size_t i = 0; i < record->evaluation_count; i++) {
        const struct observed_evaluation *evaluation = &record->evaluations[i];
        finding->evaluation[i] = (struct report_point){(double)evaluation->step, evaluation->loss};
    }
    run->evaluation_count = record->evaluation_count;
    run->train = finding->train;
    run->evaluation = finding->evaluation;
    return STATUS_OK;
}

/* Whether the evaluation that is the run's result gives every sample the same class, and not because that is
 * right. */
static bool predicts_one_class(const struct run_record *record)
{
    for (size_t i = 0; i < record->evaluation_count; i++) {
        const struct observed_evaluation *evaluation = &record->evaluations[i];
        if (evaluation->step != record->end.best_step) continue;
        int same = 0;
        while (same < evaluation->count && evaluation->predictions[same] == evaluation->predictions[0])
            same++;
        return same > 1 && same == evaluation->count && !(evaluation->accuracy >= 1);
    }
    return false;
}

static void fill_result(const struct run_record *record, int metric, struct run_finding *finding,
                        struct report_run *run)
{
    const struct observed_end *end = &record->end;
    snprintf(finding->reason, sizeof finding->reason, "%s", record->reason);
    snprintf(finding->detail, sizeof finding->detail, "%s", record->detail);
    if (record->step_count > 0) run->steps = record->steps[record->step_count - 1].step;
    if (!record->has_end) return;
    run->steps = end->steps;
    run->skipped_steps = end->skipped_steps;
    if (run->outcome != REPORT_DONE) return;
    run->best_step = end->best_step;
    run->loss = end->loss;
    run->accuracy = end->accuracy;
    run->precision = end->precision;
    run->recall = end->recall;
    run->f1 = end->f1;
    run->f1_macro = end->f1_macro;
    run->metric = observed_end_metric(end, metric);
    run->one_class = predicts_one_class(record);
    if (isnan(run->metric))
        snprintf(finding->reason, sizeof finding->reason, "done, but its %s is undefined",
                 inquiry_metric_name(metric));
    snprintf(finding->digest, sizeof finding->digest, "%s", end->digest);
}

/* What a trainer says of a clock: 0 is nothing. */
static double measured(double seconds)
{
    return seconds > 0 ? seconds : NAN;
}

static void fill_timing(const struct run_record *record, struct run_finding *finding,
                        struct report_timing *timing)
{
    timing->wall_seconds = record->wall_seconds;
    if (record->has_end) {
        const struct observed_end *end = &record->end;
        timing->train_seconds = end->train_seconds;
        timing->evaluation_seconds = end->evaluation_seconds;
        if (end->train_seconds > 0) timing->steps_per_second = (double)end->steps / end->train_seconds;
        if (end->steps > 0) timing->step_seconds = measured(end->train_seconds / (double)end->steps);
        if (end->step_seconds > 0) timing->step_seconds = end->step_seconds;
        timing->step_processor_seconds = measured(end->step_processor_seconds);
        timing->calibration_seconds = measured(end->calibration_seconds);
        timing->calibration_processor_seconds = measured(end->calibration_processor_seconds);
        if (end->peak_memory_bytes > 0) timing->peak_memory_bytes = end->peak_memory_bytes;
    }
    if (!record->has_begin) return;
    const struct observed_begin *begin = &record->begin;
    timing->threads = begin->threads;
    snprintf(finding->isa, sizeof finding->isa, "%s", begin->isa);
    snprintf(finding->backend, sizeof finding->backend, "%s", begin->backend);
    snprintf(finding->cpu, sizeof finding->cpu, "%s", begin->cpu);
    snprintf(finding->host, sizeof finding->host, "%s", begin->host);
}

/* Sizes are the same in all runs of an experiment: the first that says them is as good as any. */
static void note_sizes(const struct observed_begin *begin, struct findings *findings)
{
    struct report *report = &findings->report;
    if (report->train_samples >= 0) return;
    report->train_samples = begin->train_samples;
    report->validation_samples = begin->validation_samples;
    report->labels = begin->labels;
    snprintf(findings->label_names, sizeof findings->label_names, "%s", begin->label_names);
    report->parameters = begin->parameters;
}

/* Whether `value` is already one of the values joined by "; ". */
static bool has_value(const struct text *joined, const char *value)
{
    size_t length = strlen(value);
    for (const char *c = text_string(joined); (c = strstr(c, value)) != NULL; c++) {
        bool starts = c == joined->data || (c[-1] == ' ' && c[-2] == ';');
        if (starts && (c[length] == '\0' || c[length] == ';')) return true;
    }
    return false;
}

static void note_place(struct text *joined, const char *value)
{
    if (value[0] == '\0' || has_value(joined, value)) return;
    text_addf(joined, "%s%s", joined->length > 0 ? "; " : "", value);
}

static void note_places(const struct observed_begin *begin, struct text places[PLACES])
{
    char threads[16] = "";
    if (begin->threads > 0) snprintf(threads, sizeof threads, "%d", begin->threads);
    note_place(&places[PLACE_PROGRAM], begin->program);
    note_place(&places[PLACE_COMMIT], begin->commit);
    note_place(&places[PLACE_COMPILER], begin->compiler);
    note_place(&places[PLACE_FLAGS], begin->flags);
    note_place(&places[PLACE_BACKEND], begin->backend);
    note_place(&places[PLACE_ISA], begin->isa);
    note_place(&places[PLACE_CHOICE], begin->choice);
    note_place(&places[PLACE_GPU], begin->gpu);
    note_place(&places[PLACE_LIBRARIES], begin->libraries);
    note_place(&places[PLACE_OVERRIDES], begin->overrides);
    note_place(&places[PLACE_THREADS], threads);
    note_place(&places[PLACE_CPU], begin->cpu);
    note_place(&places[PLACE_HOST], begin->host);
}

/* Equal notes of several runs are one note with their number. */
static enum status note_notes(const struct run_record *record, struct findings *findings, struct error *error)
{
    struct report *report = &findings->report;
    size_t most = report->note_count + record->note_count;
    if (record->note_count == 0) return STATUS_OK;
    struct observed_note *texts = memory_resize(findings->note_texts, most, sizeof *texts);
    if (texts == NULL) return error_no_memory(error, most * sizeof *texts);
    findings->note_texts = texts;
    struct report_note *notes = memory_resize(findings->notes, most, sizeof *notes);
    if (notes == NULL) return error_no_memory(error, most * sizeof *notes);
    findings->notes = notes;
    for (size_t i = 0; i < record->note_count; i++) {
        const struct observed_note *said = &record->notes[i];
        size_t at = 0;
        while (at < report->note_count &&
               (strcmp(texts[at].code, said->code) != 0 || strcmp(texts[at].message, said->message) != 0))
            at++;
        if (at == report->note_count) {
            texts[at] = *said;
            notes[at] = (struct report_note){.runs = 0};
            report->note_count++;
        }
        notes[at].runs++;
    }
    return STATUS_OK;
}

/* The plan's run `index`, as the next one of the report. */
static enum status collect_run(struct store *store, struct findings *findings, size_t index,
                               struct error *error)
{
    enum status status;
    const struct plan_run *planned = &findings->plan.runs[index];
    size_t place = findings->report.run_count++;
    struct run_finding *finding = &findings->runs[place];
    struct report_run *run = &findings->report_runs[place];
    struct run_record record = {0};
    *run = (struct report_run){.id = planned->id,
                               .setting = (size_t)planned->setting,
                               .repeat = planned->repeat,
                               .seed_init = planned->seed_init,
                               .seed_order = planned->seed_order,
                               .seed_dropout = planned->seed_dropout,
                               .reason = finding->reason,
                               .detail = finding->detail,
                               .best_step = -1,
                               .loss = NAN,
                               .accuracy = NAN,
                               .precision = NAN,
                               .recall = NAN,
                               .f1 = NAN,
                               .f1_macro = NAN,
                               .metric = NAN,
                               .remedy = "",
                               .seen = "",
                               .digest = finding->digest,
                               .timing = {.wall_seconds = NAN,
                                          .train_seconds = NAN,
                                          .evaluation_seconds = NAN,
                                          .steps_per_second = NAN,
                                          .step_seconds = NAN,
                                          .step_processor_seconds = NAN,
                                          .calibration_seconds = NAN,
                                          .calibration_processor_seconds = NAN,
                                          .peak_memory_bytes = -1,
                                          .isa = finding->isa,
                                          .backend = finding->backend,
                                          .cpu = finding->cpu,
                                          .host = finding->host}};
    TRY(store_load_run(store, planned->id, &record, error));
    run->outcome = outcome_for_report(record.outcome);
    if (run->outcome == REPORT_PENDING) return STATUS_OK;
    fill_result(&record, findings->plan.experiment.metric, finding, run);
    fill_timing(&record, finding, &run->timing);
    TRY_TO(done, fill_curves(&record, finding, run, error));
    TRY_TO(done, diagnoses_take_run(&record, findings, place, error));
    TRY_TO(done, origins_take_run(&record, findings, place, error));
    TRY_TO(done, note_notes(&record, findings, error));
    if (record.has_begin) {
        note_sizes(&record.begin, findings);
        note_places(&record.begin, findings->places);
    }
done:
    run_record_free(&record);
    return status;
}

static enum status finish_places(struct findings *findings, struct error *error)
{
    static const char *const names[PLACES] = {"program",       "commit",          "compiler",    "flags",
                                              "backend",       "instruction set", "why the CPU", "GPU",
                                              "GPU libraries", "not strict",      "threads",     "CPU",
                                              "host"};
    size_t count = 0;
    for (int i = 0; i < PLACES; i++) {
        TRY(text_status(&findings->places[i], error));
        if (findings->places[i].length == 0) continue;
        findings->environment[count++] = (struct report_fact){names[i], findings->places[i].data};
    }
    findings->report.environment = findings->environment;
    findings->report.environment_count = count;
    findings->report.fast = findings->places[PLACE_OVERRIDES].length > 0;
    return STATUS_OK;
}

/* The arrays may have moved while they grew: their pointers are set at the end. */
static void finish_notes(struct findings *findings)
{
    for (size_t i = 0; i < findings->report.note_count; i++) {
        findings->notes[i].code = findings->note_texts[i].code;
        findings->notes[i].message = findings->note_texts[i].message;
    }
    findings->report.notes = findings->notes;
}

/* Every run that is needed: those behind a sequential decision are neither pending nor anything else. */
static enum status collect_runs(struct store *store, const struct sequence *sequence,
                                struct findings *findings, struct error *error)
{
    for (size_t i = 0; i < findings->plan.run_count; i++) {
        bool not_needed = false;
        TRY(sequence_run_not_needed(sequence, i, &not_needed, error));
        if (!not_needed) TRY(collect_run(store, findings, i, error));
    }
    return STATUS_OK;
}

static enum status collect(struct store *store, struct findings *findings, struct error *error)
{
    enum status status = STATUS_OK;
    struct sequence *sequence = NULL;
    TRY(store_load_plan(store, &findings->plan, error));
    size_t runs = findings->plan.run_count;
    findings->runs = memory_zeroed(runs, sizeof *findings->runs);
    findings->report_runs = memory_zeroed(runs, sizeof *findings->report_runs);
    if (findings->runs == NULL || findings->report_runs == NULL)
        return error_no_memory(error, runs * sizeof *findings->runs);
    TRY(inquiry_fill(findings, error));
    TRY(sequence_read(&findings->plan, store, &sequence, error));
    TRY_TO(done, collect_runs(store, sequence, findings, error));
    findings->report.runs = findings->report_runs;
    finish_notes(findings);
    TRY_TO(done, finish_places(findings, error));
    TRY_TO(done, constant_answer_fill(findings, error));
    TRY_TO(done, judgement_fill(findings, error));
    TRY_TO(done, certainty_fill(sequence, findings, error));
    TRY_TO(done, origins_fill(findings, error));
    proposal_fill(findings);
    TRY_TO(done, causes_fill(findings, error));
    status = rivals_fill(findings, error);
done:
    sequence_free(sequence);
    return status;
}

enum status collect_findings(struct store *store, struct findings *findings, struct error *error)
{
    memset(findings, 0, sizeof *findings);
    stats_init();
    enum status status = collect(store, findings, error);
    if (status != STATUS_OK) findings_free(findings);
    return status;
}
