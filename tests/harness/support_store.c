#include "tests/harness/support_store.h"

#include "base/memory.h"
#include "tests/harness/support_experiment.h"
#include "tests/support_temporary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const double rates[] = {1e-4, 1e-3};

int store_set_up(void **state)
{
    static struct store_fixture fixture;
    memset(&fixture, 0, sizeof fixture);
    temporary_folder(fixture.folder, sizeof fixture.folder);
    experiment_plan(rates, 2, 2, 1, &fixture.plan);
    assert_int_equal(store_open(fixture.folder, STORE_WRITE, &fixture.store, &fixture.error), STATUS_OK);
    assert_int_equal(store_save_plan(fixture.store, &fixture.plan, &fixture.error), STATUS_OK);
    *state = &fixture;
    return 0;
}

int store_tear_down(void **state)
{
    struct store_fixture *fixture = *state;
    store_close(fixture->store);
    plan_free(&fixture->plan);
    temporary_remove(fixture->folder);
    return 0;
}

void store_fixture_reopen(struct store_fixture *fixture, enum store_access access)
{
    store_close(fixture->store);
    assert_int_equal(store_open(fixture->folder, access, &fixture->store, &fixture->error), STATUS_OK);
}

/* A record of `plan_run` with one of everything, and the numbers that are hard to keep. */
void store_fixture_record(const struct store_fixture *fixture, size_t index, struct run_record *record)
{
    const struct plan_run *run = &fixture->plan.runs[index];
    *record = (struct run_record){.setting = run->setting,
                                  .repeat = run->repeat,
                                  .seed_init = run->seed_init,
                                  .seed_order = run->seed_order,
                                  .seed_dropout = run->seed_dropout,
                                  .outcome = RUN_DONE,
                                  .has_begin = true,
                                  .has_end = true,
                                  .wall_seconds = 0.1};
    memcpy(record->id, run->id, sizeof record->id);
    memcpy(record->begin.run_id, run->id, sizeof run->id);
    record->begin.train_samples = 9007199254740993; /* 2^53 + 1: no binary64 holds it */
    record->begin.labels = 2;
    record->begin.labelled = 3;
    record->begin.validation_labels = memory_zeroed(3, sizeof *record->begin.validation_labels);
    record->begin.validation_labels[1] = 300; /* takes two bytes */
    strcpy(record->begin.label_names, "bad, good");
    strcpy(record->begin.program, "trainer 0.1.0");
    record->begin.parameters = INT64_MAX;
    snprintf(record->begin.cpu, sizeof record->begin.cpu, "quote ' and \xe7\xb5\xb5");
    record->end.reason = END_EARLY_STOPPED;
    record->end.best_step = -1;
    record->end.skipped_steps = 1;
    record->end.f1 = NAN;
    record->end.loss = INFINITY;
    record->end.precision = -0.0;
    record->end.recall = 1; /* a whole number must come back as a number */
    record->end.accuracy = 0.1;
    record->end.f1_macro = 5e-324;
    record->step_count = 2;
    record->steps = memory_zeroed(2, sizeof *record->steps);
    record->evaluation_count = 2;
    record->evaluations = memory_zeroed(2, sizeof *record->evaluations);
    record->note_count = 1;
    record->notes = memory_zeroed(1, sizeof *record->notes);
    record->steps[0] =
        (struct observed_step){.step = 1, .loss = 0.1f, .grad_norm = INFINITY, .train_loss = NAN};
    record->steps[1] = (struct observed_step){.step = 2,
                                              .loss = NAN,
                                              .grad_norm = 1e-45f,
                                              .logged = true,
                                              .learning_rate = -INFINITY,
                                              .skipped = true,
                                              .loss_scale = 0x1p-24,
                                              .train_loss = -0.0};
    struct observed_evaluation *evaluation = &record->evaluations[1];
    evaluation->step = 2;
    evaluation->best = true;
    evaluation->count = 3;
    evaluation->predictions = memory_zeroed(3, sizeof *evaluation->predictions);
    evaluation->losses = memory_zeroed(3, sizeof *evaluation->losses);
    evaluation->predictions[1] = INT32_MAX;
    evaluation->losses[0] = NAN;
    evaluation->losses[2] = -0.0f;
    snprintf(record->notes[0].code, sizeof record->notes[0].code, "duplicates");
    snprintf(record->notes[0].message, sizeof record->notes[0].message, "2 rows are in both files");
}

void store_fixture_save(struct store_fixture *fixture, size_t index, enum run_outcome outcome)
{
    struct run_record record;
    store_fixture_record(fixture, index, &record);
    record.outcome = outcome;
    enum status status = store_save_run(fixture->store, &record, &fixture->error);
    run_record_free(&record);
    assert_int_equal(status, STATUS_OK);
}
