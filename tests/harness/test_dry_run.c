/* The estimate of a dry run, by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "harness/dry_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void test_evaluations(void **state)
{
    (void)state;
    struct run_spec spec = {0};
    struct observed_begin begin = {.total_steps = 300, .epoch_steps = 100};
    assert_int_equal(dry_run_evaluations(&spec, &begin), 4); /* 0, 100, 200, 300 */
    spec.eval_steps = 70;
    assert_int_equal(dry_run_evaluations(&spec, &begin), 6); /* 0, 70, 140, 210, 280, 300 */
    spec.eval_steps = 1000;
    assert_int_equal(dry_run_evaluations(&spec, &begin), 2); /* 0, 300 */
    spec.eval_steps = 0;
    begin.epoch_steps = 0; /* a trainer that does not tell */
    assert_int_equal(dry_run_evaluations(&spec, &begin), 2);
}

static struct plan two_settings(void)
{
    struct plan plan = {.setting_count = 2, .run_count = 4};
    plan.settings = memory_zeroed(2, sizeof plan.settings[0]);
    plan.runs = memory_zeroed(4, sizeof plan.runs[0]);
    assert_non_null(plan.settings);
    assert_non_null(plan.runs);
    strcpy(plan.experiment.name, "two");
    strcpy(plan.experiment.output, "runs/two");
    plan.experiment.repeats = 2;
    plan.experiment.base.threads = 1;
    for (int i = 0; i < 4; i++) {
        plan.runs[i] = (struct plan_run){.setting = i / 2, .repeat = i % 2, .seed_init = (uint32_t)i};
        strcpy(plan.runs[i].id, "0123456789abcdef");
    }
    strcpy(plan.settings[0].label, "epochs=1");
    strcpy(plan.settings[1].label, "epochs=4");
    plan.settings[0].spec.threads = plan.settings[1].spec.threads = 1;
    return plan;
}

/* A run of the first setting: 10 x 0.1 + 2 x 0.5 = 2 s; of the second: 40 x 0.1 + 5 x 0.5 = 6.5 s. */
static const struct observed_begin begins[] = {
    {.total_steps = 10,
     .epoch_steps = 10,
     .step_seconds = 0.1,
     .evaluation_seconds = 0.5,
     .memory_bytes = 2 << 20},
    {.total_steps = 40,
     .epoch_steps = 10,
     .step_seconds = 0.1,
     .evaluation_seconds = 0.5,
     .memory_bytes = 3 << 20},
};

static void test_seconds(void **state)
{
    (void)state;
    struct plan plan = two_settings();
    assert_float_equal(dry_run_seconds(&plan.settings[0].spec, &begins[0]), 2, 1e-9);
    assert_float_equal(dry_run_seconds(&plan.settings[1].spec, &begins[1]), 6.5, 1e-9);
    plan.experiment.jobs = 1;
    assert_float_equal(dry_run_total(&plan, begins, 2), 17, 1e-9);
    plan.experiment.jobs = 2; /* 2 + 6.5 in each place */
    assert_float_equal(dry_run_total(&plan, begins, 2), 8.5, 1e-9);
    plan.experiment.jobs = 3; /* 2; 2; 6.5 and then 2 + 6.5 */
    assert_float_equal(dry_run_total(&plan, begins, 2), 8.5, 1e-9);
    plan.experiment.jobs = 9;
    assert_float_equal(dry_run_total(&plan, begins, 2), 6.5, 1e-9);
    plan_free(&plan);
}

static void test_print(void **state)
{
    (void)state;
    struct plan plan = two_settings();
    char *printed = NULL;
    size_t size = 0;
    plan.experiment.jobs = 2;
    FILE *out = open_memstream(&printed, &size);
    assert_non_null(out);
    assert_int_equal(dry_run_print(&plan, begins, "bin/trainer", out, NULL), STATUS_OK);
    assert_int_equal(fclose(out), 0);
    assert_ptr_equal(strstr(printed,
                            "experiment: two\nsettings: 2, repeats: 2, runs: 4\ntrainer: bin/trainer\n"
                            "output: runs/two\n\n"),
                     printed);
    assert_non_null(strstr(
        printed, "epochs=4  0              0                40     0        5            6.5 s  3.0 MiB\n"));
    assert_non_null(strstr(printed, "0123456789abcdef  epochs=4  2       3             0         0\n"));
    assert_non_null(strstr(
        printed, "\nestimate: about 8.5 s for 4 runs, 2 at a time with 1 thread each; at most 3.0 MiB a "
                 "run, 6.0 MiB at once\nmemory of the largest run: 3.0 MiB\n"));
    free(printed);
    plan_free(&plan);
}

/* A span: the least runs of each setting, and all of them. Repeats 1 alone take 2 + 6.5 s in two places. */
static void test_print_of_a_span(void **state)
{
    (void)state;
    struct plan plan = two_settings();
    char *printed = NULL;
    size_t size = 0;
    plan.experiment.jobs = 2;
    plan.experiment.span = (struct key_span){1, 2};
    FILE *out = open_memstream(&printed, &size);
    assert_non_null(out);
    assert_int_equal(dry_run_print(&plan, begins, "bin/trainer", out, NULL), STATUS_OK);
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(printed, "\nsettings: 2, repeats: 1..2, runs: 2 to 4\n"));
    assert_non_null(strstr(printed, "\nestimate: about 6.5 s for 2 runs to 8.5 s for 4, 2 at a time with "));
    free(printed);
    plan.experiment.design = DESIGN_LATIN;
    plan.experiment.levels = 5;
    out = open_memstream(&printed, &size);
    assert_non_null(out);
    assert_int_equal(dry_run_print(&plan, begins, "bin/trainer", out, NULL), STATUS_OK);
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(printed, "\nsettings: 2, repeats: 2 (latin, 5 levels), runs: 4\n"));
    free(printed);
    plan_free(&plan);
}

/* Runs of the first setting are evaluated before training and once more; those of the second five times. */
static void test_short_curves(void **state)
{
    (void)state;
    struct plan plan = two_settings();
    struct text line = {0};
    dry_run_short_curves(&plan, begins, &line);
    assert_string_equal(
        text_string(&line),
        "2 evaluations a run (setting epochs=1): fewer than 4 are too short for a verdict on the loss "
        "curve; set [training] eval_steps = 2 or less\n");
    text_clear(&line);
    plan.settings[0].spec.eval_steps = 2; /* as it says */
    dry_run_short_curves(&plan, begins, &line);
    assert_int_equal(line.length, 0);
    text_free(&line);
    plan_free(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_evaluations),  cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_print),        cmocka_unit_test(test_print_of_a_span),
        cmocka_unit_test(test_short_curves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
