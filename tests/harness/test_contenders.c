/* What is taken from a stored experiment, how its settings are named, and which experiments can be compared.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/support_comparing.h"
#include "tests/support_temporary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Other seeds that changed no bit make no other run. */
static void the_same_bits_count_once(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.80, 0.80, 0.70, 0.71, 0.70};
    experiment_plan((double[]){1e-4, 2e-4}, 2, 3, 1, &bench->first.plan);
    for (size_t i = 0; i < bench->first.plan.run_count; i++) {
        struct run_spec spec;
        struct plan_run *run = &bench->first.plan.runs[i];
        run->seed_init = 1; /* what save_run's digest depends on; dropout's seeds stay different */
        plan_run_spec(&bench->first.plan, i, &spec);
        assert_int_equal(run_spec_id(&spec, run->id, NULL), STATUS_OK);
    }
    bench_fill(&bench->first, values, 2, 3);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(bench->a.items[0].side.count, 1);
    assert_int_equal(bench->a.items[0].twins, 2);
    assert_int_equal(bench->a.items[1].side.count, 2);
    assert_int_equal(bench->a.items[1].twins, 1);
}

/* Repeats of a seed are one run; one of them that failed is still a failure. */
static void the_same_seeds_count_once(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.80, BENCH_FAILS, 0.70, 0.70, 0.70};
    experiment_plan((double[]){1e-4, 2e-4}, 2, 3, 1, &bench->first.plan);
    for (size_t i = 0; i < bench->first.plan.run_count; i++)
        bench->first.plan.runs[i].seed_order = bench->first.plan.runs[i].seed_dropout = 7;
    bench->first.plan.experiment.vary = 0;
    bench_renumber(&bench->first.plan, 7, 0);
    bench_fill(&bench->first, values, 2, 3);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(bench->a.items[0].side.count, 2);
    assert_int_equal(bench->a.items[0].twins, 1);
    assert_int_equal(bench->a.items[1].side.count, 1);
    assert_int_equal(bench->a.items[1].twins, 2);
    assert_true(bench->a.items[0].side.seeds[0] == bench->a.items[1].side.seeds[0]);
    assert_true(isnan(bench->a.items[0].side.values[1]));
    assert_true(bench->a.items[0].side.seeds[1] != bench->a.items[0].side.seeds[0]);
}

/* Equal values decide a span of 3..8 after four runs: the other four are not missing. */
static void what_is_not_needed_is_not_missing(void **state)
{
    struct bench *bench = *state;
    const double W = BENCH_WAITS;
    const double values[] = {0.8, 0.8, 0.8, 0.8, W, W, W, W, 0.7, 0.7, 0.7, W, W, W, W, W};
    experiment_plan((double[]){1e-4, 2e-4}, 2, 8, 1, &bench->first.plan);
    bench->first.plan.experiment.span = (struct key_span){3, 8};
    bench->first.plan.experiment.max_spread = 2;
    bench_fill(&bench->first, values, 2, 8);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(bench->a.items[0].side.count, 4);
    assert_int_equal(bench->a.items[0].pending, 0);
    assert_int_equal(bench->a.items[1].side.count, 3);
    assert_int_equal(bench->a.items[1].pending, 5); /* not decided: any of them may be needed */
}

static void names_of_settings(void **state)
{
    struct bench *bench = *state;
    struct error error = {0};
    size_t index = 99;
    double values[10] = {0};
    bench_fill_plainly(&bench->first, values, 10, 1);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(contenders_find(&bench->a, "learning_rate=0.0003", &index, NULL), STATUS_OK);
    assert_int_equal(index, 2);
    assert_int_equal(contenders_find(&bench->a, "10", &index, NULL), STATUS_OK);
    assert_int_equal(index, 9);
    assert_int_equal(contenders_find(&bench->a, "learning_rate=0.001", &index, NULL), STATUS_OK);
    assert_int_equal(index, 9);
    assert_int_equal(contenders_find(&bench->a, "learning_rate=0.0", &index, &error), STATUS_USAGE);
    assert_non_null(strstr(error.text, "is the start of more than one setting of "));
    static const char *const unknown[] = {"11", "0", "-1", "batch_size=3", ""};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_int_equal(contenders_find(&bench->a, unknown[i], &index, &error), STATUS_USAGE);
        assert_non_null(strstr(error.text, "; its settings, by number or label: 1 learning_rate=0.0001; 2 "));
    }
    const size_t pair[2] = {3, 3};
    const struct compare_question question = bench_ask(&bench->a);
    assert_int_equal(comparing_two(&bench->a, pair, &question, &bench->comparing, &error), STATUS_USAGE);
    assert_string_equal(error.text, "compare: both settings are 'learning_rate=0.0004'");
}

static void refuse_folders(struct bench *bench, const char *expected)
{
    struct error error = {0};
    contenders_free(&bench->b);
    assert_int_equal(bench_compare_folders(bench, &error), STATUS_USAGE);
    if (strstr(error.text, expected) == NULL) fail_msg("'%s' is not in '%s'", expected, error.text);
}

/* A second folder whose plan `change` alters. */
static void fill_changed(struct bench *bench, void (*change)(struct plan *plan))
{
    const double values[] = {0.80, 0.81, 0.85};
    if (bench->second.path[0] != '\0') temporary_remove(bench->second.path);
    bench->second.path[0] = '\0';
    plan_free(&bench->second.plan);
    experiment_plan((double[]){1e-4}, 1, 3, 1, &bench->second.plan);
    change(&bench->second.plan);
    bench_fill(&bench->second, values, 1, 3);
}

static void judge_by_loss(struct plan *plan)
{
    plan->experiment.metric = METRIC_EVAL_LOSS;
}

static void split_otherwise(struct plan *plan)
{
    plan->experiment.base.split_seed++;
    plan->settings[0].spec.split_seed++;
}

static void rename_setting(struct plan *plan)
{
    snprintf(plan->settings[0].label, sizeof plan->settings[0].label, "other");
}

static void train_longer(struct plan *plan)
{
    plan->experiment.base.epochs = 5;
    plan->settings[0].spec.epochs = 5;
}

static void folders_that_do_not_fit(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85};
    bench_fill_plainly(&bench->first, values, 1, 3);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    fill_changed(bench, judge_by_loss);
    refuse_folders(bench, " by eval_loss; say by which to compare with --metric");
    fill_changed(bench, split_otherwise);
    refuse_folders(bench, " were validated on different examples ");
    fill_changed(bench, rename_setting);
    refuse_folders(bench, "compare: no setting of ");
    /* What does not spoil the comparison is said. */
    fill_changed(bench, train_longer);
    contenders_free(&bench->b);
    assert_int_equal(bench_compare_folders(bench, NULL), STATUS_OK);
    bench_assert_printed(bench, "\ndifferent in A / B: epochs 1 / 5\n");
    struct error error = {0};
    const struct compare_question question = bench_ask(&bench->a);
    comparing_free(&bench->comparing);
    assert_int_equal(comparing_all(&bench->a, &question, &bench->comparing, &error), STATUS_USAGE);
    assert_non_null(strstr(error.text, " has a single setting, and nothing to compare it with"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_bits_count_once, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(the_same_seeds_count_once, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_needed_is_not_missing, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(names_of_settings, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(folders_that_do_not_fit, bench_set_up, bench_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
