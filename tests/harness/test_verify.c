/* The verbs verify and diff on stores that the synthetic trainer filled: what they make of equal runs, of
 * other ones, of another version's, and of too little memory. What they find inside a step is tested with the
 * real trainer (tests/system/verify.sh). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "harness/run/executor.h"
#include "harness/verbs/verb.h"
#include "tests/harness/support_experiment.h"
#include "tests/support_temporary.h"

enum { REPEATS = 2 };

static char folder[SPEC_PATH_BYTES];
static struct plan plan;

/* A folder with two finished runs, or with the plan alone. */
static void fill(bool train)
{
    static const double rates[] = {1e-3};
    struct store *store = NULL;
    struct executor_result result = {0};
    const struct executor_options how = {.trainer = EXPERIMENT_TRAINER, .jobs = 1};
    temporary_folder(folder, sizeof folder);
    experiment_plan(rates, 1, REPEATS, 1, &plan);
    plan.experiment.timeout = 0;
    if (!train) memcpy(plan.runs[0].id, "0123456789abcdef", RUN_ID_BYTES);
    assert_int_equal(store_open(folder, STORE_WRITE, &store, NULL), STATUS_OK);
    assert_int_equal(store_save_plan(store, &plan, NULL), STATUS_OK);
    if (train) {
        assert_int_equal(executor_run(&plan, store, &how, &result, NULL), STATUS_OK);
        assert_int_equal(result.done, REPEATS);
    } else {
        struct run_record record = {.outcome = RUN_DONE};
        memcpy(record.id, plan.runs[0].id, sizeof record.id);
        assert_int_equal(store_save_run(store, &record, NULL), STATUS_OK);
    }
    store_close(store);
}

static int tear_down(void **state)
{
    (void)state;
    unsetenv("FTBENCH_SYNTHETIC");
    plan_free(&plan);
    temporary_remove(folder);
    return 0;
}

/* Runs `ftbench VERB WORDS...`; the words end with NULL. */
static enum status act(const struct verb *verb, int *exit_code, struct error *error, ...)
{
    char *argv[8] = {"ftbench", (char *)(uintptr_t)verb->name};
    int argc = 2;
    va_list words;
    va_start(words, error);
    for (char *word = va_arg(words, char *); word != NULL && argc < 8; word = va_arg(words, char *))
        argv[argc++] = word;
    va_end(words);
    struct cli_arguments arguments;
    *exit_code = CLI_DONE;
    enum status status = cli_read(verb, argc, argv, 2, &arguments, error);
    if (status == STATUS_OK) status = verb->act(&arguments, exit_code, error);
    cli_arguments_free(&arguments);
    return status;
}

static void equal_and_different(void **state)
{
    (void)state;
    int code = 0;
    struct error error = {0};
    fill(true);
    assert_int_equal(act(&verify_verb, &code, &error, folder, "--isa", "scalar", NULL), STATUS_OK);
    assert_int_equal(code, CLI_DONE);
    assert_int_equal(act(&diff_verb, &code, &error, folder, folder, NULL), STATUS_OK);
    assert_int_equal(code, CLI_DONE);
    setenv("FTBENCH_SYNTHETIC", "shape=stalled", 1);
    assert_int_equal(act(&verify_verb, &code, &error, folder, "--runs", "1", NULL), STATUS_OK);
    assert_int_equal(code, CLI_GATE_FAILED);
    setenv("FTBENCH_SYNTHETIC", "crash_at=2", 1); /* does not come to the end that it came to */
    assert_int_equal(act(&verify_verb, &code, &error, folder, "--run", plan.runs[0].id, NULL), STATUS_OK);
    assert_int_equal(code, CLI_GATE_FAILED);
}

static void another_version(void **state)
{
    (void)state;
    int code = 0;
    struct error error = {0};
    fill(false);
    assert_int_equal(act(&verify_verb, &code, &error, folder, NULL), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "run 0123456789abcdef is "));
    assert_non_null(strstr(error.text, "made by another version of ftbench"));
}

static void usage(void **state)
{
    (void)state;
    int code = 0;
    struct error error = {0};
    fill(true);
    assert_int_equal(act(&verify_verb, &code, &error, folder, "--isa", "sse9", NULL), STATUS_USAGE);
    assert_non_null(strstr(error.text, "verify: --isa: 'sse9'"));
    assert_int_equal(act(&verify_verb, &code, &error, folder, "--runs", "0", NULL), STATUS_USAGE);
    assert_int_equal(act(&verify_verb, &code, &error, folder, "--run", "x", NULL), STATUS_USAGE);
    assert_int_equal(act(&verify_verb, &code, &error, folder, "--run", plan.runs[0].id, "--runs", "1", NULL),
                     STATUS_USAGE);
    assert_int_equal(act(&verify_verb, &code, &error, folder, "--fault", "step=1", NULL), STATUS_USAGE);
    char run[SPEC_PATH_BYTES + RUN_ID_BYTES];
    snprintf(run, sizeof run, "%s:", folder);
    assert_int_equal(act(&diff_verb, &code, &error, folder, run, NULL), STATUS_USAGE);
    snprintf(run, sizeof run, "%s/xyz", folder);
    assert_int_equal(act(&diff_verb, &code, &error, folder, run, NULL), STATUS_USAGE);
    snprintf(run, sizeof run, "%s/%.6s", folder, plan.runs[1].id);
    assert_int_equal(act(&diff_verb, &code, &error, folder, run, NULL),
                     STATUS_OK); /* the same setting and repeat */
    assert_int_equal(code, CLI_DONE);
}

static void failing_allocations(void **state)
{
    (void)state;
    const struct verb *const both[] = {&verify_verb, &diff_verb};
    fill(true);
    setenv("FTBENCH_SYNTHETIC", "shape=stalled", 1); /* so that differences are looked for */
    for (size_t v = 0; v < 2; v++) {
        long alive = memory_blocks_alive();
        enum status status = STATUS_NO_MEMORY;
        for (long n = 1; n < 100000 && status != STATUS_OK; n += n < 40 ? 1 : n / 8) {
            int code = 0;
            struct error error = {0};
            memory_fail_from(n);
            status =
                act(both[v], &code, &error, folder, v == 0 ? "--runs" : folder, v == 0 ? "1" : NULL, NULL);
            memory_fail_from(0);
            if (status != STATUS_OK && status != STATUS_NO_MEMORY) fail_msg("%ld: %s", n, error.text);
            assert_int_equal(memory_blocks_alive(), alive);
        }
        assert_int_equal(status, STATUS_OK);
    }
}

int main(void)
{
    if (access(EXPERIMENT_TRAINER, X_OK) != 0) {
        print_message("ftbench-synthetic is not built: skipped\n");
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(equal_and_different, tear_down),
        cmocka_unit_test_teardown(another_version, tear_down),
        cmocka_unit_test_teardown(usage, tear_down),
        cmocka_unit_test_teardown(failing_allocations, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
