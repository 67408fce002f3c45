/* The table of predictions: what is stored of every evaluation is in it, and nothing else. */
#include "harness/predictions.h"

#include "base/file.h"
#include "base/memory.h"
#include "tests/harness/support_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Write the table into the store's folder and read it back. */
static size_t read_table(struct store_fixture *fixture, struct text *table)
{
    char path[SPEC_PATH_BYTES];
    size_t lines = 99;
    assert_int_equal(file_join(fixture->folder, "said.csv", path, sizeof path, NULL), STATUS_OK);
    assert_int_equal(predictions_write(fixture->store, path, &lines, &fixture->error), STATUS_OK);
    text_clear(table);
    assert_int_equal(file_read(path, 0, table, NULL), STATUS_OK);
    return lines;
}

static void every_example_has_a_line(void **state)
{
    struct store_fixture *fixture = *state;
    struct text table = {0};
    char expected[1024];
    const char *first = fixture->plan.runs[1].id, *second = fixture->plan.runs[3].id;
    assert_int_equal(read_table(fixture, &table), 0);
    assert_string_equal(text_string(&table), "run_id,step,example,label,prediction,loss\n");
    store_fixture_save(fixture, 3, RUN_CRASHED); /* what it said before it crashed counts too */
    store_fixture_save(fixture, 1, RUN_DONE);
    assert_int_equal(read_table(fixture, &table), 6);
    snprintf(expected, sizeof expected,
             "run_id,step,example,label,prediction,loss\n"
             "%s,2,1,0,0,NaN\n%s,2,2,300,2147483647,0\n%s,2,3,0,0,-0\n"
             "%s,2,1,0,0,NaN\n%s,2,2,300,2147483647,0\n%s,2,3,0,0,-0\n",
             first, first, first, second, second, second);
    assert_string_equal(text_string(&table), expected);
    text_free(&table);
}

/* A table is replaced; a store, a report or anything else is not. */
static void other_files_are_not_overwritten(void **state)
{
    struct store_fixture *fixture = *state;
    struct text table = {0};
    char path[SPEC_PATH_BYTES];
    size_t lines;
    read_table(fixture, &table);
    read_table(fixture, &table);
    assert_int_equal(file_join(fixture->folder, "ftbench.sqlite", path, sizeof path, NULL), STATUS_OK);
    assert_true(file_exists(path));
    assert_int_equal(predictions_write(fixture->store, path, &lines, &fixture->error), STATUS_USAGE);
    assert_non_null(strstr(fixture->error.text, "is no file of predictions"));
    text_free(&table);
}

static void labels_that_are_not_said_are_empty(void **state)
{
    struct store_fixture *fixture = *state;
    struct text table = {0};
    struct run_record record;
    store_fixture_record(fixture, 0, &record);
    memory_free(record.begin.validation_labels);
    record.begin.validation_labels = NULL;
    record.begin.labelled = 0;
    assert_int_equal(store_save_run(fixture->store, &record, NULL), STATUS_OK);
    assert_int_equal(read_table(fixture, &table), 3);
    assert_non_null(strstr(text_string(&table), ",2,2,,2147483647,0\n"));
    run_record_free(&record);
    text_free(&table);
}

static void no_memory_leaves_the_file_as_it_was(void **state)
{
    struct store_fixture *fixture = *state;
    char path[SPEC_PATH_BYTES];
    enum status status = STATUS_NO_MEMORY;
    store_fixture_save(fixture, 0, RUN_DONE);
    assert_int_equal(file_join(fixture->folder, "said.csv", path, sizeof path, NULL), STATUS_OK);
    long alive = memory_blocks_alive();
    for (long n = 1; status != STATUS_OK; n++) {
        size_t lines;
        assert_in_range(n, 1, 1000);
        assert_false(file_exists(path));
        memory_fail_from(n);
        status = predictions_write(fixture->store, path, &lines, NULL);
        memory_fail_from(0);
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_true(file_exists(path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_example_has_a_line, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(other_files_are_not_overwritten, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(labels_that_are_not_said_are_empty, store_set_up, store_tear_down),
        cmocka_unit_test_setup_teardown(no_memory_leaves_the_file_as_it_was, store_set_up, store_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
