/* The store: what goes in comes out equal, is durable before it counts, and foreign files are refused. */
#include "tests/harness/support_experiment.h"

#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const double rates[] = {1e-4, 1e-3, 1e-2};

struct fixture {
    char folder[SPEC_PATH_BYTES];
    struct plan plan;
    struct store *store;
    struct error error;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    memset(&fixture, 0, sizeof fixture);
    experiment_folder(fixture.folder);
    experiment_plan(rates, 2, 2, 1, &fixture.plan);
    assert_int_equal(store_open(fixture.folder, STORE_WRITE, &fixture.store, &fixture.error), STATUS_OK);
    assert_int_equal(store_save_plan(fixture.store, &fixture.plan, &fixture.error), STATUS_OK);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    store_close(fixture->store);
    plan_free(&fixture->plan);
    experiment_remove(fixture->folder);
    return 0;
}

static void reopen(struct fixture *fixture, enum store_access access)
{
    store_close(fixture->store);
    assert_int_equal(store_open(fixture->folder, access, &fixture->store, &fixture->error), STATUS_OK);
}

/* A record of `plan_run` with one of everything, and the numbers that are hard to keep. */
static void make_record(const struct fixture *fixture, size_t index, struct run_record *record)
{
    const struct plan_run *run = &fixture->plan.runs[index];
    *record = (struct run_record){.setting = run->setting,
                                  .repeat = run->repeat,
                                  .seed_init = run->seed_init,
                                  .seed_order = run->seed_order,
                                  .seed_dropout = run->seed_dropout,
                                  .outcome = RUN_DONE,
                                  .has_begin = true,
                                  .has_end = true,
                                  .wall_seconds = 0.1};
    memcpy(record->id, run->id, sizeof record->id);
    memcpy(record->begin.run_id, run->id, sizeof run->id);
    record->begin.train_samples = 9007199254740993; /* 2^53 + 1: no binary64 holds it */
    record->begin.labels = 2;
    strcpy(record->begin.label_names, "bad, good");
    strcpy(record->begin.program, "trainer 0.1.0");
    record->begin.parameters = INT64_MAX;
    snprintf(record->begin.cpu, sizeof record->begin.cpu, "quote ' and \xe7\xb5\xb5");
    record->end.reason = END_EARLY_STOPPED;
    record->end.best_step = -1;
    record->end.f1 = NAN;
    record->end.loss = INFINITY;
    record->end.precision = -0.0;
    record->end.recall = 1; /* a whole number must come back as a number */
    record->end.accuracy = 0.1;
    record->end.f1_macro = 5e-324;
    record->step_count = 2;
    record->steps = memory_zeroed(2, sizeof *record->steps);
    record->evaluation_count = 2;
    record->evaluations = memory_zeroed(2, sizeof *record->evaluations);
    record->note_count = 1;
    record->notes = memory_zeroed(1, sizeof *record->notes);
    record->steps[0] =
        (struct observed_step){.step = 1, .loss = 0.1f, .grad_norm = INFINITY, .train_loss = NAN};
    record->steps[1] = (struct observed_step){.step = 2,
                                              .loss = NAN,
                                              .grad_norm = 1e-45f,
                                              .logged = true,
                                              .learning_rate = -INFINITY,
                                              .train_loss = -0.0};
    struct observed_evaluation *evaluation = &record->evaluations[1];
    evaluation->step = 2;
    evaluation->best = true;
    evaluation->count = 3;
    evaluation->predictions = memory_zeroed(3, sizeof *evaluation->predictions);
    evaluation->losses = memory_zeroed(3, sizeof *evaluation->losses);
    evaluation->predictions[1] = INT32_MAX;
    evaluation->losses[0] = NAN;
    evaluation->losses[2] = -0.0f;
    snprintf(record->notes[0].code, sizeof record->notes[0].code, "duplicates");
    snprintf(record->notes[0].message, sizeof record->notes[0].message, "2 rows are in both files");
}

static void save(struct fixture *fixture, size_t index, enum run_outcome outcome)
{
    struct run_record record;
    make_record(fixture, index, &record);
    record.outcome = outcome;
    enum status status = store_save_run(fixture->store, &record, &fixture->error);
    run_record_free(&record);
    assert_int_equal(status, STATUS_OK);
}

static void plan_comes_back_equal(void **state)
{
    struct fixture *fixture = *state;
    struct plan loaded;
    fixture->plan.settings[1].value = NAN;
    assert_int_equal(store_save_plan(fixture->store, &fixture->plan, &fixture->error), STATUS_OK);
    reopen(fixture, STORE_READ);
    assert_int_equal(store_load_plan(fixture->store, &loaded, &fixture->error), STATUS_OK);
    experiment_assert_plans_equal(&fixture->plan, &loaded);
    plan_free(&loaded);
}

