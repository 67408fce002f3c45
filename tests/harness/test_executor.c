/* The executor against the synthetic trainer: everything a child can do wrong is a result with a reason, the
 * other runs go on, and what is missing can be taken up again. */
#include "tests/harness/support_experiment.h"
#include "tests/support_temporary.h"

#include "base/file.h"
#include "base/memory.h"
#include "harness/run/executor.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const double rates[] = {1e-4, 1e-3, 1e-2};

struct fixture {
    char folder[SPEC_PATH_BYTES];
    struct plan plan;
    struct store *store;
    struct executor_options options;
    struct executor_result result;
    struct error error;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    memset(&fixture, 0, sizeof fixture);
    temporary_folder(fixture.folder, sizeof fixture.folder);
    experiment_plan(rates, 2, 2, 2, &fixture.plan); /* 4 runs of 8 steps, evaluated at 0, 4 and 8 */
    assert_int_equal(store_open(fixture.folder, STORE_WRITE, &fixture.store, &fixture.error), STATUS_OK);
    assert_int_equal(store_save_plan(fixture.store, &fixture.plan, &fixture.error), STATUS_OK);
    fixture.options = (struct executor_options){.trainer = EXPERIMENT_TRAINER, .jobs = 2, .timeout = 30};
    unsetenv("FTBENCH_SYNTHETIC");
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    store_close(fixture->store);
    plan_free(&fixture->plan);
    temporary_remove(fixture->folder);
    return 0;
}

static void run(struct fixture *fixture, const char *behaviour)
{
    setenv("FTBENCH_SYNTHETIC", behaviour, 1);
    enum status status =
        executor_run(&fixture->plan, fixture->store, &fixture->options, &fixture->result, &fixture->error);
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
    assert_false(fixture->result.interrupted);
}

static void all_runs_are_done_and_stored(void **state)
{
    struct fixture *fixture = *state;
    run(fixture, "note=truncated");
    assert_result(fixture, 0, 4, 0);
    for (size_t i = 0; i < 4; i++) {
        struct run_record record;
        load(fixture, i, &record);
        assert_int_equal(record.outcome, RUN_DONE);
        assert_string_equal(record.reason, "");
        assert_int_equal(record.begin.total_steps, 8);
        assert_int_equal(record.step_count, 8);
        assert_int_equal(record.evaluation_count, 3);
        assert_int_equal(record.evaluations[2].step, 8);
        assert_int_equal(record.evaluations[2].count, 20);
        assert_int_equal(record.note_count, 1);
        assert_string_equal(record.notes[0].message, "truncated");
        assert_int_equal(record.end.best_step, 8);
        assert_true(record.wall_seconds > 0);
        run_record_free(&record);
    }
    run(fixture, "crash_at=0"); /* nobody is started any more */
    assert_result(fixture, 4, 0, 0);
}

/* Without noise F1 is mean - penalty * decades^2: 0.85 at the best rate, 0.8 a decade from it. */
static void results_are_those_of_the_run(void **state)
{
    struct fixture *fixture = *state;
    run(fixture, "mean=0.85,sigma=0,penalty=0.05,best_rate=0.001");
    static const double expected[] = {0.8, 0.8, 0.85, 0.85};
    for (size_t i = 0; i < 4; i++) {
        struct run_record record;
        load(fixture, i, &record);
        assert_true(fabs(record.end.f1 - expected[i]) < 1e-12);
        run_record_free(&record);
    }
}

/* Jobs, folder and start order change nothing that is stored but times. */
static void jobs_change_nothing(void **state)
{
    struct fixture *fixture = *state;
    char folder[SPEC_PATH_BYTES];
    struct store *other = NULL;
    fixture->options.jobs = 1;
    run(fixture, "crash_at=3,only_seed=101,note=truncated");
    assert_result(fixture, 0, 2, 2);
    temporary_folder(folder, sizeof folder);
    assert_int_equal(store_open(folder, STORE_WRITE, &other, &fixture->error), STATUS_OK);
    assert_int_equal(store_save_plan(other, &fixture->plan, &fixture->error), STATUS_OK);
    fixture->options.jobs = 7;
    assert_int_equal(
        executor_run(&fixture->plan, other, &fixture->options, &fixture->result, &fixture->error), STATUS_OK);
    for (size_t i = 0; i < 4; i++) {
        struct run_record one, many;
        load(fixture, i, &one);
        assert_int_equal(store_load_run(other, fixture->plan.runs[i].id, &many, &fixture->error), STATUS_OK);
        experiment_assert_records_equal(&one, &many);
        run_record_free(&one);
        run_record_free(&many);
    }
    store_close(other);
    temporary_remove(folder);
}

/* What a child does wrong, and what is made of it. Only the runs of repeat 1 misbehave; the others are done.
 */
