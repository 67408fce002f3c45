/* The store: what goes in comes out equal. Its file is looked at in test_store_file.c. */
#include "tests/harness/support_store.h"

#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void plan_comes_back_equal(void **state)
{
    struct store_fixture *fixture = *state;
    struct plan loaded;
    fixture->plan.settings[1].value = NAN;
    assert_int_equal(store_save_plan(fixture->store, &fixture->plan, &fixture->error), STATUS_OK);
    store_fixture_reopen(fixture, STORE_READ);
    assert_int_equal(store_load_plan(fixture->store, &loaded, &fixture->error), STATUS_OK);
    experiment_assert_plans_equal(&fixture->plan, &loaded);
    plan_free(&loaded);
}

static void run_comes_back_equal(void **state)
{
    struct store_fixture *fixture = *state;
    struct run_record saved, loaded;
    store_fixture_record(fixture, 3, &saved);
    assert_int_equal(store_save_run(fixture->store, &saved, &fixture->error), STATUS_OK);
    store_fixture_reopen(fixture, STORE_READ);
    assert_int_equal(store_load_run(fixture->store, saved.id, &loaded, &fixture->error), STATUS_OK);
    experiment_assert_records_equal(&saved, &loaded);
    assert_memory_equal(&saved.wall_seconds, &loaded.wall_seconds, sizeof saved.wall_seconds);
    assert_memory_equal(saved.evaluations[1].losses, loaded.evaluations[1].losses, 3 * sizeof(float));
    assert_null(loaded.evaluations[0].predictions);
    struct observed_end end;
    bool has_end = false;
    assert_int_equal(store_load_end(fixture->store, saved.id, &end, &has_end, &fixture->error), STATUS_OK);
    assert_true(has_end);
    assert_int_equal(end.reason, END_EARLY_STOPPED);
    assert_true(end.accuracy == 0.1 && isnan(end.f1));
    run_record_free(&saved);
    run_record_free(&loaded);
}

static void what_is_not_stored_is_pending(void **state)
{
    struct store_fixture *fixture = *state;
    struct run_record record;
    enum run_outcome outcome = RUN_DONE;
    assert_int_equal(store_run_outcome(fixture->store, fixture->plan.runs[0].id, &outcome, &fixture->error),
                     STATUS_OK);
    assert_int_equal(outcome, RUN_PENDING);
    struct observed_end end;
    bool has_end = true;
    assert_int_equal(
        store_load_end(fixture->store, fixture->plan.runs[0].id, &end, &has_end, &fixture->error), STATUS_OK);
    assert_false(has_end);
    assert_int_equal(store_load_run(fixture->store, "unheard of", &record, &fixture->error), STATUS_OK);
    assert_int_equal(record.outcome, RUN_PENDING);
    assert_int_equal(record.step_count, 0);
}

static void every_outcome_is_kept(void **state)
{
    struct store_fixture *fixture = *state;
    for (enum run_outcome outcome = RUN_BAD_OUTPUT; outcome >= RUN_DONE; outcome--) {
        enum run_outcome stored;
        store_fixture_save(fixture, 0, outcome); /* replaces the failed one before; the last is RUN_DONE */
        assert_int_equal(store_run_outcome(fixture->store, fixture->plan.runs[0].id, &stored, NULL),
                         STATUS_OK);
        assert_int_equal(stored, outcome);
    }
}

static void a_failed_run_is_replaced_whole(void **state)
{
    struct store_fixture *fixture = *state;
    struct run_record record = {.outcome = RUN_CRASHED,
                                .reason = "killed by signal 9 (Killed)",
                                .detail = "after step 7"},
                      loaded;
    store_fixture_save(fixture, 0, RUN_FAILED);
    memcpy(record.id, fixture->plan.runs[0].id, sizeof record.id);
    assert_int_equal(store_save_run(fixture->store, &record, &fixture->error), STATUS_OK);
    assert_int_equal(store_load_run(fixture->store, record.id, &loaded, &fixture->error), STATUS_OK);
    assert_string_equal(loaded.reason, "killed by signal 9 (Killed)");
    assert_string_equal(loaded.detail, "after step 7");
    assert_false(loaded.has_begin || loaded.has_end);
    assert_int_equal(loaded.step_count + loaded.evaluation_count + loaded.note_count, 0);
    run_record_free(&loaded);
}

static void a_done_run_is_not_replaced(void **state)
{
    struct store_fixture *fixture = *state;
    struct run_record record;
    store_fixture_save(fixture, 0, RUN_DONE);
    store_fixture_record(fixture, 0, &record);
    assert_int_equal(store_save_run(fixture->store, &record, &fixture->error), STATUS_INTERNAL);
    record.id[0] = record.id[0] == 'f' ? 'e' : 'f';
    assert_int_equal(store_save_run(fixture->store, &record, &fixture->error), STATUS_INTERNAL);
    assert_non_null(strstr(fixture->error.text, "not in the stored plan"));
    run_record_free(&record);
}

static void a_grown_experiment_keeps_its_runs(void **state)
{
    struct store_fixture *fixture = *state;
    static const double more[] = {1e-2, 1e-4, 1e-3}; /* another order, and one more */
    struct plan grown;
    struct run_record record;
    store_fixture_save(fixture, 1, RUN_DONE); /* 1e-4, repeat 1 */
    experiment_plan(more, 3, 4, 1, &grown);
    assert_int_equal(store_save_plan(fixture->store, &grown, &fixture->error), STATUS_OK);
    assert_int_equal(store_load_run(fixture->store, fixture->plan.runs[1].id, &record, &fixture->error),
                     STATUS_OK);
    assert_int_equal(record.outcome, RUN_DONE);
    assert_int_equal(record.setting, 1);
    assert_int_equal(record.repeat, 1);
    run_record_free(&record);
    plan_free(&grown);
}