static void run_comes_back_equal(void **state)
{
    struct fixture *fixture = *state;
    struct run_record saved, loaded;
    make_record(fixture, 3, &saved);
    assert_int_equal(store_save_run(fixture->store, &saved, &fixture->error), STATUS_OK);
    reopen(fixture, STORE_READ);
    assert_int_equal(store_load_run(fixture->store, saved.id, &loaded, &fixture->error), STATUS_OK);
    experiment_assert_records_equal(&saved, &loaded);
    assert_memory_equal(&saved.wall_seconds, &loaded.wall_seconds, sizeof saved.wall_seconds);
    assert_memory_equal(saved.evaluations[1].losses, loaded.evaluations[1].losses, 3 * sizeof(float));
    assert_null(loaded.evaluations[0].predictions);
    struct observed_end end;
    bool has_end = false;
    assert_int_equal(store_load_end(fixture->store, saved.id, &end, &has_end, &fixture->error), STATUS_OK);
    assert_true(has_end);
    assert_int_equal(end.reason, END_EARLY_STOPPED);
    assert_true(end.accuracy == 0.1 && isnan(end.f1));
    run_record_free(&saved);
    run_record_free(&loaded);
}

static void what_is_not_stored_is_pending(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    enum run_outcome outcome = RUN_DONE;
    assert_int_equal(store_run_outcome(fixture->store, fixture->plan.runs[0].id, &outcome, &fixture->error),
                     STATUS_OK);
    assert_int_equal(outcome, RUN_PENDING);
    struct observed_end end;
    bool has_end = true;
    assert_int_equal(
        store_load_end(fixture->store, fixture->plan.runs[0].id, &end, &has_end, &fixture->error), STATUS_OK);
    assert_false(has_end);
    assert_int_equal(store_load_run(fixture->store, "unheard of", &record, &fixture->error), STATUS_OK);
    assert_int_equal(record.outcome, RUN_PENDING);
    assert_int_equal(record.step_count, 0);
}

static void every_outcome_is_kept(void **state)
{
    struct fixture *fixture = *state;
    for (enum run_outcome outcome = RUN_BAD_OUTPUT; outcome >= RUN_DONE; outcome--) {
        enum run_outcome stored;
        save(fixture, 0, outcome); /* replaces the failed one before; the last is RUN_DONE */
        assert_int_equal(store_run_outcome(fixture->store, fixture->plan.runs[0].id, &stored, NULL),
                         STATUS_OK);
        assert_int_equal(stored, outcome);
    }
}

static void a_failed_run_is_replaced_whole(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record = {.outcome = RUN_CRASHED,
                                .reason = "killed by signal 9 (Killed)",
                                .detail = "after step 7"},
                      loaded;
    save(fixture, 0, RUN_FAILED);
    memcpy(record.id, fixture->plan.runs[0].id, sizeof record.id);
    assert_int_equal(store_save_run(fixture->store, &record, &fixture->error), STATUS_OK);
    assert_int_equal(store_load_run(fixture->store, record.id, &loaded, &fixture->error), STATUS_OK);
    assert_string_equal(loaded.reason, "killed by signal 9 (Killed)");
    assert_string_equal(loaded.detail, "after step 7");
    assert_false(loaded.has_begin || loaded.has_end);
    assert_int_equal(loaded.step_count + loaded.evaluation_count + loaded.note_count, 0);
    run_record_free(&loaded);
}

static void a_done_run_is_not_replaced(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    save(fixture, 0, RUN_DONE);
    make_record(fixture, 0, &record);
    assert_int_equal(store_save_run(fixture->store, &record, &fixture->error), STATUS_INTERNAL);
    record.id[0] = record.id[0] == 'f' ? 'e' : 'f';
    assert_int_equal(store_save_run(fixture->store, &record, &fixture->error), STATUS_INTERNAL);
    assert_non_null(strstr(fixture->error.text, "not in the stored plan"));
    run_record_free(&record);
}

static void a_grown_experiment_keeps_its_runs(void **state)
{
    struct fixture *fixture = *state;
    static const double more[] = {1e-2, 1e-4, 1e-3}; /* another order, and one more */
    struct plan grown;
    struct run_record record;
    save(fixture, 1, RUN_DONE); /* 1e-4, repeat 1 */
    experiment_plan(more, 3, 4, 1, &grown);
    assert_int_equal(store_save_plan(fixture->store, &grown, &fixture->error), STATUS_OK);
    assert_int_equal(store_load_run(fixture->store, fixture->plan.runs[1].id, &record, &fixture->error),
                     STATUS_OK);
    assert_int_equal(record.outcome, RUN_DONE);
    assert_int_equal(record.setting, 1);
    assert_int_equal(record.repeat, 1);
    run_record_free(&record);
    plan_free(&grown);
}

