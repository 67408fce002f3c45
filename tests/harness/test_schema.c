/* The SQL that the tables' descriptions come to. */
#include "harness/store/schema.h"

#include "harness/plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void statements_name_every_column(void **state)
{
    (void)state;
    struct text sql = {0};
    table_insert_sql(&table_planned, &sql);
    assert_string_equal(
        text_string(&sql),
        "INSERT INTO \"planned\"(\"position\", \"id\", \"setting\", \"repeat\", \"seed_init\", "
        "\"seed_order\", \"seed_dropout\") VALUES(?, ?, ?, ?, ?, ?, ?)");
    text_clear(&sql);
    table_select_sql(&table_sweep, &sql);
    assert_string_equal(text_string(&sql), "SELECT \"position\", \"key\" FROM \"sweep\"");
    assert_int_equal(table_own_count(&table_evaluation), 4);
    assert_int_equal(table_own_count(&table_end), 1);
    text_free(&sql);
}

static void columns_are_their_fields(void **state)
{
    (void)state;
    const struct column *label = &table_setting.columns[0];
    assert_string_equal(label->name, "label");
    assert_int_equal(label->type, COLUMN_TEXT);
    assert_int_equal(label->offset, offsetof(struct plan_setting, label));
    assert_int_equal(label->size, PLAN_LABEL_BYTES);
}

/* The format may change only together with its version: whoever changes a table finds this test. The digest
 * is of the statements that make version 10, and was taken when that version was made. */
static void a_changed_table_needs_a_new_version(void **state)
{
    (void)state;
    struct text sql = {0};
    schema_create_sql(&sql);
    assert_non_null(
        strstr(text_string(&sql), "PRAGMA application_id = 1182024302;\nPRAGMA user_version = 10;\n"));
    assert_non_null(strstr(text_string(&sql), "INSERT INTO format VALUES('ftbench store', 10, 'ftbench "));
    const char *tables = strstr(text_string(&sql), "CREATE TABLE \"experiment\"");
    assert_non_null(tables);
    char digest[DIGEST_TEXT];
    digest_text(digest_bytes(tables, strlen(tables)), digest);
    assert_string_equal(digest, "dd99e955247db9de1752182bdb334895");
    assert_int_equal(SCHEMA_VERSION, 10);
    text_free(&sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_name_every_column),
        cmocka_unit_test(columns_are_their_fields),
        cmocka_unit_test(a_changed_table_needs_a_new_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
