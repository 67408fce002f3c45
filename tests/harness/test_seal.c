/* Seals: what a database holds is digested by its values, whatever its file looks like, and any change of a
 * value is seen. */
#include "harness/store/seal.h"

#include "tests/support_temporary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char folder[256];
static struct database database;
static struct error error;

/* Tables of no store: with and without a key, with names that need quotes, with every type of value, and two
 * rows that are the same. */
static const char tables[] = "CREATE TABLE named(key TEXT NOT NULL PRIMARY KEY, value);\n"
                             "INSERT INTO named VALUES('a', 0.1), ('b', -0.0), ('c', 3), ('d', NULL), "
                             "('e', 'text'), ('f', x'00ff00'), ('g', ''), ('h', x'');\n"
                             "CREATE TABLE \"select \"\"from\"\"\"(\"order by\", b);\n"
                             "INSERT INTO \"select \"\"from\"\"\" VALUES(2, 'x'), (1, 'y'), (1, 'y');\n"
                             "CREATE TABLE empty(a, b);\n";

static void execute(const char *sql)
{
    if (database_execute(&database, sql, &error) != STATUS_OK) fail_msg("%s: %s", sql, error.text);
}

static void open_file(const char *name)
{
    char path[512];
    database_close(&database);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(database_open(path, true, &database, &error), STATUS_OK);
}

static int set_up(void **state)
{
    (void)state;
    temporary_folder(folder, sizeof folder);
    open_file("sealed");
    execute(tables);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    database_close(&database);
    temporary_remove(folder);
    return 0;
}

static void put(char digest[DIGEST_TEXT])
{
    assert_int_equal(seal_put(&database, &error), STATUS_OK);
    assert_int_equal(seal_read(&database, digest, &error), STATUS_OK);
    assert_int_equal(strlen(digest), DIGEST_TEXT - 1);
    assert_int_equal(seal_check(&database, &error), STATUS_OK);
}

/* Seen, and undone. */
static void expect_seen(const char *sql)
{
    execute("BEGIN");
    execute(sql);
    if (seal_check(&database, &error) != STATUS_BAD_INPUT) fail_msg("not seen: %s", sql);
    if (strstr(error.text, "damaged: it does not hold what was saved (digest ") == NULL)
        fail_msg("%s: %s", sql, error.text);
    execute("ROLLBACK");
    assert_int_equal(seal_check(&database, &error), STATUS_OK);
}

static void any_change_of_a_value_is_seen(void **state)
{
    static const char *const changes[] = {
        "UPDATE named SET value = 0.10000000000000002 WHERE key = 'a'", /* the next double */
        "UPDATE named SET value = 0.0 WHERE key = 'b'",
        "UPDATE named SET value = 3.0 WHERE key = 'c'",
        "UPDATE named SET value = '3' WHERE key = 'c'",
        "UPDATE named SET value = 0 WHERE key = 'd'",
        "UPDATE named SET value = '' WHERE key = 'd'",
        "UPDATE named SET value = 'tex' WHERE key = 'e'",
        "UPDATE named SET value = x'74657874' WHERE key = 'e'", /* the same bytes, of another type */
        "UPDATE named SET value = x'00ff01' WHERE key = 'f'",
        "UPDATE named SET value = x'' WHERE key = 'g'",
        "UPDATE named SET key = 'aa' WHERE key = 'a'",
        "UPDATE named SET value = CASE key WHEN 'e' THEN 3 ELSE 'text' END WHERE key IN ('c', 'e')",
        "DELETE FROM named WHERE key = 'd'",
        "INSERT INTO named VALUES('i', NULL)",
        "INSERT INTO empty VALUES(NULL, NULL)",
        "DELETE FROM \"select \"\"from\"\"\" WHERE rowid = 2", /* one of the two that are the same */
        "UPDATE \"select \"\"from\"\"\" SET b = 'z' WHERE rowid = 3",
        "ALTER TABLE empty RENAME TO void",
        "ALTER TABLE empty RENAME COLUMN a TO c",
        "ALTER TABLE empty ADD COLUMN c",
        "CREATE TABLE another(a)",
        "DROP TABLE empty",
    };
    char digest[DIGEST_TEXT];
    (void)state;
    put(digest);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        expect_seen(changes[i]);
}

static void what_the_file_looks_like_does_not_matter(void **state)
{
    char digest[DIGEST_TEXT], again[DIGEST_TEXT];
    (void)state;
    put(digest);
    execute("PRAGMA page_size = 1024; VACUUM");
    assert_int_equal(seal_check(&database, &error), STATUS_OK);
    execute("CREATE INDEX quick ON named(value); ANALYZE"); /* SQLite's own tables are none of ours */
    assert_int_equal(seal_check(&database, &error), STATUS_OK);
    /* The same values, put in in another order. */
    open_file("other");
    execute("CREATE TABLE empty(a, b);\n"
            "CREATE TABLE \"select \"\"from\"\"\"(\"order by\", b);\n"
            "CREATE TABLE named(key TEXT NOT NULL PRIMARY KEY, value) WITHOUT ROWID;\n"
            "INSERT INTO \"select \"\"from\"\"\" VALUES(1, 'y'), (2, 'x'), (1, 'y');\n"
            "INSERT INTO named VALUES('h', x''), ('g', ''), ('f', x'00ff00'), ('e', 'text'), ('d', NULL), "
            "('c', 3), ('b', -0.0), ('a', 0.1);\n");
    put(again);
    assert_string_equal(again, digest);
}

static void a_seal_is_put_once_and_may_be_missing(void **state)
{
    char digest[DIGEST_TEXT], again[DIGEST_TEXT];
    (void)state;
    assert_int_equal(seal_read(&database, digest, &error), STATUS_OK);
    assert_string_equal(digest, "");
    assert_int_equal(seal_check(&database, &error), STATUS_OK);
    put(digest);
    put(again); /* it is not on itself */
    assert_string_equal(again, digest);
    execute("UPDATE named SET value = 7 WHERE key = 'a'");
    put(again);
    assert_string_not_equal(again, digest);
    execute("UPDATE seal SET digest = 'rubbish'");
    assert_int_equal(seal_check(&database, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "the digest of what it holds cannot be read"));
    execute("DELETE FROM seal");
    assert_int_equal(seal_check(&database, &error), STATUS_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_change_of_a_value_is_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_file_looks_like_does_not_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_seal_is_put_once_and_may_be_missing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
