/* Reading a command line by what a verb says of itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "harness/cli.h"
#include "harness/verbs/verb.h"

static const struct cli_option sample_options[] = {
    {"--set", "section.key=value", "", true},
    {"--jobs", "N", "", false},
    {"--dry-run", NULL, "", false},
    {.name = NULL},
};

static const struct verb sample = {.name = "sample",
                                   .words = "FILE",
                                   .least = 1,
                                   .most = 1,
                                   .summary = "",
                                   .details = "",
                                   .options = sample_options};

static enum status read_words(char *const *argv, int argc, struct cli_arguments *arguments,
                              struct error *error)
{
    return cli_read(&sample, argc, argv, 2, arguments, error);
}

static void test_reading(void **state)
{
    (void)state;
    char *argv[] = {"ftbench",  "sample",   "--set",         "a.b=c",
                    "--jobs=3", "file.ini", "--set=d.e=f=g", "--dry-run"};
    struct cli_arguments arguments;
    struct error error = {0};
    assert_int_equal(read_words(argv, 8, &arguments, &error), STATUS_OK);
    assert_int_equal(arguments.word_count, 1);
    assert_string_equal(arguments.words[0], "file.ini");
    assert_int_equal(arguments.given_count, 4);
    assert_string_equal(arguments.given[0].value, "a.b=c");
    assert_string_equal(arguments.given[2].value, "d.e=f=g");
    assert_string_equal(cli_value(&arguments, "--jobs"), "3");
    assert_true(cli_has(&arguments, "--dry-run"));
    assert_null(cli_value(&arguments, "--output"));
    cli_arguments_free(&arguments);
    char *ended[] = {"ftbench", "sample", "--", "--jobs"};
    assert_int_equal(read_words(ended, 4, &arguments, &error), STATUS_OK);
    assert_string_equal(arguments.words[0], "--jobs");
    cli_arguments_free(&arguments);
}

static void refuse(char *const *argv, int argc, const char *expected)
{
    struct cli_arguments arguments;
    struct error error = {0};
    assert_int_equal(read_words(argv, argc, &arguments, &error), STATUS_USAGE);
    assert_string_equal(error.text, expected);
    cli_arguments_free(&arguments);
}

static void test_refusals(void **state)
{
    (void)state;
    refuse((char *[]){"f", "sample"}, 2, "sample: needs FILE; see ftbench help sample");
    refuse((char *[]){"f", "sample", "a", "b"}, 4,
           "sample: 'b' is one argument too many; see ftbench help sample");
    refuse((char *[]){"f", "sample", "a", "--job", "3"}, 5,
           "sample: unknown option --job; did you mean --jobs?");
    refuse((char *[]){"f", "sample", "a", "--job=3"}, 4,
           "sample: unknown option --job; did you mean --jobs?");
    refuse((char *[]){"f", "sample", "a", "--verbose"}, 4,
           "sample: unknown option --verbose; see ftbench help sample");
    refuse((char *[]){"f", "sample", "a", "--jobs"}, 4, "sample: --jobs needs a value: --jobs N");
    refuse((char *[]){"f", "sample", "--jobs=1", "a", "--jobs=2"}, 5, "sample: --jobs is given twice");
    refuse((char *[]){"f", "sample", "a", "--dry-run=yes"}, 4, "sample: --dry-run takes no value");
}

/* A verb may have to know what it was asked for, though the line is refused for what was wrong first. */
static void test_what_can_be_read_of_a_wrong_line(void **state)
{
    char *argv[] = {"f", "sample", "--verbose", "a", "--job=3", "b", "--jobs", "4", "--set"};
    struct cli_arguments arguments;
    struct error error = {0};
    (void)state;
    assert_int_equal(read_words(argv, 9, &arguments, &error), STATUS_USAGE);
    assert_string_equal(error.text, "sample: unknown option --verbose; see ftbench help sample");
    assert_int_equal(arguments.word_count, 2);
    assert_string_equal(arguments.words[0], "a");
    assert_string_equal(arguments.words[1], "b");
    assert_string_equal(cli_value(&arguments, "--jobs"), "4");
    cli_arguments_free(&arguments);
}

static void test_failing_allocations(void **state)
{
    (void)state;
    char *argv[] = {"ftbench", "sample", "file.ini"};
    long alive = memory_blocks_alive();
    for (long n = 1; n <= 3; n++) {
        struct cli_arguments arguments;
        memory_fail_from(n);
        enum status status = read_words(argv, 3, &arguments, NULL);
        memory_fail_from(0);
        cli_arguments_free(&arguments);
        assert_int_equal(status, n <= 2 ? STATUS_NO_MEMORY : STATUS_OK);
        assert_int_equal(memory_blocks_alive(), alive);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_what_can_be_read_of_a_wrong_line),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