struct mishap {
    const char *behaviour;
    enum run_outcome outcome;
    const char *reason, *detail;
    size_t steps, evaluations; /* of the curve that is kept */
};

static const struct mishap mishaps[] = {
    {"crash_at=3", RUN_CRASHED, "killed by signal 11 (Segmentation fault)", "after step 2", 2, 1},
    {"crash_at=0", RUN_CRASHED, "killed by signal 11 (Segmentation fault)", "before the first step", 0, 0},
    {"stop_at=4", RUN_FAILED, "stopped from outside", "after step 3: asked to stop", 3, 1},
    {"exit_at=6,exit=3", RUN_CRASHED, "exit code 3 without an end line after step 5: last words at step 6",
     "", 5, 2},
    {"half_at=2", RUN_CRASHED, "exit code 0 without an end line after step 1", "", 1, 1},
    {"no_end=1", RUN_CRASHED, "exit code 0 without an end line after step 8", "", 8, 3},
    {"nan_at=5", RUN_DIVERGED, "diverged at step 5: the loss is NaN", "", 5, 2},
    {"fail_at=0", RUN_FAILED, "\xe5\xbd\xb1\xe8\xaf\x84.tsv:7: no label", "", 0, 0},
    {"fail_at=1", RUN_FAILED, "\xe5\xbd\xb1\xe8\xaf\x84.tsv:7: no label", "", 0, 1},
    {"rubbish_at=3", RUN_BAD_OUTPUT, "printed \"loss = 0.3, going well\": ", "", 2, 1},
    {"wrong_id=1", RUN_BAD_OUTPUT, "the trainer says it runs \"0123456789abcdef\", it was asked for \"", "",
     0, 0},
    {"no_begin=1", RUN_BAD_OUTPUT, "no begin before it", "", 0, 0},
    {"back_at=4", RUN_BAD_OUTPUT, "step 3 after step 3", "", 3, 1},
    {"after_end=1,note=late", RUN_BAD_OUTPUT, "a line after the end", "", 8, 3},
    {"long_at=2", RUN_BAD_OUTPUT, "printed a line of more than 67108864 bytes after step 1", "", 1, 1},
    /* lies: every line has the right form. 8 steps, evaluations at 0, 4 and 8, 20 rows of 2 classes */
    {"lie=metrics", RUN_BAD_OUTPUT, "\"accuracy\" is -3, and must be NaN or from 0 to 1 after step 8", "", 8,
     3},
    {"lie=better", RUN_BAD_OUTPUT, ", the evaluation of the best step 8 said 0.8", "", 8, 3},
    {"lie=loss", RUN_BAD_OUTPUT, " though no step is the best", "", 8, 3},
    {"lie=infinite", RUN_BAD_OUTPUT, "\"f1\" is inf, and must be NaN or from 0 to 1", "", 0, 0},
    {"lie=negative", RUN_BAD_OUTPUT, "\"loss\" is -0.25, and must not be negative", "", 0, 0},
    {"lie=nothing", RUN_BAD_OUTPUT, "completed after 0 of 8 steps", "", 0, 0},
    {"lie=short", RUN_BAD_OUTPUT, "completed after 4 of 8 steps", "", 4, 2},
    {"lie=early", RUN_BAD_OUTPUT, "early_stopped after 8 of 8 steps", "", 8, 3},
    {"lie=unseen", RUN_BAD_OUTPUT, "completed without an evaluation of the last step 8", "", 8, 2},
    {"lie=fewer", RUN_BAD_OUTPUT, "an end after 3 steps, but the last one was step 8", "", 8, 3},
    {"lie=jump", RUN_BAD_OUTPUT, "step 500000 after step 2", "", 2, 1},
    {"lie=beyond", RUN_BAD_OUTPUT, "step 9 of a run of 8 steps", "", 8, 3},
    {"lie=ahead", RUN_BAD_OUTPUT, "an evaluation of step 1 after step 0", "", 0, 0},
    {"lie=class", RUN_BAD_OUTPUT, "a prediction of class 9 where there are 2 classes", "", 0, 0},
    {"lie=rows", RUN_BAD_OUTPUT, "predictions for 1 of 20 validation rows", "", 0, 0},
    {"lie=labels", RUN_BAD_OUTPUT, "labels of 1 of 20 validation rows", "", 0, 0},
    {"lie=label", RUN_BAD_OUTPUT, "a label of class 9 where there are 2 classes", "", 0, 0},
};