static void another_experiment_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct plan other, loaded;
    experiment_plan(rates + 1, 2, 2, 1, &other); /* 1e-4 is gone */
    assert_int_equal(store_save_plan(fixture->store, &other, &fixture->error),
                     STATUS_OK); /* nothing was run yet */
    assert_int_equal(store_save_plan(fixture->store, &fixture->plan, &fixture->error), STATUS_OK);
    save(fixture, 0, RUN_CRASHED);
    assert_int_equal(store_save_plan(fixture->store, &other, &fixture->error), STATUS_BAD_INPUT);
    assert_non_null(strstr(fixture->error.text, "another experiment is in this folder"));
    assert_non_null(strstr(fixture->error.text, "another --output"));
    assert_int_equal(store_load_plan(fixture->store, &loaded, &fixture->error), STATUS_OK);
    experiment_assert_plans_equal(&fixture->plan, &loaded); /* the old plan is untouched */
    plan_free(&loaded);
    plan_free(&other);
}

static void a_second_writer_is_kept_out(void **state)
{
    struct fixture *fixture = *state;
    struct store *second = NULL;
    char expected[SPEC_PATH_BYTES + 64];
    snprintf(expected, sizeof expected, "%s: another ftbench (pid %ld) is running here", fixture->folder,
             (long)getpid());
    assert_int_equal(store_open(fixture->folder, STORE_WRITE, &second, &fixture->error), STATUS_BUSY);
    assert_string_equal(fixture->error.text, expected);
    assert_null(second);
    assert_int_equal(store_open(fixture->folder, STORE_READ, &second, &fixture->error), STATUS_OK);
    save(fixture, 2, RUN_DONE); /* the reader sees what is written meanwhile */
    enum run_outcome outcome;
    assert_int_equal(store_run_outcome(second, fixture->plan.runs[2].id, &outcome, &fixture->error),
                     STATUS_OK);
    assert_int_equal(outcome, RUN_DONE);
    assert_int_equal(store_save_plan(second, &fixture->plan, &fixture->error), STATUS_INTERNAL);
    store_close(second);
    reopen(fixture, STORE_WRITE); /* closing gave the lock back */
}

/* Change the stored file with SQL of the test's own: the store's file is its own format's witness. */
static void change_byte(const struct fixture *fixture, long offset, unsigned char value)
{
    char path[SPEC_PATH_BYTES];
    assert_int_equal(file_join(fixture->folder, "ftbench.sqlite", path, sizeof path, NULL), STATUS_OK);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(file, &value, 1, offset), 1);
    close(file);
}

static void expect_refusal(struct fixture *fixture, enum store_access access, const char *words)
{
    assert_int_equal(store_open(fixture->folder, access, &fixture->store, &fixture->error), STATUS_BAD_INPUT);
    assert_null(fixture->store);
    if (strstr(fixture->error.text, words) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", words, fixture->error.text);
    assert_non_null(strstr(fixture->error.text, fixture->folder));
}

/* A store that was made for nothing goes again; one with something in it stays. */
static void a_new_store_can_be_discarded(void **state)
{
    struct fixture *fixture = *state;
    char folder[SPEC_PATH_BYTES], file[SPEC_PATH_BYTES];
    struct store *store = NULL;
    assert_int_equal(file_join(fixture->folder, "inner", folder, sizeof folder, NULL), STATUS_OK);
    assert_int_equal(file_join(folder, "notes", file, sizeof file, NULL), STATUS_OK);
    assert_int_equal(store_open(folder, STORE_WRITE, &store, NULL), STATUS_OK);
    store_discard(store);
    assert_false(file_exists(folder));
    assert_int_equal(store_open(folder, STORE_WRITE, &store, NULL), STATUS_OK);
    assert_int_equal(file_write(file, "mine", 4, NULL), STATUS_OK);
    store_discard(store);
    assert_true(file_exists(file));
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(folder), 0);
    store_discard(NULL);
    store_close(fixture->store); /* it was made, and is opened once more: now it is somebody's */
    assert_int_equal(store_open(fixture->folder, STORE_WRITE, &fixture->store, NULL), STATUS_OK);
    store_discard(fixture->store);
    assert_int_equal(store_open(fixture->folder, STORE_READ, &fixture->store, NULL), STATUS_OK);
}

