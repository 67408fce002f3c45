#include "base/file.h"
#include "base/memory.h"
#include "harness/account.h"
#include "harness/collect.h"
#include "harness/findings.h"
#include "tests/harness/support_trial.h"
#include "tests/support_temporary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void read_file(const struct trial *trial, const char *name, struct text *content)
{
    char path[SPEC_PATH_BYTES];
    struct error error = {0};
    assert_int_equal(file_join(trial->folder, name, path, sizeof path, NULL), STATUS_OK);
    text_clear(content);
    if (file_read(path, 0, content, &error) != STATUS_OK) fail_msg("%s", error.text);
}

static void everything_done(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    assert_int_equal(report->setting_count, RATES);
    assert_int_equal(report->run_count, RATES * REPEATS);
    assert_int_equal(report->settings[0].verdict, REPORT_UNSTABLE);
    assert_int_equal(report->settings[1].verdict, REPORT_STABLE);
    assert_true(fabs(report->settings[1].summary.mean - 0.84) < 1e-12);
    assert_int_equal(report->settings[2].classes[REPORT_STALLED], 3);
    assert_int_equal(report->recommendation, REPORT_TRUSTED);
    assert_int_equal(report->recommended, 1);
    assert_int_equal(report->left_out, 1);
    assert_true(report->settings[2].left_out && !report->settings[1].left_out);
    /* 1e-2 stalled above rates that learn: less of it helps, not more */
    assert_non_null(strstr(report->runs[RATES * REPEATS - 1].remedy, "Lower the learning rate"));
    /* 0.70, 0.75, 0.80: 0.75 -+ 4.303 * 0.05 / sqrt 3 */
    assert_true(fabs(report->settings[0].summary.low - 0.6258) < 1e-4);
    assert_int_equal(report->runs[0].class, REPORT_CONVERGED);
    assert_int_equal(report->runs[0].train_count, LOGGED);
    assert_int_equal(report->runs[0].evaluation_count, EVALUATIONS);
    assert_string_equal(report->settings[1].values[0], "0.001");
    assert_true(report->settings[1].numbers[0] == 0.001);
    assert_string_equal(report->model, "tiny");
    assert_int_equal(report->train_samples, 51);
    assert_int_equal(report->max_length, 128);
    assert_int_equal(report->column_count, 0);
    assert_string_equal(report->label_names, "neg, pos");
    assert_int_equal(report->note_count, 1);
    assert_int_equal(report->notes[0].runs, RATES * REPEATS);
    assert_string_equal(report->notes[0].code, "duplicates");
    findings_free(&findings);
}

/* Nothing is stored but the plan: all pending, nothing a number. */
static void everything_pending(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    assert_int_equal(report->recommendation, REPORT_NOTHING);
    for (size_t i = 0; i < report->setting_count; i++) {
        assert_int_equal(report->settings[i].pending, REPEATS);
        assert_int_equal(report->settings[i].failed, 0);
        assert_int_equal(report->settings[i].summary.n, 0);
        assert_true(isnan(report->settings[i].summary.mean));
    }
    for (size_t i = 0; i < report->run_count; i++) {
        assert_int_equal(report->runs[i].outcome, REPORT_PENDING);
        assert_true(isnan(report->runs[i].f1) && isnan(report->runs[i].timing.wall_seconds));
        assert_false(report->runs[i].has_class);
    }
    findings_free(&findings);
}

/* Failed runs keep their reason and their curve and are in no mean; a diverged one has a class, a crashed one
 * not. */
static void failed_runs(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial_save_run(trial, 3, RUN_DONE, true, 1);
    trial_save_run(trial, 4, RUN_CRASHED, true, 1);
    trial_save_run(trial, 5, RUN_DIVERGED, true, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    const struct report_setting *setting = &findings.report.settings[1];
    assert_int_equal(setting->done, 1);
    assert_int_equal(setting->failed, 2);
    assert_int_equal(setting->verdict, REPORT_UNSTABLE);
    assert_int_equal(setting->rule, REPORT_UNDEFINED);
    assert_true(setting->summary.mean == 0.83);
    const struct report_run *crashed = &findings.report.runs[4], *diverged = &findings.report.runs[5];
    assert_string_equal(crashed->reason, "ended: crashed");
    assert_false(crashed->has_class);
    assert_int_equal(crashed->train_count, LOGGED);
    assert_int_equal(crashed->steps, STEPS);
    assert_true(isnan(crashed->f1));
    assert_int_equal(diverged->class, REPORT_OSCILLATING);
    assert_int_equal(diverged->state, REPORT_STATE_DIVERGED);
    assert_int_equal(findings.report.recommendation, REPORT_UNPROVEN);
    findings_free(&findings);
}

/* What the verbs do: read once, write the files. */
static void write_files(const struct trial *trial)
{
    struct account *account = NULL;
    struct error error = {0};
    if (account_open(trial->store, &account, &error) != STATUS_OK) fail_msg("%s", error.text);
    if (account_write(account, trial->folder, &error) != STATUS_OK) fail_msg("%s", error.text);
    account_close(account);
}

/* What is printed; to be freed. */
static char *print_lines(const struct trial *trial)
{
    struct account *account = NULL;
    char *printed = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&printed, &length);
    assert_non_null(out);
    assert_int_equal(account_open(trial->store, &account, NULL), STATUS_OK);
    assert_int_equal(account_print(account, out, NULL), STATUS_OK);
    account_close(account);
    fclose(out);
    return printed;
}