static void mishaps_are_results(void **state)
{
    struct fixture *fixture = *state;
    char behaviour[128];
    for (size_t m = 0; m < sizeof mishaps / sizeof *mishaps; m++) {
        const struct mishap *mishap = &mishaps[m];
        struct run_record record;
        tear_down(state);
        set_up(state);
        snprintf(behaviour, sizeof behaviour, "only_seed=101,only_rate=0.001,%s", mishap->behaviour);
        run(fixture, behaviour);
        assert_result(fixture, 0, 3, 1);
        load(fixture, 3, &record);
        assert_string_equal(run_outcome_name(record.outcome), run_outcome_name(mishap->outcome));
        if (strstr(record.reason, mishap->reason) == NULL)
            fail_msg("%s: \"%s\" is not in \"%s\"", mishap->behaviour, mishap->reason, record.reason);
        assert_null(strstr(record.reason, "data/")); /* the folder of the training file */
        assert_string_equal(record.detail, mishap->detail);
        assert_int_equal(record.step_count, mishap->steps);
        assert_int_equal(record.evaluation_count, mishap->evaluations);
        run_record_free(&record);
    }
}

static void hanging_children_are_killed(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    run(fixture, "crash_at=0,only_seed=101,only_rate=0.0001");
    fixture->options.timeout = 0.8; /* for the one that is left */
    run(fixture, "hang_at=3,ignore_term=1");
    assert_result(fixture, 3, 0, 1);
    load(fixture, 1, &record);
    assert_int_equal(record.outcome, RUN_TIMED_OUT);
    assert_string_equal(record.reason, "no end within the timeout of 0.8 s");
    assert_string_equal(record.detail, "killed after step 2");
    assert_int_equal(record.step_count, 2);
    run_record_free(&record);
}

/* A trainer that has said its last word and does not leave is made to; what it had said decides. */
static void lingering_children_are_killed(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    fixture->options.timeout = 0;
    fixture->options.grace = 0.1;
    run(fixture, "close_at=2,only_seed=101,only_rate=0.0001");
    assert_result(fixture, 0, 3, 1);
    load(fixture, 1, &record);
    assert_int_equal(record.outcome, RUN_CRASHED);
    assert_string_equal(record.reason,
                        "closed its output without an end line after step 1 and did not exit: killed");
    assert_int_equal(record.step_count, 1);
    run_record_free(&record);
    run(fixture, "linger=1");
    assert_result(fixture, 3, 1, 0);
}

/* Undefined metrics are no mishap. */
static void not_a_number_is_a_value(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    run(fixture, "nan_f1=1,only_seed=1");
    assert_result(fixture, 0, 4, 0);
    load(fixture, 0, &record);
    assert_true(isnan(record.end.f1));
    assert_true(!isnan(record.end.accuracy));
    run_record_free(&record);
}

/* Failed runs are tried again, diverged ones are kept: they would diverge again. */
static void what_is_missing_is_taken_up(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    run(fixture, "nan_at=2,only_seed=101,only_rate=0.0001");
    assert_result(fixture, 0, 3, 1);
    tear_down(state);
    set_up(state);
    run(fixture, "crash_at=2,only_rate=0.0001");
    assert_result(fixture, 0, 2, 2);
    run(fixture, "nan_at=2,only_seed=101");
    assert_result(fixture, 2, 1, 1);
    run(fixture, "");
    assert_result(fixture, 4, 0, 0);
    load(fixture, 1, &record);
    assert_int_equal(record.outcome, RUN_DIVERGED);
    run_record_free(&record);
}

static void a_missing_trainer_is_one_line(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.trainer = "/nowhere/ftbench-trainer";
    assert_int_equal(
        executor_run(&fixture->plan, fixture->store, &fixture->options, &fixture->result, &fixture->error),
        STATUS_IO);
    assert_string_equal(fixture->error.text,
                        "/nowhere/ftbench-trainer: cannot be started: No such file or directory");
    fixture->options.trainer = fixture->folder;
    assert_int_equal(
        executor_run(&fixture->plan, fixture->store, &fixture->options, &fixture->result, &fixture->error),
        STATUS_IO);
    assert_non_null(strstr(fixture->error.text, ": cannot be started: Permission denied"));
}

/* The child itself sends the signal, so it comes while the executor runs; when it is asked to stop it sends
 * it once more, which kills it at once: it would not stop by itself. */
static void an_interrupted_plan_is_taken_up(void **state)
{
    struct fixture *fixture = *state;
    enum run_outcome outcome;
    fixture->options.jobs = 1;
    fixture->options.grace = 60;
    run(fixture, "interrupt_at=3,only_seed=101,only_rate=0.0001");
    assert_true(fixture->result.interrupted);
    assert_int_equal(fixture->result.done, 1);
    assert_int_equal(fixture->result.failed, 0);
    assert_int_equal(store_run_outcome(fixture->store, fixture->plan.runs[1].id, &outcome, NULL), STATUS_OK);
    assert_int_equal(outcome, RUN_PENDING);
    run(fixture, "");
    assert_result(fixture, 1, 3, 0);
}

