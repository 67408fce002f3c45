/* The store as a file: it is durable before it counts, one writer at a time has it, and what is foreign or
 * damaged is refused. */
#include "tests/harness/support_store.h"

#include "base/file.h"
#include "base/memory.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void a_second_writer_is_kept_out(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *second = NULL;
    char expected[SPEC_PATH_BYTES + 64];
    snprintf(expected, sizeof expected, "%s: another ftbench (pid %ld) is running here", fixture->folder,
             (long)getpid());
    assert_int_equal(store_open(fixture->folder, STORE_WRITE, &second, &fixture->error), STATUS_BUSY);
    assert_string_equal(fixture->error.text, expected);
    assert_null(second);
    assert_int_equal(store_open(fixture->folder, STORE_READ, &second, &fixture->error), STATUS_OK);
    store_fixture_save(fixture, 2, RUN_DONE); /* the reader sees what is written meanwhile */
    enum run_outcome outcome;
    assert_int_equal(store_run_outcome(second, fixture->plan.runs[2].id, &outcome, &fixture->error),
                     STATUS_OK);
    assert_int_equal(outcome, RUN_DONE);
    assert_int_equal(store_save_plan(second, &fixture->plan, &fixture->error), STATUS_INTERNAL);
    store_close(second);
    store_fixture_reopen(fixture, STORE_WRITE); /* closing gave the lock back */
}

/* Change the stored file with SQL of the test's own: the store's file is its own format's witness. */
static void change_byte(const struct store_fixture *fixture, long offset, unsigned char value)
{
    char path[SPEC_PATH_BYTES];
    assert_int_equal(file_join(fixture->folder, "ftbench.sqlite", path, sizeof path, NULL), STATUS_OK);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(file, &value, 1, offset), 1);
    close(file);
}

static void expect_refusal(struct store_fixture *fixture, enum store_access access, const char *words)
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
    struct store_fixture *fixture = *state;
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

/* Offsets from the SQLite file format: user_version is the big-endian word at byte 60, application_id that
 * at 68. */
static void foreign_files_are_refused(void **state)
{
    struct store_fixture *fixture = *state;
    char path[SPEC_PATH_BYTES];
    assert_int_equal(file_join(fixture->folder, "ftbench.sqlite", path, sizeof path, NULL), STATUS_OK);
    store_close(fixture->store);
    change_byte(fixture, 63, 1);
    expect_refusal(fixture, STORE_WRITE, "written in store format 1, this ftbench reads format 10");
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
    struct store_fixture *fixture = *state;
    char path[SPEC_PATH_BYTES];
    struct text content = {0};
    enum { PAGE = 4096 };
    int damaged = 0;
    store_fixture_save(fixture, 0, RUN_DONE);
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
static void write_until_killed(struct store_fixture *fixture, int told)
{
    if (store_open(fixture->folder, STORE_WRITE, &fixture->store, NULL) != STATUS_OK) _exit(1);
    for (unsigned round = 0;; round++) {
        for (size_t i = 0; i < fixture->plan.run_count; i++) {
            struct run_record record;
            store_fixture_record(fixture, i, &record);
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
    struct store_fixture *fixture = *state;
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
            store_fixture_record(fixture, i, &expected);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_second_writer_is_kept_out, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(a_new_store_can_be_discarded, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(foreign_files_are_refused, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_store_says_so, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(what_counts_survives_a_kill, store_set_up, store_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
