/* Where the trainer is found: what is named must be there, a bare name is looked for in PATH. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/program.h"

#include <stdlib.h>
#include <string.h>

static void test_named(void **state)
{
    (void)state;
    char path[SPEC_PATH_BYTES];
    struct error error = {0};
    setenv("FTBENCH_TRAINER", "/bin/false", 1);
    assert_int_equal(program_find_trainer("/bin/sh", path, &error), STATUS_OK);
    assert_string_equal(path, "/bin/sh"); /* the configuration comes first */
    assert_int_equal(program_find_trainer("", path, &error), STATUS_OK);
    assert_string_equal(path, "/bin/false");
}

static void test_in_path(void **state)
{
    (void)state;
    char path[SPEC_PATH_BYTES];
    struct error error = {0};
    setenv("PATH", "/no/such/folder::/bin:/usr/bin", 1);
    assert_int_equal(program_find_trainer("sh", path, &error), STATUS_OK);
    assert_string_equal(path, "/bin/sh");
    assert_int_equal(program_find_trainer("no-such-program", path, &error), STATUS_USAGE);
    assert_string_equal(error.text, "[run] trainer: there is no program 'no-such-program' in PATH");
    unsetenv("PATH");
    assert_int_equal(program_find_trainer("sh", path, &error), STATUS_USAGE);
}

/* A wrong name is refused even if another trainer could be found. */
static void test_refusals(void **state)
{
    (void)state;
    char path[SPEC_PATH_BYTES];
    struct error error = {0};
    assert_int_equal(program_find_trainer("./no/such", path, &error), STATUS_USAGE);
    assert_string_equal(error.text, "[run] trainer: ./no/such does not exist");
    assert_int_equal(program_find_trainer("/etc/passwd", path, &error), STATUS_USAGE);
    assert_string_equal(error.text, "[run] trainer: /etc/passwd is not a program that may be run");
    assert_int_equal(program_find_trainer("/bin", path, &error), STATUS_USAGE);
    assert_string_equal(error.text, "[run] trainer: /bin is not a program that may be run");
    setenv("FTBENCH_TRAINER", "/no/such", 1);
    assert_int_equal(program_find_trainer("", path, &error), STATUS_USAGE);
    assert_string_equal(error.text, "FTBENCH_TRAINER: /no/such does not exist");
}

/* This test's program stands in a folder without a trainer. */
static void test_nowhere(void **state)
{
    (void)state;
    char path[SPEC_PATH_BYTES];
    struct error error = {0};
    unsetenv("FTBENCH_TRAINER");
    setenv("PATH", "/no/such/folder", 1);
    assert_int_equal(program_find_trainer("", path, &error), STATUS_USAGE);
    assert_string_equal(error.text,
                        "ftbench-trainer is neither beside ftbench nor in PATH; name it by [run] trainer or "
                        "FTBENCH_TRAINER");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_named),
        cmocka_unit_test(test_in_path),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
