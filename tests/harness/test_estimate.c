/* What the trainer says about a run before it runs. */
#include "tests/harness/support_experiment.h"

#include "base/memory.h"
#include "harness/run/estimate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct run_spec spec;
    struct observed_begin begin;
    struct text notes;
    struct error error;
};

static int set_up(void **state)
{
    static const double rates[] = {1e-3};
    static struct fixture fixture;
    struct plan plan;
    memset(&fixture, 0, sizeof fixture);
    experiment_plan(rates, 1, 1, 3, &plan);
    plan_run_spec(&plan, 0, &fixture.spec);
    plan_free(&plan);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    text_free(&fixture->notes);
    return 0;
}

static enum status ask(struct fixture *fixture, const char *behaviour, bool measure, double timeout)
{
    setenv("FTBENCH_SYNTHETIC", behaviour, 1);
    return estimate_run(EXPERIMENT_TRAINER, &fixture->spec, measure, timeout, &fixture->begin,
                        &fixture->notes, &fixture->error);
}

static void the_plan_is_told(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(ask(fixture, "note=truncated", false, 30), STATUS_OK);
    assert_int_equal(fixture->begin.total_steps, 12); /* 3 epochs of 64 / 16 */
    assert_int_equal(fixture->begin.memory_bytes, 16000);
    assert_true(fixture->begin.step_seconds <= 0);
    assert_string_equal(text_string(&fixture->notes), "truncated\n");
    assert_int_equal(ask(fixture, "note=duplicates", true, 0), STATUS_OK);
    assert_true(fixture->begin.step_seconds >= 0.25 && fixture->begin.evaluation_seconds >= 0.5);
    assert_string_equal(text_string(&fixture->notes), "truncated\nduplicates\n");
}

static void a_refusal_is_the_trainers_own_line(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(ask(fixture, "refuse=1", false, 30), STATUS_BAD_INPUT);
    assert_string_equal(fixture->error.text,
                        "ftbench-trainer: reviews.tsv:3: two columns are needed, 1 is there");
    assert_int_equal(ask(fixture, "fail_at=0", false, 30), STATUS_BAD_INPUT);
    assert_string_equal(fixture->error.text, "data/\xe5\xbd\xb1\xe8\xaf\x84.tsv:7: no label");
    assert_int_equal(ask(fixture, "no_such_option=1", false, 30), STATUS_BAD_INPUT);
    assert_string_equal(fixture->error.text,
                        "ftbench-synthetic: FTBENCH_SYNTHETIC: \"no_such_option=1\" is not understood");
}

static void a_trainer_that_breaks_is_named(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(ask(fixture, "crash_at=0", false, 30), STATUS_BAD_INPUT);
    assert_string_equal(fixture->error.text,
                        EXPERIMENT_TRAINER " plan: gave no plan: killed by signal 11 (Segmentation fault)");
    assert_int_equal(ask(fixture, "rubbish_at=0", false, 30), STATUS_BAD_INPUT);
    assert_non_null(strstr(fixture->error.text, " plan: printed \"loss = 0.3, going well\": "));
    assert_int_equal(ask(fixture, "hang_at=0", false, 0.2), STATUS_IO);
    assert_string_equal(fixture->error.text, EXPERIMENT_TRAINER " plan: no answer after 0.2 s: killed");
    assert_int_equal(estimate_run("/nowhere/trainer", &fixture->spec, false, 30, &fixture->begin,
                                  &fixture->notes, &fixture->error),
                     STATUS_IO);
    assert_string_equal(fixture->error.text,
                        "/nowhere/trainer: cannot be started: No such file or directory");
}

static void no_memory_is_an_error_and_no_leak(void **state)
{
    struct fixture *fixture = *state;
    long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    for (long n = 1; status != STATUS_OK; n++) {
        memory_fail_from(n);
        status = ask(fixture, "note=truncated", false, 30);
        memory_fail_from(0);
        if (status != STATUS_OK) assert_int_equal(status, STATUS_NO_MEMORY);
        text_free(&fixture->notes);
        assert_int_equal(memory_blocks_alive(), alive);
        assert_true(n < 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_plan_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_is_the_trainers_own_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_trainer_that_breaks_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_memory_is_an_error_and_no_leak, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