static void a_run_names_its_program(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    char program[sizeof record.begin.program];
    save(fixture, 0, RUN_DONE);
    assert_int_equal(store_load_run(fixture->store, fixture->plan.runs[0].id, &record, NULL), STATUS_OK);
    assert_int_equal(store_run_program(fixture->store, fixture->plan.runs[0].id, program, NULL), STATUS_OK);
    assert_true(program[0] != '\0');
    assert_string_equal(program, record.begin.program);
    assert_int_equal(store_run_program(fixture->store, fixture->plan.runs[1].id, program, NULL), STATUS_OK);
    assert_string_equal(program, "");
    run_record_free(&record);
}

/* Offsets from the SQLite file format: user_version is the big-endian word at byte 60, application_id that
 * at 68. */
static void foreign_files_are_refused(void **state)
{
    struct fixture *fixture = *state;
    char path[SPEC_PATH_BYTES];
    assert_int_equal(file_join(fixture->folder, "ftbench.sqlite", path, sizeof path, NULL), STATUS_OK);
    store_close(fixture->store);
    change_byte(fixture, 63, 1);
    expect_refusal(fixture, STORE_WRITE, "written in store format 1, this ftbench reads format 5");
    expect_refusal(fixture, STORE_READ, "another --output");
    change_byte(fixture, 71, 0);
    expect_refusal(fixture, STORE_READ, "a database of another program");
    static const char words[] =
        "These are notes of somebody who keeps a diary in a file of this name, line by line.\n";
    char notes[4096] = "";
    for (size_t i = 0; i + sizeof words < sizeof notes; i += sizeof words - 1)
        memcpy(notes + i, words, sizeof words);
    assert_int_equal(file_write(path, notes, sizeof notes - 1, NULL), STATUS_OK);
    expect_refusal(fixture, STORE_READ, "not a store of ftbench");
    expect_refusal(fixture, STORE_WRITE, "not a store of ftbench");
    assert_int_equal(file_write(path, "", 0, NULL), STATUS_OK);
    expect_refusal(fixture, STORE_READ, "no experiment has been started here");
    assert_int_equal(unlink(path), 0);
    expect_refusal(fixture, STORE_READ, "no results of ftbench here");
    assert_int_equal(store_open("no/such/folder", STORE_READ, &fixture->store, &fixture->error),
                     STATUS_BAD_INPUT);
    assert_string_equal(fixture->error.text, "no/such/folder: there is no such folder");
    assert_int_equal(store_open("/dev/null/results", STORE_WRITE, &fixture->store, &fixture->error),
                     STATUS_IO);
    assert_null(fixture->store);
}

/* Pages of a database are damaged one at a time: reading it says so, or gives what was stored, but never
 * crashes. */
static void a_damaged_store_says_so(void **state)
{
    struct fixture *fixture = *state;
    char path[SPEC_PATH_BYTES];
    struct text content = {0};
    enum { PAGE = 4096 };
    int damaged = 0;
    save(fixture, 0, RUN_DONE);
    store_close(fixture->store);
    fixture->store = NULL;
    assert_int_equal(file_join(fixture->folder, "ftbench.sqlite", path, sizeof path, NULL), STATUS_OK);
    assert_int_equal(file_read(path, 0, &content, NULL), STATUS_OK);
    for (size_t page = 1; page < content.length / PAGE; page++) {
        char held[PAGE];
        memcpy(held, content.data + page * PAGE, PAGE);
        memset(content.data + page * PAGE, 0xa5, PAGE);
        assert_int_equal(file_write(path, content.data, content.length, NULL), STATUS_OK);
        memcpy(content.data + page * PAGE, held, PAGE);
        struct plan plan = {0};
        struct run_record record = {0};
        struct error error = {0};
        enum status status = store_open(fixture->folder, STORE_READ, &fixture->store, &error);
        if (status == STATUS_OK) status = store_load_plan(fixture->store, &plan, &error);
        if (status == STATUS_OK) status = store_load_run(fixture->store, plan.runs[0].id, &record, &error);
        if (status != STATUS_OK) {
            damaged++;
            assert_int_equal(status, STATUS_BAD_INPUT);
            assert_non_null(strstr(error.text, path));
            assert_non_null(strstr(error.text, "damaged: database disk image is malformed"));
        }
        plan_free(&plan);
        run_record_free(&record);
        store_close(fixture->store);
        fixture->store = NULL;
    }
    assert_true(damaged >= 5);
    text_free(&content);
}

