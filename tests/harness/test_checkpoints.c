/* The folder of checkpoints, and what the executor does with them: runs go on from theirs, those of stored
 * runs are removed, refused ones are set aside and their runs start over. */
#include "tests/harness/support_experiment.h"
#include "tests/support_temporary.h"

#include "base/file.h"
#include "harness/run/checkpoints.h"
#include "harness/run/executor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const double rates[] = {1e-4, 1e-3};

struct fixture {
    char folder[SPEC_PATH_BYTES], checkpoints[SPEC_PATH_BYTES];
    char paths[2][SPEC_PATH_BYTES]; /* of the two runs */
    struct plan plan;
    struct store *store;
    struct executor_options options;
    struct executor_result result;
    struct error error;
    char *shown; /* what the user saw */
};

static int set_up(void **state)
{
    static struct fixture fixture;
    memset(&fixture, 0, sizeof fixture);
    temporary_folder(fixture.folder, sizeof fixture.folder);
    experiment_plan(rates, 2, 1, 2, &fixture.plan); /* 2 runs of 8 steps, evaluated at 0, 4 and 8 */
    assert_int_equal(store_open(fixture.folder, STORE_WRITE, &fixture.store, &fixture.error), STATUS_OK);
    assert_int_equal(store_save_plan(fixture.store, &fixture.plan, &fixture.error), STATUS_OK);
    assert_int_equal(
        file_join(fixture.folder, "checkpoints", fixture.checkpoints, sizeof fixture.checkpoints, NULL),
        STATUS_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(
            checkpoints_path(fixture.checkpoints, fixture.plan.runs[i].id, fixture.paths[i], NULL),
            STATUS_OK);
    fixture.options = (struct executor_options){
        .trainer = EXPERIMENT_TRAINER, .jobs = 1, .timeout = 30, .checkpoints = fixture.checkpoints};
    unsetenv("FTBENCH_SYNTHETIC");
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    free(fixture->shown);
    store_close(fixture->store);
    plan_free(&fixture->plan);
    temporary_remove(fixture->folder);
    return 0;
}

static void run(struct fixture *fixture, const char *behaviour)
{
    size_t size = 0;
    free(fixture->shown);
    fixture->shown = NULL;
    fixture->options.progress = open_memstream(&fixture->shown, &size);
    setenv("FTBENCH_SYNTHETIC", behaviour, 1);
    enum status status =
        executor_run(&fixture->plan, fixture->store, &fixture->options, &fixture->result, &fixture->error);
    fclose(fixture->options.progress);
    if (status != STATUS_OK) fail_msg("%s", fixture->error.text);
}

static void load(struct fixture *fixture, size_t index, struct run_record *record)
{
    assert_int_equal(store_load_run(fixture->store, fixture->plan.runs[index].id, record, &fixture->error),
                     STATUS_OK);
}

static void assert_result(const struct fixture *fixture, int kept, int done, int failed)
{
    assert_int_equal(fixture->result.kept, kept);
    assert_int_equal(fixture->result.done, done);
    assert_int_equal(fixture->result.failed, failed);
}

static void assert_shown(const struct fixture *fixture, const char *words)
{
    if (strstr(fixture->shown, words) == NULL) fail_msg("\"%s\" was not said:\n%s", words, fixture->shown);
}

static void put(const char *path, const char *content)
{
    assert_int_equal(file_write(path, content, strlen(content), NULL), STATUS_OK);
}

static void the_folder_is_made_cleared_and_removed(void **state)
{
    struct fixture *fixture = *state;
    const char *folder = fixture->checkpoints;
    char aside[SPEC_PATH_BYTES + 16], temporary[SPEC_PATH_BYTES + 16];
    checkpoints_close(folder); /* it is not there */
    assert_int_equal(checkpoints_open(folder, NULL), STATUS_OK);
    assert_true(file_is_directory(folder));
    snprintf(temporary, sizeof temporary, "%s.tmp-77", fixture->paths[0]);
    snprintf(aside, sizeof aside, "%s.refused", fixture->paths[0]);
    put(fixture->paths[0], "a");
    put(fixture->paths[1], "b");
    put(temporary, "half");
    assert_int_equal(checkpoints_open(folder, NULL), STATUS_OK);
    assert_false(file_exists(temporary));
    assert_true(file_exists(fixture->paths[0]) && file_exists(fixture->paths[1]));
    checkpoints_forget(folder, fixture->plan.runs[1].id);
    checkpoints_forget(folder, fixture->plan.runs[1].id);
    assert_false(file_exists(fixture->paths[1]));
    assert_int_equal(checkpoints_set_aside(fixture->paths[0], NULL), STATUS_OK);
    assert_true(!file_exists(fixture->paths[0]) && file_exists(aside));
    assert_int_equal(checkpoints_set_aside(fixture->paths[0], &fixture->error), STATUS_IO);
    assert_non_null(strstr(fixture->error.text, "cannot be renamed"));
    checkpoints_close(folder);
    assert_true(file_exists(aside)); /* nothing of worth is thrown away */
    unlink(aside);
    checkpoints_close(folder);
    assert_false(file_exists(folder));
    put(folder, "a file in its place");
    assert_int_equal(checkpoints_open(folder, &fixture->error), STATUS_IO);
    unlink(folder);
}

static void a_crashed_run_goes_on(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    run(fixture, "checkpoint_at=5,crash_at=7");
    assert_result(fixture, 0, 0, 2);
    assert_true(file_exists(fixture->paths[0]) && file_exists(fixture->paths[1]));
    run(fixture, "");
    assert_result(fixture, 0, 2, 0);
    assert_shown(fixture, "learning_rate=0.0001, repeat 1: resumed at step 4\n");
    assert_shown(fixture, "learning_rate=0.001, repeat 1: resumed at step 4\n");
    assert_false(file_exists(fixture->checkpoints));
    load(fixture, 1, &record);
    assert_int_equal(record.outcome, RUN_DONE);
    assert_int_equal(record.step_count, 8);
    assert_true(record.wall_seconds > 100); /* the earlier part's time is in it */
    run_record_free(&record);
}

static void checkpoints_of_stored_runs_are_removed(void **state)
{
    struct fixture *fixture = *state;
    run(fixture, "checkpoint_at=5,nan_at=6,only_rate=0.001");
    assert_result(fixture, 0, 1, 1);
    assert_false(file_exists(fixture->checkpoints)); /* a diverged run is a result */
    /* One that stayed, because ftbench was killed between storing and removing. */
    assert_int_equal(mkdir(fixture->checkpoints, 0700), 0);
    put(fixture->paths[0], "3");
    run(fixture, "");
    assert_result(fixture, 2, 0, 0);
    assert_false(file_exists(fixture->checkpoints));
}

static void a_refused_checkpoint_is_set_aside(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    char aside[SPEC_PATH_BYTES + 16];
    struct text content = {0};
    snprintf(aside, sizeof aside, "%s.refused", fixture->paths[1]);
    run(fixture, "checkpoint_at=5,crash_at=7,only_rate=0.001");
    assert_result(fixture, 0, 1, 1);
    run(fixture, "refuse_checkpoint=1");
    assert_result(fixture, 1, 1, 0);
    assert_shown(fixture, "learning_rate=0.001, repeat 1: the checkpoint?is no good; starting over, the "
                          "refused file is kept as ");
    assert_null(strstr(fixture->shown, "resumed"));
    assert_int_equal(file_read(aside, 0, &content, NULL), STATUS_OK);
    assert_string_equal(text_string(&content), "4");
    text_free(&content);
    assert_false(file_exists(fixture->paths[1]));
    for (size_t i = 0; i < 2; i++) {
        load(fixture, i, &record);
        assert_int_equal(record.outcome, RUN_DONE);
        assert_int_equal(record.begin.resumed_step, 0);
        run_record_free(&record);
    }
}

/* Where a file cannot be renamed the run does without; here its other name is taken by a folder. */
static void a_refused_checkpoint_that_must_stay(void **state)
{
    struct fixture *fixture = *state;
    char aside[SPEC_PATH_BYTES + 16], within[SPEC_PATH_BYTES + 32];
    snprintf(aside, sizeof aside, "%s.refused", fixture->paths[0]);
    snprintf(within, sizeof within, "%s/file", aside);
    assert_int_equal(file_make_directories(aside, NULL), STATUS_OK);
    put(within, "x");
    put(fixture->paths[0], "4");
    run(fixture, "refuse_checkpoint=1");
    assert_result(fixture, 0, 2, 0);
    assert_shown(fixture, "starting over, without checkpoints: ");
    assert_true(file_exists(within));
}

/* A trainer that refuses what is not there is not asked for ever. */
static void a_trainer_that_always_refuses_fails(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    assert_int_equal(mkdir(fixture->checkpoints, 0700), 0);
    put(fixture->paths[0], "4");
    run(fixture, "refuse_always=1,only_rate=0.0001");
    assert_result(fixture, 0, 1, 1);
    load(fixture, 0, &record);
    assert_int_equal(record.outcome, RUN_FAILED);
    assert_string_equal(record.reason, "the checkpoint?is no good");
    run_record_free(&record);
}

/* Without a folder trainers are told of none. */
static void none_are_kept_without_a_folder(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    fixture->options.checkpoints = NULL;
    run(fixture, "refuse_always=1,only_rate=0.0001");
    assert_result(fixture, 0, 1, 1);
    load(fixture, 0, &record);
    assert_string_equal(record.reason, "the checkpoint?is no good");
    run_record_free(&record);
    assert_false(file_exists(fixture->checkpoints));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_folder_is_made_cleared_and_removed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_crashed_run_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(checkpoints_of_stored_runs_are_removed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_checkpoint_is_set_aside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_checkpoint_that_must_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_trainer_that_always_refuses_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(none_are_kept_without_a_folder, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
