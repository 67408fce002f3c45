/* What the trainer is asked before a run. */
#include "harness/questions.h"
#include "tests/harness/support_experiment.h"
#include "tests/support_temporary.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct config config;
    struct plan plan;
    char folder[SPEC_PATH_BYTES];
    struct store *store;
    struct questions questions;
    struct error error;
};

static int set_up(void **state)
{
    static const double rates[] = {1e-4, 1e-3};
    static struct fixture fixture;
    memset(&fixture, 0, sizeof fixture);
    experiment_plan(rates, 2, 2, 2, &fixture.plan);
    fixture.plan.experiment.timeout = 30;
    fixture.config.path = "exp.ini";
    temporary_folder(fixture.folder, sizeof fixture.folder);
    setenv("FTBENCH_SYNTHETIC", "", 1);
    fixture.questions =
        (struct questions){.config = &fixture.config, .plan = &fixture.plan, .trainer = EXPERIMENT_TRAINER};
    *state = &fixture;
    assert_int_equal(store_open(fixture.folder, STORE_WRITE, &fixture.store, &fixture.error), STATUS_OK);
    return store_save_plan(fixture.store, &fixture.plan, &fixture.error) == STATUS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    questions_free(&fixture->questions);
    store_close(fixture->store);
    temporary_remove(fixture->folder);
    plan_free(&fixture->plan);
    return 0;
}

/* A run that is done, of the program with this name. */
static void save(struct fixture *fixture, size_t run, const char *program)
{
    struct run_record record = {.outcome = RUN_DONE, .has_begin = true};
    memcpy(record.id, fixture->plan.runs[run].id, sizeof record.id);
    snprintf(record.begin.program, sizeof record.begin.program, "%s", program);
    assert_int_equal(store_save_run(fixture->store, &record, &fixture->error), STATUS_OK);
}

static enum status limit_and_ask(struct fixture *fixture)
{
    enum status status = questions_limit(&fixture->questions, fixture->store, &fixture->error);
    return status == STATUS_OK ? questions_ask(&fixture->questions, &fixture->error) : status;
}

/* Runs 0 and 1 are of the first setting, 2 and 3 of the second. */
static void settings_that_are_done_are_not_asked(void **state)
{
    struct fixture *fixture = *state;
    save(fixture, 0, "ftbench-synthetic 0.0.9");
    save(fixture, 1, "ftbench-synthetic 0.0.9");
    assert_int_equal(limit_and_ask(fixture), STATUS_OK);
    assert_int_equal(fixture->questions.kept, 2);
    assert_int_equal(fixture->questions.begins[0].total_steps, 0);
    assert_int_equal(fixture->questions.begins[1].total_steps, 8);
}

static void nothing_is_asked_when_all_is_done(void **state)
{
    struct fixture *fixture = *state;
    for (size_t run = 0; run < 4; run++)
        save(fixture, run, "ftbench-synthetic");
    setenv("FTBENCH_SYNTHETIC", "refuse=1", 1);
    assert_int_equal(limit_and_ask(fixture), STATUS_OK);
    assert_int_equal(fixture->questions.kept, 4);
}

static void runs_of_another_program_are_refused(void **state)
{
    struct fixture *fixture = *state;
    save(fixture, 0, "ftbench-synthetics 0.1.0");
    assert_int_equal(limit_and_ask(fixture), STATUS_BAD_INPUT);
    assert_string_equal(
        fixture->error.text,
        "results/lr: the runs in it are of the trainer 'ftbench-synthetics', the one asked for now is "
        "'ftbench-synthetic'; give another --output, or name the former by [run] trainer");
}

static void no_memory_is_an_error_and_no_leak(void **state)
{
    struct fixture *fixture = *state;
    setenv("FTBENCH_SYNTHETIC", "note=truncated", 1);
    save(fixture, 0, "ftbench-synthetic");
    long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    for (long n = 1; status != STATUS_OK; n++) {
        memory_fail_from(n);
        status = limit_and_ask(fixture);
        memory_fail_from(0);
        if (status != STATUS_OK) assert_int_equal(status, STATUS_NO_MEMORY);
        questions_free(&fixture->questions);
        fixture->questions = (struct questions){
            .config = &fixture->config, .plan = &fixture->plan, .trainer = EXPERIMENT_TRAINER};
        assert_int_equal(memory_blocks_alive(), alive);
        assert_true(n < 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(settings_that_are_done_are_not_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_asked_when_all_is_done, set_up, tear_down),
        cmocka_unit_test_setup_teardown(runs_of_another_program_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_memory_is_an_error_and_no_leak, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
