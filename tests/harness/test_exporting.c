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

#include <dirent.h>
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
    night_expect_member("night/check.json",
                        "\"not_written\": [\n    \"/dev/null/b.json: cannot be created: ");
    night_expect_member("night/check.json", ",\n    \"no/such/j.xml: cannot be created: No such file");
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

/* Whatever cannot be written, and whenever that is seen: JUnit and Markdown say it, and what the check ended
 * with. */
static void expect_told(const char *words, const char *reason)
{
    char line[512];
    snprintf(line, sizeof line, "check night --baseline base --export-junit j.xml --export-markdown m.md %s",
             words);
    if (program_run(line) != CLI_USAGE) fail_msg("%s: %s", words, text_string(&program_out));
    night_expect_member("night/check.json", reason);
    night_expect_member("j.xml",
                        "<property name=\"exit_code\" value=\"2\"/>\n      <property name=\"not_written\" ");
    night_expect_member("j.xml", reason);
    night_expect_member("m.md", "\n- not written: ");
    night_expect_member("m.md", reason);
}

static void junit_and_markdown_say_what_was_not_written(void **state)
{
    (void)state;
    expect_told("--export-benchmark-smaller no/such/b.json", "no/such/b.json: cannot be ");
    setenv("GITHUB_STEP_SUMMARY", "no/such/summary", 1);
    expect_told("", "no/such/summary: cannot be opened");
    setenv("GITHUB_STEP_SUMMARY", "/dev/full", 1);
    expect_told("", "/dev/full: cannot be written");
    unsetenv("GITHUB_STEP_SUMMARY");
    expect_told(">/dev/full", "standard output cannot be written");
    night_expect(CLI_USAGE, "night --export-junit j.xml --export-markdown no/m.md", "no/m.md: cannot be ");
    night_expect_member("j.xml", "<property name=\"not_written\" value=\"no/m.md: cannot be ");
    night_expect(CLI_USAGE, "night --export-junit no/j.xml --export-markdown m.md", "no/j.xml: cannot be ");
    assert_int_equal(program_lines(&program_err), 1);
    night_expect_member("m.md", "\n- not written: no/j.xml: cannot be ");
    night_expect(CLI_DONE, "night --export-junit j.xml", "passed");
    night_expect_member("j.xml",
                        "<property name=\"exit_code\" value=\"0\"/>\n      <property name=\"metric\"");
}

/* Of each setting too: there is none that could have one. */
static void junit_says_why_there_is_no_baseline(void **state)
{
    struct text junit = {0};
    (void)state;
    assert_int_equal(program_run("check night --baseline bose --export-junit j.xml"), CLI_NO_BASELINE);
    program_read("j.xml", &junit);
    assert_null(strstr(junit.data, "no such setting"));
    int said = 0;
    for (const char *at = junit.data; (at = strstr(at, "message=\"no baseline 'bose': the folder")); at++)
        said++;
    assert_int_equal(said, 3);
    night_train("more", "", "--set sweep.learning_rate='1e-3, 2e-3, 4e-3'", CLI_DONE);
    night_expect(CLI_NO_BASELINE, "more --export-junit j.xml", "no such setting");
    night_expect_member("j.xml", "message=\"the baseline has no such setting\"");
    text_free(&junit);
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

/* A usage error that leaves the bytes of a file as they were. */
static void expect_spared(const char *file, const char *words, const char *says)
{
    struct text before = {0}, after = {0};
    program_read(file, &before);
    night_expect(CLI_USAGE, words, says);
    program_read(file, &after);
    assert_true(before.length > 0 && before.length == after.length);
    assert_memory_equal(before.data, after.data, before.length);
    text_free(&before);
    text_free(&after);
}

/* All files that a run, a report and a check leave in DIR, so that a new one is not forgotten here. */
static void what_is_kept_in_the_folder_is_no_place_for_an_export(void **state)
{
    char words[512];
    int files = 0;
    (void)state;
    night_expect(CLI_DONE, "night", "passed");
    DIR *folder = opendir(path_of("night"));
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_type != DT_REG) continue;
        snprintf(words, sizeof words, "night --dry-run --export-junit ./baselines/../night/%s",
                 entry->d_name);
        night_expect(CLI_USAGE, words, "which ftbench keeps for itself; name another file");
        files++;
    }
    closedir(folder);
    assert_true(files >= 6);
    expect_spared("night/ftbench.sqlite", "night --export-markdown night/ftbench.sqlite",
                  "check: --export-markdown: night/ftbench.sqlite is night/ftbench.sqlite, which");
    night_expect(CLI_USAGE, "night --export-junit night/check.json", "night/check.json, which ftbench keeps");
    night_expect(CLI_USAGE, "night --export-junit night/check.json", "night/check.json, which ftbench keeps");
    night_expect(CLI_USAGE, "night --export-junit night/ftbench.sqlite-wal", "which ftbench keeps");
    setenv("GITHUB_STEP_SUMMARY", "night/report.md", 1);
    expect_spared("night/report.md", "night", "check: GITHUB_STEP_SUMMARY: night/report.md is");
    unsetenv("GITHUB_STEP_SUMMARY");
    night_expect(CLI_DONE, "night --export-junit night/j.xml", "passed");
}

