/* A history as a file: nights once and whole, thinned out, small. */
#include "base/file.h"
#include "base/memory.h"
#include "harness/store/database.h"
#include "harness/store/history.h"
#include "tests/support_temporary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { DAY = 86400, SETTINGS = 6 };

static char folder[256], path[512];
static struct error error;

static int start(void **state)
{
    (void)state;
    temporary_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/history.sqlite", folder);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    temporary_remove(folder);
    return 0;
}

/* Night `number` of an experiment, on its day at two. */
static void make_night(const char *experiment, int number, struct history_record *record)
{
    static struct history_setting settings[SETTINGS];
    *record = (struct history_record){.settings = settings, .setting_count = SETTINGS};
    record->night = (struct history_night){.time = (int64_t)number * DAY + 7200, .strict = true, .metric = 2};
    snprintf(record->night.experiment, sizeof record->night.experiment, "%s", experiment);
    snprintf(record->night.identity, sizeof record->night.identity, "%s-%d", experiment, number);
    snprintf(record->night.code, sizeof record->night.code, "%040d", number);
    snprintf(record->night.cpu, sizeof record->night.cpu, "a processor with a name of the usual length");
    for (int i = 0; i < SETTINGS; i++) {
        settings[i] = (struct history_setting){.runs = 5,
                                               .n = 4,
                                               .failed = 1,
                                               .mean = 0.8 + 0.001 * number,
                                               .low = NAN,
                                               .high = -0.0,
                                               .sd = 0.01,
                                               .spread = 0.02,
                                               .converged = 4,
                                               .step_seconds = 0.0123456789,
                                               .calibration_seconds = NAN};
        snprintf(settings[i].label, sizeof settings[i].label, "learning_rate=%de-4, batch_size=16", i);
        memset(settings[i].bits, 'a' + i, DIGEST_TEXT - 1);
        memset(settings[i].asked, 'b', DIGEST_TEXT - 1);
    }
}

static struct history_added add(const struct history_record *record, int keep)
{
    struct history *history = NULL;
    struct history_added added;
    assert_int_equal(history_open(path, HISTORY_WRITE, &history, &error), STATUS_OK);
    if (history_append(history, record, keep, &added, &error) != STATUS_OK) fail_msg("%s", error.text);
    history_close(history);
    return added;
}

static void load(const char *experiment, struct history_records *records)
{
    struct history *history = NULL;
    assert_int_equal(history_open(path, HISTORY_READ, &history, &error), STATUS_OK);
    if (history_load(history, experiment, records, &error) != STATUS_OK) fail_msg("%s", error.text);
    history_close(history);
}

static void a_night_comes_back_as_it_was(void **state)
{
    (void)state;
    struct history_record record;
    struct history_records records;
    make_night("nightly", 20000, &record);
    struct history_added added = add(&record, 400);
    assert_false(added.again);
    assert_int_equal(added.nights, 1);
    load(NULL, &records);
    assert_int_equal(records.count, 1);
    assert_memory_equal(&records.items[0].night, &record.night, sizeof record.night);
    assert_int_equal(records.items[0].setting_count, SETTINGS);
    const struct history_setting *last = &records.items[0].settings[SETTINGS - 1];
    assert_string_equal(last->label, "learning_rate=5e-4, batch_size=16");
    assert_true(isnan(last->low) && last->high == 0 && signbit(last->high));
    assert_true(last->step_seconds == 0.0123456789);
    assert_string_equal(last->bits, record.settings[SETTINGS - 1].bits);
    history_records_free(&records);
}

/* Format 1 did not say by which clock steps were timed: the wall's. */
static void a_file_of_format_1_is_brought_up(void **state)
{
    (void)state;
    struct history_record record;
    struct history_records records;
    struct history *history = NULL;
    struct database database;
    make_night("nightly", 20000, &record);
    snprintf(record.settings[0].clock, sizeof record.settings[0].clock, "processor");
    add(&record, 400);
    assert_int_equal(database_open(path, true, &database, &error), STATUS_OK);
    assert_int_equal(database_execute(&database,
                                      "ALTER TABLE night_setting DROP COLUMN clock; PRAGMA user_version = 1; "
                                      "UPDATE format SET version = 1;",
                                      &error),
                     STATUS_OK);
    database_close(&database);
    assert_int_equal(history_open(path, HISTORY_READ, &history, &error), STATUS_BAD_INPUT);
    assert_non_null(
        strstr(error.text, "written in history format 1; ftbench history append DIR brings it up"));
    record.night.identity[0] ^= 1;
    assert_int_equal(add(&record, 400).nights, 2);
    load(NULL, &records);
    assert_int_equal(records.count, 2);
    assert_string_equal(records.items[0].settings[0].clock, "wall");
    assert_string_equal(records.items[1].settings[0].clock, "processor");
    assert_true(records.items[0].settings[0].step_seconds == 0.0123456789);
    history_records_free(&records);
}