/* One that ignores SIGTERM is killed when the time of grace is over. */
static void grace_ends(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.jobs = 2;
    fixture->options.grace = 0.1;
    run(fixture, "ignore_term=1,interrupt_at=2,only_seed=1");
    assert_true(fixture->result.interrupted);
    assert_int_equal(fixture->result.failed, 0);
    run(fixture, "");
    assert_int_equal(fixture->result.kept + fixture->result.done, 4);
}

static void signals_are_as_before(void **state)
{
    struct fixture *fixture = *state;
    sigset_t before, after;
    sigprocmask(SIG_BLOCK, NULL, &before);
    run(fixture, "");
    sigprocmask(SIG_BLOCK, NULL, &after);
    for (int number = 1; number < 32; number++)
        assert_int_equal(sigismember(&before, number), sigismember(&after, number));
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left, not even a dead one */
    assert_int_equal(errno, ECHILD);
}

/* A file that a child wrote its process id to. */
static pid_t wait_for_pid(const char *path)
{
    for (int i = 0; i < 500; i++) {
        struct text text = {0};
        long number = 0;
        bool read = file_exists(path) && file_read(path, 100, &text, NULL) == STATUS_OK &&
                    strchr(text_string(&text), '\n') != NULL && sscanf(text.data, "%ld", &number) == 1;
        text_free(&text);
        if (read) return (pid_t)number;
        usleep(10000);
    }
    fail_msg("no process id in %s", path);
    return 0;
}

/* The parent is killed with SIGKILL; its child ends too. This process adopts orphans, to be told of their
 * end. */
static void children_die_with_their_parent(void **state)
{
    struct fixture *fixture = *state;
    char path[SPEC_PATH_BYTES], behaviour[SPEC_PATH_BYTES + 64];
    assert_int_equal(file_join(fixture->folder, "pid", path, sizeof path, NULL), STATUS_OK);
    snprintf(behaviour, sizeof behaviour, "hang_at=2,ignore_term=1,pid_file=%s", path);
    setenv("FTBENCH_SYNTHETIC", behaviour, 1);
    store_close(fixture->store);
    fixture->store = NULL;
    fixture->options.jobs = 1;
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    pid_t parent = fork();
    if (parent == 0) {
        if (store_open(fixture->folder, STORE_WRITE, &fixture->store, NULL) != STATUS_OK) _exit(1);
        executor_run(&fixture->plan, fixture->store, &fixture->options, &fixture->result, NULL);
        _exit(2);
    }
    pid_t child = wait_for_pid(path);
    assert_int_equal(kill(parent, SIGKILL), 0);
    int how = 0;
    assert_int_equal(waitpid(parent, &how, 0), parent);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
    assert_int_equal(waitpid(child, &how, 0), child); /* waits for the end that must come */
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
    assert_int_equal(store_open(fixture->folder, STORE_WRITE, &fixture->store, &fixture->error), STATUS_OK);
    run(fixture, "");
    assert_result(fixture, 0, 4, 0);
}

/* The view is shown, and nothing of it is needed. */
static void progress_is_told(void **state)
{
    struct fixture *fixture = *state;
    char *shown = NULL;
    size_t size = 0;
    fixture->options.progress = open_memstream(&shown, &size);
    fixture->options.jobs = 1;
    run(fixture, "crash_at=1,only_seed=101");
    fclose(fixture->options.progress);
    assert_non_null(strstr(shown, "4 runs to do, 1 at a time\n[1/4] learning_rate=0.0001, repeat 1: F1 0.8"));
    assert_non_null(strstr(shown,
                           "[4/4] learning_rate=0.001, repeat 2: crashed: killed by signal 11 (Segmentation "
                           "fault), before the first step ("));
    free(shown);
}

static void no_memory_is_an_error_and_no_leak(void **state)
{
    struct fixture *fixture = *state;
    setenv("FTBENCH_SYNTHETIC", "note=truncated", 1);
    long alive = memory_blocks_alive();
    bool done = false;
    fixture->plan.run_count = 1;
    for (long n = 1; !done; n++) {
        memory_fail_from(n);
        enum status status = executor_run(&fixture->plan, fixture->store, &fixture->options, &fixture->result,
                                          &fixture->error);
        memory_fail_from(0);
        done = status == STATUS_OK;
        if (!done) assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
        assert_true(n < 1000);
    }
    assert_int_equal(fixture->result.done, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_runs_are_done_and_stored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(results_are_those_of_the_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(jobs_change_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mishaps_are_results, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hanging_children_are_killed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lingering_children_are_killed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(not_a_number_is_a_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_missing_is_taken_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_trainer_is_one_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_interrupted_plan_is_taken_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(grace_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(signals_are_as_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(children_die_with_their_parent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(progress_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_memory_is_an_error_and_no_leak, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
