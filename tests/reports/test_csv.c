#include "reports/csv.h"
#include "tests/reports/support_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct sample sample;

static int setup(void **state)
{
    (void)state;
    sample_fill(&sample);
    return 0;
}

static void runs_as_written_down(void **state)
{
    (void)state;
    struct text out = {0};
    csv_runs(&sample.report, &out);
    sample_assert_golden("runs.csv", &out);
    text_free(&out);
}

static void timings_as_written_down(void **state)
{
    (void)state;
    struct text out = {0};
    csv_timings(&sample.report, &out);
    sample_assert_golden("timings.csv", &out);
    text_free(&out);
}

/* RFC 4180, 2.5 to 2.7: fields with commas, quotes and line ends are quoted, quotes inside are doubled. */
static void quoting(void **state)
{
    (void)state;
    struct text out = {0};
    sample.settings[0].label = "a=1, b=2";
    sample.runs[0].reason = "said \"no\"\nand left";
    csv_runs(&sample.report, &out);
    assert_non_null(strstr(out.data, "\n00000000000000a1,\"a=1, b=2\",0.00001,1,"));
    assert_non_null(strstr(out.data, ",done,\"said \"\"no\"\"\nand left\",200,"));
    text_free(&out);
}

/* What may differ between repetitions must not reach runs.csv. */
static void runs_do_not_know_the_machine(void **state)
{
    (void)state;
    struct text before = {0}, after = {0};
    csv_runs(&sample.report, &before);
    for (int i = 0; i < SAMPLE_RUNS; i++)
        sample.runs[i].timing = (struct report_timing){
            .wall_seconds = 9, .threads = 64, .isa = "x", .backend = "y", .cpu = "z", .host = "w"};
    csv_runs(&sample.report, &after);
    assert_string_equal(before.data, after.data);
    text_free(&before);
    text_free(&after);
}

/* How far a run got that was stopped from outside is chance: its steps are not in runs.csv, the rest is in
 * timings.csv. */
static void chance_is_with_the_timings(void **state)
{
    (void)state;
    struct text runs = {0}, timings = {0};
    sample.runs[0].outcome = REPORT_TIMED_OUT;
    sample.runs[0].reason = "no end within the timeout of 2 s";
    sample.runs[0].detail = "killed after step 200";
    sample.runs[0].best_step = -1;
    csv_runs(&sample.report, &runs);
    csv_timings(&sample.report, &timings);
    assert_non_null(strstr(runs.data, ",timed_out,no end within the timeout of 2 s,,,"));
    assert_null(strstr(runs.data, "killed"));
    assert_non_null(strstr(timings.data, ",somewhere,killed after step 200\n"));
    text_free(&runs);
    text_free(&timings);
}

/* A third is not shortened: what is read back is the same double. */
static void numbers_are_lossless(void **state)
{
    (void)state;
    struct text out = {0};
    csv_runs(&sample.report, &out);
    assert_non_null(strstr(out.data, ",0.3333333333333333,"));
    text_free(&out);
}

/* A field whose row begins with an empty one still has its comma. */
static void an_empty_first_field(void **state)
{
    (void)state;
    struct text out = {0};
    sample.runs[0].id = "";
    csv_runs(&sample.report, &out);
    assert_non_null(strstr(out.data, "\n,learning_rate=0.00001,0.00001,"));
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(runs_as_written_down, setup),
        cmocka_unit_test_setup(timings_as_written_down, setup),
        cmocka_unit_test_setup(quoting, setup),
        cmocka_unit_test_setup(runs_do_not_know_the_machine, setup),
        cmocka_unit_test_setup(chance_is_with_the_timings, setup),
        cmocka_unit_test_setup(numbers_are_lossless, setup),
        cmocka_unit_test_setup(an_empty_first_field, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