/* What was added first comes first, also when it is added again, whatever the nights' identities are. */
static void nights_of_one_second_keep_their_order(void **state)
{
    (void)state;
    static const char first_letters[] = "cab";
    struct history_record record;
    struct history_records records;
    for (int i = 0; i < 4; i++) {
        make_night("nightly", 20000, &record);
        record.night.identity[0] = first_letters[i % 3]; /* the first comes twice */
        add(&record, 400);
    }
    load(NULL, &records);
    assert_int_equal(records.count, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(records.items[i].night.identity[0], first_letters[i]);
    history_records_free(&records);
}

static void the_same_results_are_one_night(void **state)
{
    (void)state;
    struct history_record record;
    struct history_records records;
    make_night("nightly", 20000, &record);
    add(&record, 400);
    record.night.time += 5;
    snprintf(record.night.verdict, sizeof record.night.verdict, "passed");
    record.night.code[0] = '\0';
    record.setting_count = 2;
    struct history_added added = add(&record, 400);
    assert_true(added.again);
    assert_int_equal(added.nights, 1);
    load("nightly", &records);
    assert_int_equal(records.count, 1);
    assert_int_equal(records.items[0].night.time, record.night.time - 5);
    assert_string_equal(records.items[0].night.verdict, "passed");
    assert_int_equal(strlen(records.items[0].night.code), 40); /* what was said stays */
    assert_int_equal(records.items[0].setting_count, 2);
    history_records_free(&records);
}

/* Whoever adds a night again stands at another commit, perhaps; the night does not. */
static void the_first_code_of_a_night_stays(void **state)
{
    (void)state;
    struct history_record record;
    struct history_records records;
    make_night("nightly", 20000, &record);
    record.night.code[0] = '\0';
    add(&record, 400);
    snprintf(record.night.code, sizeof record.night.code, "first");
    struct history_added added = add(&record, 400); /* nothing was said of it before */
    assert_string_equal(added.code, "");
    added = add(&record, 400);
    assert_string_equal(added.code, "");
    snprintf(record.night.code, sizeof record.night.code, "second");
    snprintf(record.night.verdict, sizeof record.night.verdict, "passed");
    added = add(&record, 400);
    assert_true(added.again);
    assert_string_equal(added.code, "first");
    load("nightly", &records);
    assert_int_equal(records.count, 1);
    assert_string_equal(records.items[0].night.code, "first");
    assert_string_equal(records.items[0].night.verdict, "passed");
    history_records_free(&records);
}

/* 100 nights, 10 kept: of the 90 before them the first of each week, 3 of these. */
static void old_nights_are_thinned_out(void **state)
{
    (void)state;
    struct history_record record;
    struct history_records records;
    struct history_added added = {0};
    int64_t dropped = 0;
    for (int i = 0; i < 100; i++) {
        make_night("nightly", 20000 + i, &record);
        added = add(&record, 10);
        dropped += added.dropped;
    }
    make_night("other", 20000, &record);
    add(&record, 10);
    assert_int_equal(added.nights, 13);
    assert_int_equal(dropped, 87);
    load("nightly", &records);
    assert_int_equal(records.count, 13);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(records.items[3 + i].night.time / DAY, 20090 + i);
    for (size_t i = 0; i < 3; i++) {
        /* 1970 began on a Thursday, and so does every week here */
        assert_int_equal(records.items[i].night.time / DAY % 7, 0);
        assert_int_equal(records.items[i].setting_count, SETTINGS);
    }
    assert_int_equal(records.items[2].night.time - records.items[1].night.time, 7 * DAY);
    history_records_free(&records);
    load(NULL, &records); /* the newest night of all is of the first experiment */
    assert_int_equal(records.count, 13);
    history_records_free(&records);
    load("other", &records);
    assert_int_equal(records.count, 1);
    history_records_free(&records);
}

/* docs/nightly.md says these sizes. */
static void the_file_stays_small(void **state)
{
    (void)state;
    struct history_record record;
    struct history_added added = {0};
    struct history *history = NULL;
    struct stat seen;
    assert_int_equal(history_open(path, HISTORY_WRITE, &history, &error), STATUS_OK);
    for (int i = 0; i < 120; i++) {
        make_night("nightly", 20000 + i, &record);
        assert_int_equal(history_append(history, &record, 100, &added, &error), STATUS_OK);
    }
    assert_int_equal(stat(path, &seen), 0);
    assert_int_equal(seen.st_size, added.bytes);
    print_message("%lld nights of %d settings: %lld bytes, %.0f a night and setting\n",
                  (long long)added.nights, SETTINGS, (long long)added.bytes,
                  (double)added.bytes / (double)(added.nights * SETTINGS));
    assert_true(added.bytes < 600 * added.nights * SETTINGS);
    /* Most of it is dropped: the file shrinks. */
    make_night("nightly", 20120, &record);
    assert_int_equal(history_append(history, &record, 8, &added, &error), STATUS_OK);
    assert_int_equal(added.nights, 10);
    history_close(history);
    assert_int_equal(stat(path, &seen), 0);
    assert_int_equal(seen.st_size, added.bytes);
    assert_true(added.bytes < 100000);
}

static void what_is_no_history_is_refused(void **state)
{
    (void)state;
    struct history *history = NULL;
    struct history_records records;
    assert_int_equal(history_open(path, HISTORY_READ, &history, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "there is no such history; ftbench history append DIR begins one"));
    assert_null(history);
    assert_int_equal(history_open(folder, HISTORY_WRITE, &history, &error), STATUS_BAD_INPUT);
    assert_int_equal(file_write(path, "rubbish", 7, &error), STATUS_OK);
    assert_int_equal(history_open(path, HISTORY_WRITE, &history, &error), STATUS_BAD_INPUT);
    assert_int_equal(file_write(path, "", 0, &error), STATUS_OK);
    assert_int_equal(history_open(path, HISTORY_READ, &history, &error), STATUS_BAD_INPUT);
    assert_int_equal(history_open(path, HISTORY_WRITE, &history, &error), STATUS_OK);
    assert_int_equal(history_load(history, NULL, &records, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "has no night yet"));
    assert_int_equal(history_load(history, "nightly", &records, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "has no night of experiment nightly"));
    history_close(history);
}

static void without_memory_nothing_is_added(void **state)
{
    (void)state;
    struct history_record record;
    struct history_records records;
    struct history_added added;
    const long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    make_night("nightly", 20000, &record);
    add(&record, 400);
    for (long n = 1; status == STATUS_NO_MEMORY; n++) {
        struct history *history = NULL;
        make_night("nightly", 20001, &record);
        memory_fail_from(n);
        status = history_open(path, HISTORY_WRITE, &history, &error);
        if (status == STATUS_OK) status = history_append(history, &record, 400, &added, &error);
        if (status == STATUS_OK) status = history_load(history, NULL, &records, &error);
        memory_fail_from(0);
        history_close(history);
        if (status == STATUS_OK) history_records_free(&records);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(status, STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_night_comes_back_as_it_was, start, stop),
        cmocka_unit_test_setup_teardown(a_file_of_format_1_is_brought_up, start, stop),
        cmocka_unit_test_setup_teardown(nights_of_one_second_keep_their_order, start, stop),
        cmocka_unit_test_setup_teardown(the_same_results_are_one_night, start, stop),
        cmocka_unit_test_setup_teardown(the_first_code_of_a_night_stays, start, stop),
        cmocka_unit_test_setup_teardown(old_nights_are_thinned_out, start, stop),
        cmocka_unit_test_setup_teardown(the_file_stays_small, start, stop),
        cmocka_unit_test_setup_teardown(what_is_no_history_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(without_memory_nothing_is_added, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
