/* Arrays in the store: every value comes back, in as few bytes as are promised. */
#include "harness/store/blob.h"

#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    static struct database database;
    assert_int_equal(database_open(":memory:", true, &database, NULL), STATUS_OK);
    assert_int_equal(database_execute(&database, "CREATE TABLE one(array BLOB NOT NULL)", NULL), STATUS_OK);
    *state = &database;
    return 0;
}

static int tear_down(void **state)
{
    database_close(*state);
    return 0;
}

/* Store the array as the only one, and leave `query` on its row. */
static void store_classes(struct database *database, const int32_t *classes, int count, struct query *query)
{
    struct query insert = {0};
    bool row = false;
    assert_int_equal(database_execute(database, "DELETE FROM one", NULL), STATUS_OK);
    assert_int_equal(query_open(database, "INSERT INTO one VALUES(?)", &insert, NULL), STATUS_OK);
    assert_int_equal(blob_bind_classes(&insert, 1, classes, count, NULL), STATUS_OK);
    assert_int_equal(query_run(&insert, NULL), STATUS_OK);
    query_close(&insert);
    assert_int_equal(query_open(database, "SELECT array FROM one", query, NULL), STATUS_OK);
    assert_int_equal(query_next(query, &row, NULL), STATUS_OK);
    assert_true(row);
}

static void classes_take_few_bytes(void **state)
{
    static const struct {
        int32_t largest;
        int bytes; /* of each class */
    } cases[] = {{0, 1}, {1, 1}, {255, 1}, {256, 2}, {65535, 2}, {65536, 4}, {INT32_MAX, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int32_t classes[] = {0, cases[i].largest, 1, cases[i].largest / 2, 0};
        struct query query = {0};
        int32_t *read = NULL;
        store_classes(*state, classes, 5, &query);
        assert_int_equal(sqlite3_column_bytes(query.statement, 0), 5 * cases[i].bytes);
        assert_int_equal(blob_read_classes(&query, 0, 5, &read, NULL), STATUS_OK);
        assert_memory_equal(read, classes, sizeof classes);
        memory_free(read);
        query_close(&query);
    }
}

static void a_wrong_count_is_damage(void **state)
{
    const int32_t classes[] = {1, 0, 1};
    struct query query = {0};
    struct error error = {0};
    int32_t *read = NULL;
    float *losses = NULL;
    store_classes(*state, classes, 3, &query);
    assert_int_equal(blob_read_classes(&query, 0, 2, &read, &error), STATUS_BAD_INPUT);
    assert_string_equal(error.text, ":memory:: damaged: an array of validation rows has not 2 values");
    assert_int_equal(blob_read_classes(&query, 0, 0, &read, &error), STATUS_BAD_INPUT);
    assert_int_equal(blob_read_losses(&query, 0, 3, &losses, &error), STATUS_BAD_INPUT);
    assert_null(read);
    assert_null(losses);
    query_close(&query);
}

static void none_is_none(void **state)
{
    struct query query = {0};
    int32_t some = 0, *read = &some;
    store_classes(*state, NULL, 7, &query);
    assert_int_equal(blob_read_classes(&query, 0, 7, &read, NULL), STATUS_OK);
    assert_null(read);
    query_close(&query);
}

static void losses_keep_their_bits(void **state)
{
    struct database *database = *state;
    const float losses[] = {0.1f, NAN, -0.0f, INFINITY, 1e-45f};
    struct query insert = {0}, query = {0};
    float *read = NULL;
    bool row = false;
    assert_int_equal(query_open(database, "INSERT INTO one VALUES(?)", &insert, NULL), STATUS_OK);
    assert_int_equal(blob_bind_losses(&insert, 1, losses, 5, NULL), STATUS_OK);
    assert_int_equal(query_run(&insert, NULL), STATUS_OK);
    query_close(&insert);
    assert_int_equal(query_open(database, "SELECT array FROM one", &query, NULL), STATUS_OK);
    assert_int_equal(query_next(&query, &row, NULL), STATUS_OK);
    assert_int_equal(sqlite3_column_bytes(query.statement, 0), 20);
    assert_int_equal(blob_read_losses(&query, 0, 5, &read, NULL), STATUS_OK);
    assert_memory_equal(read, losses, sizeof losses);
    memory_free(read);
    query_close(&query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(classes_take_few_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_count_is_damage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(none_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(losses_keep_their_bits, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
