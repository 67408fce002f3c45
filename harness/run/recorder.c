#include "harness/run/recorder.h"

#include "base/memory.h"
#include "harness/run/cells.h"
#include "harness/run/claims.h"

#include <string.h>

/* Room for one more element: doubled, so that a long run costs few copies. */
static enum status make_room(void **array, size_t count, size_t *room, size_t size, struct error *error)
{
    if (count < *room) return STATUS_OK;
    size_t wanted = *room == 0 ? 16 : 2 * *room;
    void *grown = memory_resize(*array, wanted, size);
    if (grown == NULL) return error_no_memory(error, wanted * size);
    *array = grown;
    *room = wanted;
    return STATUS_OK;
}

long recorder_last_step(const struct recorder *recorder)
{
    return claims_last_step(&recorder->record);
}

/* On success the record owns the labels and the names. */
static enum status take_begin(struct recorder *recorder, struct observed_begin *begin, struct error *error)
{
    struct run_record *record = &recorder->record;
    if (record->has_begin) return error_set(error, STATUS_BAD_INPUT, "a second begin");
    if (record->id[0] != '\0' && strcmp(begin->run_id, record->id) != 0)
        return error_set(error, STATUS_BAD_INPUT, "the trainer says it runs \"%s\", it was asked for \"%s\"",
                         begin->run_id, record->id);
    TRY(claims_check_begin(begin, error));
    record->begin = *begin;
    begin->validation_labels = NULL;
    begin->tensors = NULL;
    record->has_begin = true;
    return STATUS_OK;
}

/* On success the record owns the sums. */
static enum status take_step(struct recorder *recorder, struct observed_step *step, struct error *error)
{
    struct run_record *record = &recorder->record;
    TRY(claims_check_step(record, step, error));
    void *steps = record->steps;
    enum status status =
        make_room(&steps, record->step_count, &recorder->step_room, sizeof *record->steps, error);
    record->steps = steps;
    if (status != STATUS_OK) return status;
    record->steps[record->step_count++] = *step;
    step->sums = NULL;
    return STATUS_OK;
}

/* On success the record owns the evaluation's arrays. */
static enum status take_evaluation(struct recorder *recorder, struct observed_evaluation *evaluation,
                                   struct error *error)
{
    struct run_record *record = &recorder->record;
    TRY(claims_check_evaluation(record, evaluation, error));
    void *evaluations = record->evaluations;
    enum status status = make_room(&evaluations, record->evaluation_count, &recorder->evaluation_room,
                                   sizeof *record->evaluations, error);
    record->evaluations = evaluations;
    if (status != STATUS_OK) return status;
    record->evaluations[record->evaluation_count++] = *evaluation;
    evaluation->predictions = NULL;
    evaluation->losses = NULL;
    return STATUS_OK;
}

static enum status take_note(struct recorder *recorder, const struct observed_note *note, struct error *error)
{
    struct run_record *record = &recorder->record;
    void *notes = record->notes;
    enum status status =
        make_room(&notes, record->note_count, &recorder->note_room, sizeof *record->notes, error);
    record->notes = notes;
    if (status == STATUS_OK) record->notes[record->note_count++] = *note;
    return status;
}

static enum status take_end(struct recorder *recorder, const struct observed_end *end, struct error *error)
{
    struct run_record *record = &recorder->record;
    TRY(claims_check_end(record, end, recorder->plan, error));
    record->end = *end;
    record->has_end = true;
    return STATUS_OK;
}

/* Ends that may come without a begin. */
static bool gives_up_with(int reason)
{
    return reason == END_FAILED || reason == END_INTERRUPTED || reason == END_REFUSED;
}

static enum status take(struct recorder *recorder, struct observation *observation, struct error *error)
{
    if (recorder->record.has_end) return error_set(error, STATUS_BAD_INPUT, "a line after the end");
    bool gives_up = observation->kind == OBSERVATION_END && gives_up_with(observation->as.end.reason);
    if (!recorder->record.has_begin && observation->kind != OBSERVATION_BEGIN && !gives_up)
        return error_set(error, STATUS_BAD_INPUT, "no begin before it");
    switch (observation->kind) {
    case OBSERVATION_BEGIN:
        return take_begin(recorder, &observation->as.begin, error);
    case OBSERVATION_STEP:
        return take_step(recorder, &observation->as.step, error);
    case OBSERVATION_EVALUATION:
        return take_evaluation(recorder, &observation->as.evaluation, error);
    case OBSERVATION_NOTE:
        return take_note(recorder, &observation->as.note, error);
    case OBSERVATION_END:
        return take_end(recorder, &observation->as.end, error);
    }
    return error_set(error, STATUS_INTERNAL, "an observation of kind %d", (int)observation->kind);
}

enum status recorder_take(struct recorder *recorder, const char *line, size_t length, struct error *error)
{
    enum { QUOTED_BYTES = 80 };
    struct observation observation;
    struct error cause = {0};
    enum status status;
    if (memchr(line, '\0', length) != NULL) {
        status = error_set(&cause, STATUS_BAD_INPUT, "a zero byte in it");
    } else {
        status = observation_read(line, &observation, &cause);
        if (status == STATUS_OK) {
            status = take(recorder, &observation, &cause);
            observation_free(&observation);
        }
    }
    if (status == STATUS_OK) return STATUS_OK;
    if (status != STATUS_BAD_INPUT) return error_set(error, status, "%s", cause.text);
    char quoted[QUOTED_BYTES], why[sizeof recorder->record.reason / 2];
    cells_clean(line, length, quoted, sizeof quoted);
    cells_clean(cause.text, strlen(cause.text), why, sizeof why);
    return error_set(error, STATUS_BAD_INPUT, "printed \"%s\": %s", quoted, why);
}

void recorder_free(struct recorder *recorder)
{
    run_record_free(&recorder->record);
    *recorder = (struct recorder){0};
}
