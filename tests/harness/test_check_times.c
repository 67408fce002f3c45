/* Step times in `ftbench check`, on the whole program: which clock decides, and when none does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/cli.h"
#include "tests/harness/support_night.h"

/* All runs of a night take the same: the bounds are the ratio. */
static void step_times_are_held_by_the_loop(void **state)
{
    (void)state;
    night_train("timed", "loop=0.01,step=0.002", "", CLI_DONE);
    assert_int_equal(program_run("baseline save timed timed"), CLI_DONE);
    night_train("hot", "loop=0.02,step=0.004", "", CLI_DONE); /* a machine half as fast */
    assert_int_equal(program_run("check hot --baseline timed --time-margin 1"), CLI_DONE);
    night_expect_member("hot/check.json", "\"decides\": \"wall\"");
    night_expect_member("hot/check.json",
                        "\"runs\": 10,\n      \"base_runs\": 10,\n      \"ratio\": 1,\n      "
                        "\"low\": 1,\n      \"high\": 1,");
    night_train("slow", "loop=0.01,step=0.0023", "", CLI_DONE);
    assert_int_equal(program_run("check slow --baseline timed"), CLI_GATE_FAILED);
    program_assert_says(&program_out,
                        "regression: time: a step takes 1.15 times the baseline's, between 1.15 and 1.15, by "
                        "the wall's clock in times of a fixed loop (10 and 10 runs); 1.10 are allowed");
    night_expect_member("slow/summary.json", "\"subject\": \"time\"");
    assert_int_equal(program_run("check slow --baseline timed --time-margin 20"), CLI_DONE);
    /* The baseline says no loop: nothing is compared. */
    night_expect(CLI_DONE, "slow", "base: passed\n");
    night_expect(CLI_INCONCLUSIVE, "slow --time-margin 10",
                 "inconclusive: time: no finished run says how long its steps take beside a fixed loop");
    night_expect(CLI_DONE, "slow --time-margin 10 --lenient",
                 "warning: inconclusive: time: no finished run says");
    night_expect(CLI_DONE, "slow", "base: passed\n");
    night_expect_member("slow/check.json", "\"runs\": 0,\n      \"base_runs\": 0,\n      \"ratio\": null");
}

/* What a step costs decides where it is known, and what people waited for is told. */
static void the_processors_clock_decides(void **state)
{
    (void)state;
    night_train("cheap", "loop=0.01,step=0.002,cost=0.001", "", CLI_DONE);
    assert_int_equal(program_run("baseline save cheap cheap"), CLI_DONE);
    night_train("busy", "loop=0.01,step=0.003,cost=0.001", "", CLI_DONE);
    assert_int_equal(program_run("check busy --baseline cheap --time-margin 1"), CLI_DONE);
    program_assert_says(&program_out,
                        "note: time: by the wall's clock a step takes 1.50 times the baseline's");
    night_expect_member("busy/check.json", "\"decides\": \"processor\"");
    assert_int_equal(program_run("check busy --baseline cheap --time-clock wall"), CLI_GATE_FAILED);
    night_train("dear", "loop=0.01,step=0.002,cost=0.00115", "", CLI_DONE);
    assert_int_equal(program_run("check dear --baseline cheap"), CLI_GATE_FAILED);
    program_assert_says(&program_out, "regression: time: a step takes 1.15 times the baseline's");
    program_assert_says(&program_out, "by the processor's clock in times of a fixed loop");
    assert_int_equal(program_run("check dear --baseline cheap --time-clock wall"), CLI_DONE);
    assert_int_equal(program_run("check dear --baseline cheap --time-clock sun"), CLI_USAGE);
    program_assert_says(&program_err, "--time-clock: 'sun' is neither processor nor wall");
}

/* Times of another machine are told, and decide nothing. */
static void another_machine_has_other_times(void **state)
{
    (void)state;
    night_train("there", "loop=0.01,step=0.002,gpu=H100", "", CLI_DONE);
    assert_int_equal(program_run("baseline save there there"), CLI_DONE);
    night_train("here", "loop=0.01,step=0.004,gpu=H200", "", CLI_DONE);
    assert_int_equal(program_run("check here --baseline there"), CLI_DONE);
    program_assert_says(&program_out, "note: time: a step takes 2.00 times the baseline's");
    program_assert_says(&program_out, "but the baseline's GPU is another: this says nothing of the program");
    night_expect_member("here/check.json", "\"other_machine\": true");
    assert_int_equal(program_run("check here --baseline there --time-margin 50"), CLI_INCONCLUSIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(step_times_are_held_by_the_loop, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(the_processors_clock_decides, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(another_machine_has_other_times, night_set_up, program_tear_down),
    };
    if (!program_is_built()) return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