static void the_baseline_is_no_place_for_an_export(void **state)
{
    char target[512];
    (void)state;
    expect_spared("baselines/base.sqlite", "night --export-junit baselines/base.sqlite",
                  "check: --export-junit: baselines/base.sqlite is the baseline; name another file");
    snprintf(target, sizeof target, "%s", path_of("baselines/base.sqlite"));
    assert_int_equal(symlink(target, path_of("soft")), 0);
    assert_int_equal(link(target, path_of("hard")), 0);
    expect_spared("baselines/base.sqlite", "night --export-benchmark soft", "soft is the baseline");
    expect_spared("baselines/base.sqlite", "night --export-benchmark-smaller hard", "hard is the baseline");
    /* After a wrong option nothing is known of what the paths are, but it is no export that is there. */
    expect_spared("baselines/base.sqlite", "night --export-junit baselines/base.sqlite --bogus", "--bogus");
    expect_spared("night/ftbench.sqlite", "night --export-junit night/ftbench.sqlite --bogus", "--bogus");
    assert_int_equal(program_run("baseline save other night"), CLI_DONE);
    expect_spared("baselines/other.sqlite", "night --export-junit baselines/other.sqlite", "is a database");
    assert_int_equal(file_write(path_of("baselines/base.sqlite"), "rubbish", 7, NULL), STATUS_OK);
    expect_spared("baselines/base.sqlite",
                  "night --export-junit hard --export-markdown baselines/base.sqlite", "is a database");
    assert_int_equal(unlink(path_of("hard")), 0);
    expect_spared("baselines/base.sqlite", "night --export-markdown baselines/base.sqlite",
                  "is the baseline");
    night_expect(CLI_USAGE, "night --baselines elsewhere --export-junit elsewhere/base.sqlite",
                 "elsewhere/base.sqlite is the baseline"); /* though there is none yet */
}

static void each_export_has_a_file_of_its_own(void **state)
{
    (void)state;
    night_expect(CLI_USAGE, "night --dry-run --export-junit x --export-markdown ./x",
                 "check: --export-junit and --export-markdown name the same file, ./x; each needs one");
    assert_false(file_exists(path_of("x")));
    night_expect(CLI_USAGE, "night --export-junit no/x --export-benchmark no/x", "name the same file, no/x");
    setenv("GITHUB_STEP_SUMMARY", "step", 1);
    night_expect(CLI_DONE, "night", "passed");
    expect_spared("step", "night --export-markdown step",
                  "check: --export-markdown and GITHUB_STEP_SUMMARY name the same file, step");
    expect_spared("step", "night --export-markdown step --bogus", "--bogus");
    unsetenv("GITHUB_STEP_SUMMARY");
    night_expect(CLI_USAGE, "night --export-junit .", "check: --export-junit: . is a folder; the name of a");
    night_expect(CLI_USAGE, "night --export-junit /dev/null", "/dev/null is a device or a pipe");
    assert_int_equal(program_run("check night --baseline base --export-junit o 2>errors >o"), CLI_USAGE);
    night_expect_member("errors", "check: --export-junit: o is where standard output goes");
}

/* A wrong option takes what a check has written, lest it be taken for today's, and nothing else. */
static void only_former_exports_are_removed(void **state)
{
    static const char *const options[] = {"--export-junit", "--export-markdown", "--export-benchmark",
                                          "--export-benchmark-smaller"};
    static const char foreign[] = "[\n  {\n    \"name\": \"of others\"\n";
    char words[256];
    (void)state;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        snprintf(words, sizeof words, "night %s former", options[i]);
        night_expect(CLI_DONE, words, "passed");
        assert_true(file_exists(path_of("former")));
        snprintf(words, sizeof words, "night %s former --alpha 2", options[i]);
        night_expect(CLI_USAGE, words, "--alpha");
        if (file_exists(path_of("former"))) fail_msg("%s: what the last check wrote is there", options[i]);
        assert_int_equal(file_write(path_of("former"), foreign, strlen(foreign), NULL), STATUS_OK);
        expect_spared("former", words, "--alpha");
    }
    night_expect(CLI_DONE, "night --export-junit former", "passed"); /* in the place of whatever it was */
    night_expect_member("former", "<testsuites");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(exports_are_written_where_asked, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(an_export_that_cannot_be_written_is_told, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(the_places_of_github_are_exports_too, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(junit_and_markdown_say_what_was_not_written, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(junit_says_why_there_is_no_baseline, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(no_answer_outlives_its_check, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(what_is_kept_in_the_folder_is_no_place_for_an_export, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(the_baseline_is_no_place_for_an_export, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(each_export_has_a_file_of_its_own, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(only_former_exports_are_removed, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(only_the_answer_of_this_folder_is_removed, night_set_up,
                                        program_tear_down),
    };
    if (!program_is_built()) return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
