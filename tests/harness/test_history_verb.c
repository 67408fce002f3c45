/* ftbench history on the whole program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "harness/cli.h"
#include "tests/harness/support_program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char experiment[] = "[experiment]\n"
                                 "name = nightly\n"
                                 "repeats = 3\n"
                                 "[model]\n"
                                 "path = " FTBENCH_SOURCE_DIR "/tests/fixtures/letters-bert\n"
                                 "init = random\n"
                                 "[data]\n"
                                 "train = " FTBENCH_SOURCE_DIR "/tests/fixtures/letters.tsv\n"
                                 "validation = 0.25\n"
                                 "[training]\n"
                                 "learning_rate = 1e-3\n"
                                 "epochs = 12\n";

static void expect(int code, const char *line, const char *says)
{
    int got = program_run(line);
    if (got != code)
        fail_msg("%s: exit code %d, not %d:\n%s%s", line, got, code, text_string(&program_out),
                 text_string(&program_err));
    program_assert_says(code == CLI_USAGE ? &program_err : &program_out, says);
}

static void train(const char *folder, const char *behaviour, int code)
{
    char line[256];
    setenv("FTBENCH_SYNTHETIC", behaviour, 1);
    snprintf(line, sizeof line, "run nightly.ini --output %s", folder);
    expect(code, line, "");
}

static int start(void **state)
{
    char path[512];
    program_set_up(state);
    snprintf(path, sizeof path, "%s/nightly.ini", program_folder);
    assert_int_equal(file_write(path, experiment, strlen(experiment), NULL), STATUS_OK);
    train("night", "", CLI_DONE);
    return 0;
}

/* Five nights of the same bits, then five of others, found from the commits that were said. */
static void nights_are_added_shown_and_reported(void **state)
{
    (void)state;
    char line[256], folder[32];
    for (int i = 0; i < 10; i++) {
        snprintf(folder, sizeof folder, "n%d", i);
        train(folder, i < 5 ? "" : "mean=0.8", CLI_DONE);
        snprintf(line, sizeof line, "history append n%d --time 2026-02-%02dT02:00:00Z --commit c%d", i, i + 1,
                 i);
        expect(CLI_DONE, line, "history.sqlite: a night more, ");
    }
    program_assert_says(&program_out, "10 nights of nightly, ");
    expect(CLI_DONE, "history append n3",
           "history.sqlite: the night was there and is as it is now, 10 nights of nightly");
    expect(CLI_DONE, "history append n3 --commit c3", "10 nights of nightly");
    assert_int_equal(program_lines(&program_out), 1);
    expect(CLI_DONE, "history append n3 --commit c9", "10 nights of nightly");
    program_assert_says(&program_out,
                        "\nits commit stays c3 and is not c9: a night is of the code that trained it\n");
    expect(CLI_DONE, "history show", "2026-02-04 02:00\tbase\tc3\t");
    assert_int_equal(program_lines(&program_out), 11);
    expect(CLI_DONE, "history report --output told --alpha 0.05", "worse: base: mean f1 fell from 0.8");
    program_assert_says(&program_out, ": after 2026-02-05 02:00, by 2026-02-06 02:00, code c4..c5\n");
    program_assert_says(&program_out, "report: told/history.md\n");
    struct text report = {0};
    program_read("told/history.md", &report);
    program_assert_says(&report, "the bits changed, mean f1 0.8");
    text_free(&report);
}

static void the_check_of_the_folder_goes_with_it(void **state)
{
    (void)state;
    expect(CLI_DONE, "baseline save base night", "saved");
    expect(CLI_DONE, "history append night --history kept/h.sqlite", "kept/h.sqlite: a night more, 1 night");
    expect(CLI_DONE, "check night --baseline base", "passed");
    expect(CLI_DONE, "history append night --history kept/h.sqlite", "the night was there");
    expect(CLI_DONE, "history show kept/h.sqlite --setting base", "\tpassed\n");
    setenv("FTBENCH_HISTORY", "kept/h.sqlite", 1);
    expect(CLI_DONE, "history show", "\tpassed\n");
    unsetenv("FTBENCH_HISTORY");
    /* A night whose runs failed is one too; its bits are not known. */
    train("crashed", "crash_at=3", CLI_RUNS_FAILED);
    expect(CLI_DONE, "history append crashed --history kept/h.sqlite --time 2027-01-01T00:00:00Z",
           "2 nights");
    expect(CLI_DONE, "history show kept/h.sqlite",
           "2027-01-01 00:00\tbase\t\t\t0\t3\tf1\t-\t-\t-\t-\t-\t-\t-\t\t\n");
}

static void what_is_asked_wrongly_is_refused(void **state)
{
    (void)state;
    expect(CLI_USAGE, "history append", "it is written ftbench history append DIR");
    expect(CLI_USAGE, "history keep x", "'keep' is not one of append, show, report");
    expect(CLI_USAGE, "history append night --time yesterday",
           "'yesterday' is not such as 2026-01-31T02:00:00Z");
    expect(CLI_USAGE, "history append night --keep 0", "'0' is not a whole number from 1");
    expect(CLI_USAGE, "history append nowhere", "nowhere: there is no such folder");
    expect(CLI_USAGE, "history show", "history.sqlite: there is no such history");
    expect(CLI_DONE, "history append night", "1 night");
    expect(CLI_USAGE, "history show --setting x", "no night has a setting 'x'; the last one's first is base");
    expect(CLI_USAGE, "history show --experiment x", "has no night of experiment x");
    expect(CLI_USAGE, "history report", "--output DIR is needed");
    expect(CLI_USAGE, "history report --output r --alpha 1", "'1' is not a number from 1e-05 to below 0.5");
    expect(CLI_USAGE, "history report --output r --alpha 1e-300", "'1e-300' is not a number from 1e-05 to");
    expect(CLI_USAGE, "history append night --time 2026-02-31T02:00:00Z", "there is no such day or time");
    expect(CLI_USAGE, "history append night --time 2026-02-29T02:00:00Z", "there is no such day or time");
    expect(CLI_USAGE, "history append night --time 2026-04-30T02:00:60Z", "there is no such day or time");
    expect(CLI_DONE, "history append night --history leap.sqlite --time 2028-02-29T02:00:00Z", "1 night");
    expect(CLI_USAGE, "history append night --output r",
           "history append: --output is an option of report only");
    expect(CLI_USAGE, "history append night --alpha 0.05", "--alpha is an option of report only");
    expect(CLI_USAGE, "history append night --setting base", "--setting is an option of show only");
    expect(CLI_USAGE, "history append night --experiment x",
           "--experiment is an option of show, report only");
    expect(CLI_USAGE, "history show --keep 3", "history show: --keep is an option of append only");
    expect(CLI_USAGE, "history report --output r --setting x", "--setting is an option of show only");
    expect(CLI_DONE, "history report --output r", "report: r/history.md");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nights_are_added_shown_and_reported, start, program_tear_down),
        cmocka_unit_test_setup_teardown(the_check_of_the_folder_goes_with_it, start, program_tear_down),
        cmocka_unit_test_setup_teardown(what_is_asked_wrongly_is_refused, start, program_tear_down),
    };
    if (!program_is_built()) return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
