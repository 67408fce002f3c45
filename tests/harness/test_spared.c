/* A sequential experiment from its store to the files of the report: what was spared, what the test does by
 * the true SD, and that runs which were not needed are neither pending nor missing anywhere. */
#include "base/file.h"
#include "base/text.h"
#include "harness/account.h"
#include "harness/collect.h"
#include "harness/stats/operating.h"
#include "tests/harness/support_comparing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SETTINGS = 3, MOST = 8 };

/* With a span of 3..8 and SDs of 0.6 and 1.8 points: equal values are stable after four runs; 10 points apart
 * is unstable after three; 0.80 and 0.82 in turn are undetermined at the most. */
#define W BENCH_WAITS
static const double decided[SETTINGS * MOST] = {0.80, 0.80, 0.80, 0.80, W,    W,    W,    W,
                                                0.60, 0.70, 0.80, W,    W,    W,    W,    W,
                                                0.80, 0.82, 0.80, 0.82, 0.80, 0.82, 0.80, 0.82};

static void fill(struct bench *bench, const double *values)
{
    experiment_plan((double[]){1e-4, 2e-4, 3e-4}, SETTINGS, MOST, 1, &bench->first.plan);
    bench->first.plan.experiment.span = (struct key_span){3, MOST};
    bench->first.plan.experiment.max_spread = 2;
    bench->first.plan.experiment.sigma0 = 0;
    bench_fill(&bench->first, values, SETTINGS, MOST);
}

static struct store *open_store(const struct bench *bench)
{
    struct store *store = NULL;
    assert_int_equal(store_open(bench->first.path, STORE_READ, &store, NULL), STATUS_OK);
    return store;
}

static void what_each_setting_was_spared(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    fill(bench, decided);
    struct store *store = open_store(bench);
    assert_int_equal(collect_findings(store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    static const int saved[SETTINGS] = {4, 5, 0};
    static const enum report_sureness verdicts[SETTINGS] = {REPORT_SURE_STABLE, REPORT_SURE_UNSTABLE,
                                                            REPORT_SURE_UNDETERMINED};
    assert_true(report->sequential);
    assert_int_equal(report->least_repeats, 3);
    assert_int_equal(report->repeats, MOST);
    assert_int_equal(report->run_count, 15);
    for (size_t i = 0; i < SETTINGS; i++) {
        assert_int_equal(findings.settings[i].certainty.saved, saved[i]);
        assert_int_equal(findings.settings[i].certainty.verdict, verdicts[i]);
        assert_int_equal(findings.settings[i].pending, 0);
    }
    findings_free(&findings);
    store_close(store);
}

/* The curve is operating.h's, for this experiment's span and alpha, from 0.6 to 1.8 points. */
static void what_the_test_does(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    fill(bench, decided);
    struct store *store = open_store(bench);
    assert_int_equal(collect_findings(store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    struct sequential_plan plan = sequential_plan_default(0.02, 3, MOST);
    assert_int_equal(report->operating_count, OPERATING_POINTS);
    for (size_t i = 0; i < report->operating_count; i++) {
        struct operating_point point;
        const struct report_operating *told = &report->operating[i];
        assert_true(fabs(told->sd - (0.006 + 0.002 * (double)i)) < 1e-12);
        assert_int_equal(operating_point(&plan, told->sd, &point, NULL), STATUS_OK);
        assert_true(told->stable == point.stable && told->unstable == point.unstable);
        assert_true(told->undetermined == point.undetermined && told->runs == point.runs);
    }
    assert_true(report->operating[0].unstable < 0.05);
    assert_true(report->operating[OPERATING_POINTS - 1].stable < 0.05);
    findings_free(&findings);
    store_close(store);
}

static void read_written(const char *folder, const char *name, struct text *out)
{
    char path[2 * SPEC_PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    text_clear(out);
    assert_int_equal(file_read(path, 0, out, NULL), STATUS_OK);
}

static void assert_has(const struct text *text, const char *what)
{
    if (strstr(text_string(text), what) == NULL) fail_msg("\"%s\" is not in:\n%s", what, text_string(text));
}

static void assert_has_not(const struct text *text, const char *what)
{
    if (strstr(text_string(text), what) != NULL) fail_msg("\"%s\" is in:\n%s", what, text_string(text));
}

static void write_report(const struct bench *bench)
{
    struct account *account = NULL;
    struct store *store = open_store(bench);
    assert_int_equal(account_open(store, &account, NULL), STATUS_OK);
    store_close(store);
    assert_int_equal(account_write(account, bench->first.path, NULL), STATUS_OK);
    account_close(account);
}

static void from_the_store_to_the_files(void **state)
{
    struct bench *bench = *state;
    struct text out = {0};
    fill(bench, decided);
    write_report(bench);
    read_written(bench->first.path, "report.md", &out);
    assert_has(&out, "**The sequential test spared 9 of 24 planned runs.**");
    assert_has(&out, "3 to 8 runs of each setting, as many as a sequential test needed");
    assert_has(&out, "| true SD (points) | says stable | says unstable | undetermined | runs |");
    assert_has(&out, "\n| 0.60 | ");
    assert_has(&out, "\n| 1.80 | ");
    assert_has(&out,
               "\n| 8 | 701 | 702 | 703 |\n"); /* seeds of all repeats, though the first setting has four */
    assert_has_not(&out, "pending");
    assert_has_not(&out, "missing");
    assert_has_not(&out, "provisional");
    read_written(bench->first.path, "summary.json", &out);
    assert_has(&out, "\"sequential\": true");
    assert_has(&out, "\"least_repeats\": 3");
    assert_has(&out, "\"sd\": 0.006,\n");
    assert_has(&out, "\"saved\": 5");
    assert_has_not(&out, "\"outcome\": \"pending\"");
    text_free(&out);
}

/* While a setting is open, its runs are pending, and what was spared is so far. */
static void as_long_as_it_is_open(void **state)
{
    struct bench *bench = *state;
    double values[SETTINGS * MOST];
    struct text out = {0};
    memcpy(values, decided, sizeof values);
    for (int i = 2 * MOST + 5; i < 3 * MOST; i++)
        values[i] = W;
    fill(bench, values);
    write_report(bench);
    read_written(bench->first.path, "report.md", &out);
    assert_has(&out, "spared 9 of 24 planned runs so far; 1 setting is not decided yet.");
    assert_has(&out, "3 pending");
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_each_setting_was_spared, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(what_the_test_does, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(from_the_store_to_the_files, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(as_long_as_it_is_open, bench_set_up, bench_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