static void assert_file_says(const struct trial *trial, const char *name, const char *what)
{
    struct text content = {0};
    read_file(trial, name, &content);
    if (strstr(content.data, what) == NULL) fail_msg("%s does not say '%s':\n%s", name, what, content.data);
    text_free(&content);
}

static void assert_printed(const struct trial *trial, const char *what)
{
    char *printed = print_lines(trial);
    if (strstr(printed, what) == NULL) fail_msg("the terminal does not say '%s':\n%s", what, printed);
    free(printed);
}

/* Runs that agree and one that crashed: unstable in the table, on the terminal and in summary.json, with the
 * rule on the finished ones beside it; and the setting is not recommended. */
static void a_crash_is_in_the_verdict(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    for (size_t i = 0; i < trial->plan.run_count; i++)
        trial_save_run(trial, i, i == 5 ? RUN_CRASHED : RUN_DONE, i < 6, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    const struct report_setting *setting = &findings.report.settings[1];
    assert_int_equal(setting->verdict, REPORT_UNSTABLE);
    assert_int_equal(setting->rule, REPORT_STABLE);
    assert_true(setting->failing_low > 0.06 && setting->failing_high < 0.80); /* Wilson, 1 of 3 */
    assert_int_equal(findings.report.recommendation, REPORT_LEAST_BAD);
    findings_free(&findings);
    write_files(trial);
    assert_file_says(trial, "report.md", "| unstable (only 2 runs, **1 failed**, the other 2 agree) |");
    assert_file_says(trial, "report.md", "| 1 of 3 (6 .. 79%) |");
    assert_file_says(trial, "summary.json", "\"verdict\": \"unstable\",\n      \"rule\": \"stable\"");
    assert_printed(trial, "unstable (only 2 runs, 1 failed, the other 2 agree)");
    assert_printed(trial, "no setting is stable");
}

/* A run that finishes with an undefined F1 is named with its reason, counted, and fails the setting. */
static void an_undefined_metric_is_in_the_verdict(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial->without_f1 = 5;
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    const struct report_setting *setting = &findings.report.settings[1];
    assert_int_equal(setting->done, 3);
    assert_int_equal(setting->undefined, 1);
    assert_int_equal(setting->summary.n, 2);
    assert_int_equal(setting->verdict, REPORT_UNSTABLE);
    assert_string_equal(findings.report.runs[5].reason, "done, but its f1 is undefined");
    findings_free(&findings);
    write_files(trial);
    assert_file_says(trial, "report.md", "**1 without a metric**");
    assert_file_says(trial, "report.md", "1 of 9 runs finished without a defined F1.");
    assert_file_says(trial, "report.md", "| done, but its f1 is undefined |");
    assert_file_says(trial, "summary.json", "\"undefined\": 1");
    assert_file_says(trial, "runs.csv", ",done,\"done, but its f1 is undefined\",");
    assert_printed(trial, "1 without a metric, the other 2 agree");
}

/* The files; and again, from runs of another machine that took longer: runs.csv and summary.json are the same
 * bytes, timings.csv is not. */
static void files_do_not_depend_on_the_machine(void **state)
{
    struct trial *trial = *state;
    struct text runs = {0}, summary = {0}, timings = {0}, again = {0};
    trial_save_all(trial, 1);
    write_files(trial);
    read_file(trial, "runs.csv", &runs);
    read_file(trial, "summary.json", &summary);
    read_file(trial, "timings.csv", &timings);
    read_file(trial, "report.md", &again);
    assert_non_null(strstr(again.data, "**Recommended: `learning_rate=0.001`**, with F1 0.8400"));

    void *other_state = NULL;
    trial_open(&other_state);
    struct trial *other = other_state;
    trial_save_all(other, 9);
    write_files(other);
    read_file(other, "runs.csv", &again);
    assert_string_equal(runs.data, again.data);
    read_file(other, "summary.json", &again);
    assert_string_equal(summary.data, again.data);
    read_file(other, "timings.csv", &again);
    assert_string_not_equal(timings.data, again.data);
    assert_null(strstr(summary.data, "host"));
    trial_close(&other_state);
    text_free(&runs);
    text_free(&summary);
    text_free(&timings);
    text_free(&again);
}

static void the_terminal(void **state)
{
    struct trial *trial = *state;
    trial_save_all(trial, 1);
    char *printed = print_lines(trial);
    assert_non_null(
        strstr(printed, "setting               n  mean F1  SD (points)  spread (points)  verdict"));
    assert_non_null(
        strstr(printed, "learning_rate=0.001   3   0.8400         1.00             2.00  stable"));
    assert_non_null(strstr(printed, "Recommended: learning_rate=0.001, with F1 0.8400"));
    assert_null(strchr(printed, '`'));
    assert_null(strchr(printed, '*'));
    free(printed);
}

/* A store without a plan says so. */
static void a_store_without_a_plan(void **state)
{
    (void)state;
    char folder[SPEC_PATH_BYTES];
    struct store *store = NULL;
    struct error error = {0};
    temporary_folder(folder, sizeof folder);
    assert_int_equal(store_open(folder, STORE_WRITE, &store, NULL), STATUS_OK);
    long alive = memory_blocks_alive();
    struct account *account = NULL;
    assert_int_not_equal(account_open(store, &account, &error), STATUS_OK);
    assert_null(account);
    account_close(account);
    assert_int_equal(memory_blocks_alive(), alive);
    assert_true(error.text[0] != '\0');
    store_close(store);
    temporary_remove(folder);
}

/* Crashed, undefined and missing runs have no result: of nine runs 5 is without F1, 4 crashed, 8 is not
 * there. */
static void runs_without_a_result(void **state)
{
    struct trial *trial = *state;
    struct account *account = NULL;
    trial->without_f1 = 5;
    for (size_t i = 0; i + 1 < trial->plan.run_count; i++)
        trial_save_run(trial, i, i == 4 ? RUN_CRASHED : RUN_DONE, true, 1);
    assert_int_equal(account_open(trial->store, &account, NULL), STATUS_OK);
    assert_int_equal(account_without_result(account), 3);
    account_close(account);
}

/* Each allocation in turn fails, up to the last: no leak, no crash, and the status says it. */
static void allocation_failures(void **state)
{
    struct trial *trial = *state;
    bool finished = false;
    int refused = 0;
    trial_save_all(trial, 1);
    long alive = memory_blocks_alive();
    for (long n = 1; n < 10000 && !finished; n++) {
        struct findings findings;
        struct error error = {0};
        memory_fail_from(n);
        enum status status = collect_findings(trial->store, &findings, &error);
        memory_fail_from(0);
        finished = status == STATUS_OK;
        if (finished)
            findings_free(&findings);
        else
            assert_int_equal(status, STATUS_NO_MEMORY);
        refused += !finished;
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_true(finished);
    assert_true(refused > RATES * REPEATS);
    /* and the entry points, from their first allocation on; what was opened needs memory to be shown */
    FILE *out = tmpfile();
    struct account *account = NULL;
    assert_non_null(out);
    for (long n = 1; n <= 3; n++) {
        memory_fail_from(n);
        enum status opened = account_open(trial->store, &account, NULL);
        memory_fail_from(0);
        assert_int_equal(opened, STATUS_NO_MEMORY);
        assert_null(account);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(account_open(trial->store, &account, NULL), STATUS_OK);
    long held = memory_blocks_alive();
    memory_fail_from(1);
    enum status printed = account_print(account, out, NULL);
    enum status written = account_write(account, trial->folder, NULL);
    memory_fail_from(0);
    assert_int_equal(printed, STATUS_NO_MEMORY);
    assert_int_equal(written, STATUS_NO_MEMORY);
    assert_int_equal(memory_blocks_alive(), held);
    account_close(account);
    assert_int_equal(memory_blocks_alive(), alive);
    fclose(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_done, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(everything_pending, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(failed_runs, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(a_crash_is_in_the_verdict, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(an_undefined_metric_is_in_the_verdict, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(files_do_not_depend_on_the_machine, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(the_terminal, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(runs_without_a_result, trial_open, trial_close),
        cmocka_unit_test(a_store_without_a_plan),
        cmocka_unit_test_setup_teardown(allocation_failures, trial_open, trial_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
