/* What ftbench check leaves behind, on the whole program: the files that were asked for, and what is said
 * where they cannot be written; and that no answer outlives the check that gave it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "harness/cli.h"
#include "tests/harness/support_night.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", program_folder, name);
    return path;
}

static void exports_are_written_where_asked(void **state)
{
    struct text text = {0};
    char path[512];
    (void)state;
    snprintf(path, sizeof path, "%s/step", program_folder);
    assert_int_equal(file_write(path, "before\n", 7, NULL), STATUS_OK);
    setenv("GITHUB_ACTIONS", "true", 1);
    setenv("GITHUB_STEP_SUMMARY", path, 1);
    night_expect(
        CLI_GATE_FAILED,
        "night --require 'f1>=0.9' --export-junit j.xml --export-markdown m.md --export-benchmark b.json "
        "--export-benchmark-smaller s.json",
        "\n::error title=ftbench check (regression)::learning_rate=1e-3: limit: f1 >= 0.9 is required");
    unsetenv("GITHUB_ACTIONS");
    unsetenv("GITHUB_STEP_SUMMARY");
    night_expect_member("j.xml",
                        "<failure type=\"regression\" message=\"f1 &gt;= 0.9 is required, it is 0.845301\">");
    night_expect_member("m.md", "### ftbench check: nightly against base: **regression**");
    night_expect_member("b.json", "\"name\": \"learning_rate=2e-3: f1\"");
    night_expect_member("s.json", "\"name\": \"learning_rate=2e-3: SD\"");
    program_read("step", &text);
    program_assert_says(&text, "before\n### ftbench check: nightly");
    text_free(&text);
    night_expect(CLI_DONE, "night", "base: passed\n");
    assert_null(strstr(program_out.data, "::"));
}

/* The verdict is told whatever becomes of the files, and check.json says both. */
static void an_export_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    const char *const words = "night --export-junit no/such/j.xml --export-markdown m.md "
                              "--export-benchmark /dev/null/b.json";
    night_expect(CLI_USAGE, words, "ftbench: no/such/j.xml");
    program_assert_says(&program_err, "ftbench: /dev/null/b.json");
    assert_int_equal(program_lines(&program_err), 2);
    program_assert_says(&program_out, "check of night against base: passed\n");
    night_expect_member("m.md", "against base: passed");
    night_expect_member("night/check.json", "\"answer\": \"passed\",\n  \"exit_code\": 2");
    night_expect_member("night/check.json", "\"not_written\": [\n    \"no/such/j.xml");
    night_expect_member("night/summary.json", "\"answer\": \"passed\",\n    \"exit_code\": 2");
    night_expect(CLI_DONE, "night", "passed");
    night_expect_member("night/check.json", "\"exit_code\": 0");
    night_expect_member("night/check.json", "\"not_written\": []");
    night_expect(CLI_USAGE, "night --require 'f1>=0.9' --export-junit no/such/j.xml", "no/such/j.xml");
    night_expect_member("night/check.json", "\"answer\": \"regression\",\n  \"exit_code\": 2");
    program_assert_says(&program_out, "check of night against base: regression\n");
}

static void the_places_of_github_are_exports_too(void **state)
{
    (void)state;
    setenv("GITHUB_ACTIONS", "true", 1);
    setenv("GITHUB_STEP_SUMMARY", "no/such/summary", 1);
    night_expect(CLI_USAGE, "night", "no/such/summary: cannot be opened");
    unsetenv("GITHUB_STEP_SUMMARY");
    unsetenv("GITHUB_ACTIONS");
    program_assert_says(&program_out, "::error title=ftbench check (not written)::no/such/summary: cannot");
    night_expect_member("night/check.json", "\"exit_code\": 2");
    night_expect_member("night/check.json", "no/such/summary: cannot be opened");
    assert_int_equal(program_run("check night --baseline base >/dev/full"), CLI_USAGE);
    program_assert_says(&program_err, "standard output cannot be written");
    night_expect_member("night/check.json", "\"exit_code\": 2");
}

/* Words of a check that gives no answer, after one that did: nothing is left of that. */
static void expect_forgotten(const char *words)
{
    struct text before = {0}, after = {0};
    assert_int_equal(program_run("report night"), CLI_DONE);
    program_read("night/summary.json", &before);
    night_expect(CLI_DONE, "night --export-junit j.xml", "passed");
    night_expect_member("night/summary.json", "\"check\": {");
    if (program_run(words) != CLI_USAGE) fail_msg("%s: %s", words, text_string(&program_out));
    if (file_exists(path_of("night/check.json"))) fail_msg("%s: check.json is there", words);
    program_read("night/summary.json", &after);
    assert_string_equal(after.data, before.data); /* as ftbench report writes it */
    text_free(&before);
    text_free(&after);
}

static void no_answer_outlives_its_check(void **state)
{
    (void)state;
    expect_forgotten("check night");
    expect_forgotten("check night --baseline base --alpha 2");
    expect_forgotten("check night --baseline base --require nonsense");
    expect_forgotten("check night --baseline base --export-junit j.xml --bogus");
    assert_false(file_exists(path_of("j.xml")));
    expect_forgotten("check --baselin base night");
    expect_forgotten("check --bogus night --export-junit j.xml");
    assert_false(file_exists(path_of("j.xml")));
    expect_forgotten("check night elsewhere --baseline base");
    expect_forgotten("check night --baseline 'b se'");
    night_expect(CLI_DONE, "night", "passed");
    char stored[512];
    snprintf(stored, sizeof stored, "%s", path_of("night/ftbench.sqlite"));
    assert_int_equal(rename(stored, path_of("moved")), 0);
    night_expect(CLI_USAGE, "night", "no results of ftbench here");
    assert_false(file_exists(path_of("night/check.json")));
}

/* What is not ours, or may not be what was meant, stays. */
static void only_the_answer_of_this_folder_is_removed(void **state)
{
    static const char foreign[] = "{\"lint\": []}\n";
    (void)state;
    assert_int_equal(mkdir(path_of("other"), 0777), 0);
    assert_int_equal(file_write(path_of("other/check.json"), foreign, strlen(foreign), NULL), STATUS_OK);
    night_expect(CLI_USAGE, "other", "no results of ftbench here");
    night_expect_member("other/check.json", foreign);
    night_train("again", "", "", CLI_DONE);
    night_expect(CLI_DONE, "night", "passed");
    night_expect(CLI_DONE, "again", "passed");
    assert_int_equal(program_run("check --baselin night again"), CLI_USAGE); /* which of the two is DIR? */
    assert_true(file_exists(path_of("night/check.json")));
    assert_true(file_exists(path_of("again/check.json")));
    assert_int_equal(program_run("check --help night"), CLI_DONE);
    night_expect(CLI_DONE, "night --dry-run", "would check");
    assert_int_equal(program_run("check night --dry-run --bogus"), CLI_USAGE);
    assert_true(file_exists(path_of("night/check.json")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(exports_are_written_where_asked, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(an_export_that_cannot_be_written_is_told, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(the_places_of_github_are_exports_too, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(no_answer_outlives_its_check, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(only_the_answer_of_this_folder_is_removed, night_set_up,
                                        program_tear_down),
    };
    if (!program_is_built()) return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
