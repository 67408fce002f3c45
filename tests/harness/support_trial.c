#include "tests/harness/support_trial.h"
#include "tests/support_temporary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double rates[RATES] = {1e-4, 1e-3, 1e-2};

/* F1 of each run; the second setting is the recipe's stable example. */
static const double f1[RATES][REPEATS] = {{0.70, 0.75, 0.80}, {0.83, 0.84, 0.85}, {0.5, 0.5, 0.5}};

int trial_open(void **state)
{
    struct trial *trial = calloc(1, sizeof *trial);
    assert_non_null(trial);
    temporary_folder(trial->folder, sizeof trial->folder);
    experiment_plan(rates, RATES, REPEATS, 10, &trial->plan);
    trial->plan.experiment.max_spread = 2;
    assert_int_equal(store_open(trial->folder, STORE_WRITE, &trial->store, NULL), STATUS_OK);
    assert_int_equal(store_save_plan(trial->store, &trial->plan, NULL), STATUS_OK);
    *state = trial;
    return 0;
}

int trial_close(void **state)
{
    struct trial *trial = *state;
    store_close(trial->store);
    plan_free(&trial->plan);
    temporary_remove(trial->folder);
    free(trial);
    return 0;
}

void trial_save_run(struct trial *trial, size_t index, enum run_outcome outcome, bool learns, double seconds)
{
    const struct plan_run *planned = &trial->plan.runs[index];
    struct observed_step steps[STEPS];
    struct observed_evaluation evaluations[EVALUATIONS];
    struct observed_note note = {"duplicates", "2 texts are in both parts"};
    struct run_record record = {.setting = planned->setting,
                                .repeat = planned->repeat,
                                .seed_init = planned->seed_init,
                                .seed_order = planned->seed_order,
                                .seed_dropout = planned->seed_dropout,
                                .outcome = outcome,
                                .has_begin = true,
                                .has_end = outcome == RUN_DONE,
                                .wall_seconds = seconds,
                                .steps = steps,
                                .step_count = STEPS,
                                .evaluations = evaluations,
                                .evaluation_count = EVALUATIONS,
                                .notes = &note,
                                .note_count = 1};
    memset(steps, 0, sizeof steps);
    memset(evaluations, 0, sizeof evaluations);
    memcpy(record.id, planned->id, sizeof record.id);
    for (int i = 0; i < STEPS; i++) {
        double loss = learns ? 0.2 + 0.5 * exp(-0.2 * (i + 1)) : 0.7;
        steps[i] = (struct observed_step){
            .step = i + 1, .loss = (float)loss, .logged = i % 2 == 1, .train_loss = loss};
    }
    int32_t all_one[] = {1, 1, 1, 1}, some[] = {1, 0, 1, 1};
    float losses[] = {0.3f, 0.3f, 0.3f, 0.3f};
    bool same = trial->one_class > 0 && planned->setting == trial->one_class && planned->repeat < 2;
    for (int i = 0; i < EVALUATIONS; i++)
        evaluations[i] = (struct observed_evaluation){.step = 8 * i,
                                                      .loss = learns ? 0.3 + 0.4 * exp(-1.6 * i) : 0.7,
                                                      .count = 4,
                                                      .predictions = same && i == 4 ? all_one : some,
                                                      .losses = losses};
    if (trial->evaluations > 0) record.evaluation_count = (size_t)trial->evaluations;
    record.begin = (struct observed_begin){.train_samples = 51,
                                           .validation_samples = 13,
                                           .labels = 2,
                                           .label_names = "neg, pos",
                                           .parameters = 7};
    memcpy(record.begin.run_id, planned->id, sizeof record.begin.run_id);
    snprintf(record.begin.host, sizeof record.begin.host, "host%d", (int)seconds);
    if (outcome == RUN_DONE) {
        double value = f1[planned->setting][planned->repeat];
        record.end = (struct observed_end){.steps = trial->steps > 0 ? trial->steps : STEPS,
                                           .best_step = 32,
                                           .loss = 0.3,
                                           .accuracy = value,
                                           .precision = value,
                                           .recall = value,
                                           .f1 = index > 0 && index == trial->without_f1 ? NAN : value,
                                           .f1_macro = value,
                                           .train_seconds = seconds / 2,
                                           .peak_memory_bytes = 1000 + (int)seconds};
        snprintf(record.end.digest, sizeof record.end.digest, "digest of %s", planned->id);
    } else {
        snprintf(record.reason, sizeof record.reason, "ended: %s", run_outcome_name(outcome));
    }
    struct error error = {0};
    if (store_save_run(trial->store, &record, &error) != STATUS_OK) fail_msg("%s", error.text);
}

void trial_save_all(struct trial *trial, double seconds)
{
    for (size_t i = 0; i < trial->plan.run_count; i++)
        trial_save_run(trial, i, RUN_DONE, trial->plan.runs[i].setting < 2, seconds);
}
