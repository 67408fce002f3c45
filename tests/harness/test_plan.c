/* Plans: order of the runs, digests filled, ids and seeds, repeats that would be one run, allocation
 * failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "harness/plan/config.h"
#include "harness/plan/seeds.h"

#include <stdio.h>
#include <string.h>

#define FIXTURES FTBENCH_SOURCE_DIR "/tests/fixtures/ini/"

static struct config config;
static struct plan plan;

static void read_config(const char *name, const char *const *overrides, int count)
{
    char path[512];
    struct text problems = {0};
    struct error error = {0};
    snprintf(path, sizeof path, "%s%s", FIXTURES, name);
    const struct config_request request = {.path = path, .overrides = overrides, .override_count = count};
    if (config_read(&request, &config, &problems, &error) != STATUS_OK)
        fail_msg("%s", text_string(&problems));
}

static void build(const char *name, const char *const *overrides, int count)
{
    struct error error = {0};
    read_config(name, overrides, count);
    if (plan_build(&config, &plan, &error) != STATUS_OK) fail_msg("%s", error.text);
}

static int tear_down(void **state)
{
    (void)state;
    plan_free(&plan);
    config_free(&config);
    return 0;
}

/* full.ini: the base and 2 + 1 other values, four times each. */
static void test_order_and_ids(void **state)
{
    (void)state;
    build("full.ini", NULL, 0);
    assert_int_equal(plan.setting_count, 4);
    assert_int_equal(plan.run_count, 16);
    for (size_t i = 0; i < plan.run_count; i++) {
        const struct plan_run *run = &plan.runs[i];
        struct run_spec spec;
        char id[RUN_ID_BYTES];
        assert_int_equal(run->setting, i / 4);
        assert_int_equal(run->repeat, i % 4);
        plan_run_spec(&plan, i, &spec);
        assert_int_equal(spec.seed_init, run->seed_init);
        assert_int_equal(spec.seed_order, run->seed_order);
        assert_int_equal(spec.seed_dropout, run->seed_dropout);
        assert_int_equal(strlen(spec.model_digest), 32);
        assert_int_equal(strlen(spec.train_digest), 32);
        assert_int_equal(strlen(spec.validation_digest), 32);
        assert_int_equal(run_spec_id(&spec, id, NULL), STATUS_OK);
        assert_string_equal(id, run->id);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(plan.runs[j].id, run->id);
        /* Settings are compared under the same seeds; order does not vary in this file. */
        assert_int_equal(run->seed_init, plan.runs[i % 4].seed_init);
        assert_int_equal(run->seed_order, plan.runs[0].seed_order);
    }
    assert_int_not_equal(plan.runs[0].seed_init, plan.runs[1].seed_init);
    assert_int_not_equal(plan.runs[0].seed_dropout, plan.runs[1].seed_dropout);
}

/* A run keeps its id when others come or go: more repeats, more values, other jobs and threads. */
static void test_ids_do_not_depend_on_the_rest(void **state)
{
    (void)state;
    build("plain.ini", NULL, 0);
    char id[RUN_ID_BYTES];
    memcpy(id, plan.runs[1].id, sizeof id);
    tear_down(state);
    static const char *const overrides[] = {"experiment.repeats=5", "sweep.learning_rate=1e-3,5e-5",
                                            "run.threads=2", "run.jobs=3", "experiment.name=other"};
    build("plain.ini", overrides, 5);
    assert_int_equal(plan.run_count, 10);
    assert_string_equal(plan.settings[1].label, "learning_rate=5e-5");
    assert_string_equal(plan.runs[5 + 1].id, id);
}

/* With nothing varied all repeats have the same seeds, and are still runs of their own: each is computed. */
static void test_same_seeds_are_runs_of_their_own(void **state)
{
    (void)state;
    struct error error = {0};
    struct run_spec first, second;
    read_config("plain.ini", NULL, 0);
    config.experiment.vary = 0;
    assert_int_equal(plan_build(&config, &plan, &error), STATUS_OK);
    plan_run_spec(&plan, 0, &first);
    plan_run_spec(&plan, 1, &second);
    assert_int_equal(first.seed_init, second.seed_init);
    assert_int_equal(first.seed_order, second.seed_order);
    assert_int_equal(first.seed_dropout, second.seed_dropout);
    assert_int_equal(first.replica, 0);
    assert_int_equal(second.replica, 1);
    assert_string_not_equal(plan.runs[0].id, plan.runs[1].id);
    plan_free(&plan);
}

static void test_vanished_file(void **state)
{
    (void)state;
    struct error error = {0};
    read_config("plain.ini", NULL, 0);
    snprintf(config.experiment.base.train_path, SPEC_PATH_BYTES, "%s", FIXTURES "gone.tsv");
    assert_int_equal(plan_build(&config, &plan, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "gone.tsv: cannot be opened"));
}

static void test_failing_allocations(void **state)
{
    (void)state;
    read_config("full.ini", NULL, 0);
    long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    long n = 1;
    for (; status == STATUS_NO_MEMORY && n < 1000; n++) {
        memory_fail_from(n);
        status = plan_build(&config, &plan, NULL);
        memory_fail_from(0);
        if (status == STATUS_OK) plan_free(&plan);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(status, STATUS_OK);
    assert_true(n > 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_order_and_ids, tear_down),
        cmocka_unit_test_teardown(test_ids_do_not_depend_on_the_rest, tear_down),
        cmocka_unit_test_teardown(test_same_seeds_are_runs_of_their_own, tear_down),
        cmocka_unit_test_teardown(test_vanished_file, tear_down),
        cmocka_unit_test_teardown(test_failing_allocations, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