/* Saves every run of the plan, tells each one through the pipe once it counts, and starts again as failed
 * ones until it is killed. */
static void write_until_killed(struct fixture *fixture, int told)
{
    if (store_open(fixture->folder, STORE_WRITE, &fixture->store, NULL) != STATUS_OK) _exit(1);
    for (unsigned round = 0;; round++) {
        for (size_t i = 0; i < fixture->plan.run_count; i++) {
            struct run_record record;
            make_record(fixture, i, &record);
            record.outcome = RUN_CRASHED;
            snprintf(record.reason, sizeof record.reason, "round %u", round);
            if (store_save_run(fixture->store, &record, NULL) != STATUS_OK) _exit(2);
            run_record_free(&record);
            if (write(told, &round, sizeof round) != sizeof round) _exit(3);
        }
    }
}

/* The writer is killed with SIGKILL in the middle of saving, five times at different places: what it had told
 * is there, and nothing is there in half. */
static void what_counts_survives_a_kill(void **state)
{
    struct fixture *fixture = *state;
    store_close(fixture->store);
    fixture->store = NULL;
    for (int attempt = 0; attempt < 5; attempt++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t writer = fork();
        if (writer == 0) write_until_killed(fixture, ends[1]);
        close(ends[1]);
        unsigned round = 0, told = 0;
        while (told < 9u + (unsigned)attempt) {
            assert_int_equal(read(ends[0], &round, sizeof round), sizeof round);
            told++;
        }
        usleep(300u * (unsigned)attempt); /* some way into the next save */
        assert_int_equal(kill(writer, SIGKILL), 0);
        assert_int_equal(waitpid(writer, NULL, 0), writer);
        while (read(ends[0], &round, sizeof round) == sizeof round)
            told++;
        close(ends[0]);
        assert_int_equal(store_open(fixture->folder, STORE_WRITE, &fixture->store, &fixture->error),
                         STATUS_OK);
        for (size_t i = 0; i < fixture->plan.run_count; i++) {
            struct run_record expected, stored;
            make_record(fixture, i, &expected);
            assert_int_equal(store_load_run(fixture->store, expected.id, &stored, &fixture->error),
                             STATUS_OK);
            expected.outcome = RUN_CRASHED;
            /* Run i was told in every round that reached it; one more save may have counted without being
             * told. */
            unsigned rounds = (unsigned)((told + fixture->plan.run_count - 1 - i) / fixture->plan.run_count),
                     got = 0;
            assert_int_equal(sscanf(stored.reason, "round %u", &got), 1);
            assert_in_range(got, rounds - 1, rounds);
            memcpy(expected.reason, stored.reason, sizeof expected.reason);
            experiment_assert_records_equal(&expected, &stored);
            run_record_free(&expected);
            run_record_free(&stored);
        }
        store_close(fixture->store);
        fixture->store = NULL;
    }
}

static void no_memory_is_an_error_and_no_leak(void **state)
{
    struct fixture *fixture = *state;
    struct run_record record;
    make_record(fixture, 0, &record);
    record.outcome = RUN_FAILED;
    store_close(fixture->store);
    fixture->store = NULL;
    long alive = memory_blocks_alive();
    bool done = false;
    for (long n = 1; !done; n++) {
        struct plan plan = {0};
        struct run_record loaded = {0};
        memory_fail_from(n);
        enum status status = store_open(fixture->folder, STORE_WRITE, &fixture->store, &fixture->error);
        if (status == STATUS_OK) status = store_save_plan(fixture->store, &fixture->plan, &fixture->error);
        if (status == STATUS_OK) status = store_save_run(fixture->store, &record, &fixture->error);
        if (status == STATUS_OK) status = store_load_plan(fixture->store, &plan, &fixture->error);
        if (status == STATUS_OK) status = store_load_run(fixture->store, record.id, &loaded, &fixture->error);
        memory_fail_from(0);
        done = status == STATUS_OK;
        if (!done) assert_int_equal(status, STATUS_NO_MEMORY);
        plan_free(&plan);
        run_record_free(&loaded);
        store_close(fixture->store);
        fixture->store = NULL;
        assert_int_equal(memory_blocks_alive(), alive);
        assert_true(n < 1000);
    }
    run_record_free(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plan_comes_back_equal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(run_comes_back_equal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_stored_is_pending, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_outcome_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failed_run_is_replaced_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_done_run_is_not_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_grown_experiment_keeps_its_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_experiment_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_writer_is_kept_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_files_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_store_can_be_discarded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_run_names_its_program, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_store_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_counts_survives_a_kill, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_memory_is_an_error_and_no_leak, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