static void another_experiment_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    static const double others[] = {1e-3, 1e-2};
    struct plan other, loaded;
    experiment_plan(others, 2, 2, 1, &other); /* 1e-4 is gone */
    assert_int_equal(store_save_plan(fixture->store, &other, &fixture->error),
                     STATUS_OK); /* nothing was run yet */
    assert_int_equal(store_save_plan(fixture->store, &fixture->plan, &fixture->error), STATUS_OK);
    store_fixture_save(fixture, 0, RUN_CRASHED);
    assert_int_equal(store_save_plan(fixture->store, &other, &fixture->error), STATUS_BAD_INPUT);
    assert_non_null(strstr(fixture->error.text, "another experiment is in this folder"));
    assert_non_null(strstr(fixture->error.text, "another --output"));
    assert_null(strstr(fixture->error.text, "epochs was")); /* what is the same is not named */
    other.experiment.base.epochs = 7;
    assert_int_equal(store_save_plan(fixture->store, &other, &fixture->error), STATUS_BAD_INPUT);
    assert_non_null(strstr(fixture->error.text, "[training] epochs was 1 and is 7; "));
    assert_int_equal(store_load_plan(fixture->store, &loaded, &fixture->error), STATUS_OK);
    experiment_assert_plans_equal(&fixture->plan, &loaded); /* the old plan is untouched */
    plan_free(&loaded);
    plan_free(&other);
}

/* A file that is another than it was is named, with both digests; the seeds and settings are the same. */
static void a_changed_file_is_named(void **state)
{
    struct store_fixture *fixture = *state;
    struct plan *plan = &fixture->plan;
    struct run_spec *base = &plan->experiment.base;
    static const char was[] = "0123456789abcdef0123456789abcdef", is[] = "fedcba9876543210fedcba9876543210";
    char expected[SPEC_PATH_BYTES + 256];
    strcpy(base->train_digest, was);
    assert_int_equal(store_save_plan(fixture->store, plan, NULL), STATUS_OK);
    store_fixture_save(fixture, 0, RUN_DONE);
    assert_int_equal(store_check_plan(fixture->store, plan, NULL), STATUS_OK);
    strcpy(base->train_digest, is);
    for (size_t i = 0; i < plan->run_count; i++)
        plan->runs[i].id[0] = plan->runs[i].id[0] == 'f' ? 'e' : 'f'; /* as the digest makes another id */
    assert_int_equal(store_check_plan(fixture->store, plan, &fixture->error), STATUS_BAD_INPUT);
    snprintf(expected, sizeof expected, "in this folder: %s has changed: its digest was %s and is %s; 1 of",
             base->train_path, was, is);
    assert_non_null(strstr(fixture->error.text, expected));
    strcpy(base->train_path, "data/other.tsv");
    assert_int_equal(store_check_plan(fixture->store, plan, &fixture->error), STATUS_BAD_INPUT);
    snprintf(expected, sizeof expected, ": data/other.tsv (digest %s) takes the place of data/", is);
    assert_non_null(strstr(fixture->error.text, expected));
}

static void a_run_names_its_program(void **state)
{
    struct store_fixture *fixture = *state;
    struct run_record record;
    char program[sizeof record.begin.program];
    store_fixture_save(fixture, 0, RUN_DONE);
    assert_int_equal(store_load_run(fixture->store, fixture->plan.runs[0].id, &record, NULL), STATUS_OK);
    assert_int_equal(store_run_program(fixture->store, fixture->plan.runs[0].id, program, NULL), STATUS_OK);
    assert_true(program[0] != '\0');
    assert_string_equal(program, record.begin.program);
    assert_int_equal(store_run_program(fixture->store, fixture->plan.runs[1].id, program, NULL), STATUS_OK);
    assert_string_equal(program, "");
    run_record_free(&record);
}

static void no_memory_is_an_error_and_no_leak(void **state)
{
    struct store_fixture *fixture = *state;
    struct run_record record;
    store_fixture_record(fixture, 0, &record);
    record.outcome = RUN_FAILED;
    store_close(fixture->store);
    fixture->store = NULL;
    long alive = memory_blocks_alive();
    bool done = false;
    for (long n = 1; !done; n++) {
        struct plan plan = {0};
        struct run_record loaded = {0};
        memory_fail_from(n);
        enum status status = store_open(fixture->folder, STORE_WRITE, &fixture->store, &fixture->error);
        if (status == STATUS_OK) status = store_save_plan(fixture->store, &fixture->plan, &fixture->error);
        if (status == STATUS_OK) status = store_save_run(fixture->store, &record, &fixture->error);
        if (status == STATUS_OK) status = store_load_plan(fixture->store, &plan, &fixture->error);
        if (status == STATUS_OK) status = store_load_run(fixture->store, record.id, &loaded, &fixture->error);
        memory_fail_from(0);
        done = status == STATUS_OK;
        if (!done) assert_int_equal(status, STATUS_NO_MEMORY);
        plan_free(&plan);
        run_record_free(&loaded);
        store_close(fixture->store);
        fixture->store = NULL;
        assert_int_equal(memory_blocks_alive(), alive);
        assert_true(n < 1000);
    }
    run_record_free(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plan_comes_back_equal, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(run_comes_back_equal, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_stored_is_pending, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(every_outcome_is_kept, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(a_failed_run_is_replaced_whole, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(a_done_run_is_not_replaced, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(a_grown_experiment_keeps_its_runs, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(another_experiment_is_refused, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(a_changed_file_is_named, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(a_run_names_its_program, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(no_memory_is_an_error_and_no_leak, store_set_up, store_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
