/* From nights to what moved: series, places, commits, sentences. */
#include "base/file.h"
#include "base/memory.h"
#include "harness/history/trends.h"
#include "harness/stats/draws.h"
#include "harness/stats/stats.h"
#include "tests/support_temporary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { DAY = 86400, NIGHTS = 40, SETTINGS = 2, MOVED = 30 };

static struct history_setting settings[NIGHTS][SETTINGS];
static struct history_record items[NIGHTS];
static struct history_records records = {items, NIGHTS};
static struct error error;

/* Nights of equal bits, whose step times alone vary. */
static void make_still(void)
{
    struct draws draws = draws_begin(5, DRAWS_SIMULATION);
    for (int i = 0; i < NIGHTS; i++) {
        items[i] = (struct history_record){.settings = settings[i], .setting_count = SETTINGS};
        struct history_night *night = &items[i].night;
        *night = (struct history_night){
            .time = (int64_t)(20000 + i) * DAY, .strict = true, .experiment = "nightly", .cpu = "one"};
        snprintf(night->code, sizeof night->code, "code%d", i);
        snprintf(night->commit, sizeof night->commit, "0123456789abcdef");
        for (int j = 0; j < SETTINGS; j++) {
            settings[i][j] = (struct history_setting){.runs = 3,
                                                      .n = 3,
                                                      .mean = 0.85,
                                                      .low = 0.84,
                                                      .high = 0.86,
                                                      .sd = 0.01,
                                                      .spread = 0.02,
                                                      .step_seconds = 0.1 * exp(0.03 * draws_normal(&draws)),
                                                      .calibration_seconds = NAN,
                                                      .bits = "same",
                                                      .asked = "this"};
            snprintf(settings[i][j].label, sizeof settings[i][j].label, "learning_rate=%de-3", j + 1);
        }
    }
}

static void fill(struct trends *trends)
{
    if (trends_fill(&records, "history.sqlite", 0.01, trends, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void expect_sentence(const struct trends *trends, size_t move, const char *expected)
{
    struct text sentence = {0};
    trend_sentence(&trends->report, &trends->moves[move], &sentence);
    if (strstr(text_string(&sentence), expected) == NULL)
        fail_msg("'%s' is not in '%s'", expected, text_string(&sentence));
    text_free(&sentence);
}

static void still_nights_move_nowhere(void **state)
{
    (void)state;
    struct trends trends;
    make_still();
    fill(&trends);
    assert_int_equal(trends.report.move_count, 0);
    assert_int_equal(trends.report.series, 3 * SETTINGS);
    assert_int_equal(trends.report.other_machines, 0);
    assert_string_equal(trends.report.settings[1].label, "learning_rate=2e-3");
    trends_free(&trends);
}

/* The first night with other bits is named by both lists, and the commits on either side. */
static void a_worse_mean_is_placed_by_its_bits(void **state)
{
    (void)state;
    struct trends trends;
    make_still();
    for (int i = MOVED; i < NIGHTS; i++) {
        settings[i][1].mean = 0.83;
        snprintf(settings[i][1].bits, DIGEST_TEXT, "other");
    }
    fill(&trends);
    assert_int_equal(trends.report.move_count, 2);
    const struct trend_move *mean = &trends.moves[0], *bits = &trends.moves[1];
    assert_int_equal(mean->subject, TREND_OF_METRIC);
    assert_int_equal(bits->subject, TREND_OF_BITS);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(trends.moves[i].setting, 1);
        assert_int_equal(trends.moves[i].good, MOVED - 1);
        assert_int_equal(trends.moves[i].bad, MOVED);
    }
    assert_true(mean->worse && !bits->asked);
    assert_int_equal(mean->nights_after, NIGHTS - MOVED);
    expect_sentence(&trends, 0, "mean f1 fell from 0.8500 to 0.8300 (-2.00 points; 30 and 10 nights, p ");
    expect_sentence(&trends, 0, ", code code29..code30, ftbench 0123456789ab on both sides");
    expect_sentence(&trends, 1, "the bits changed, mean f1 0.8500 to 0.8300: after 2024-11-");
    trends_free(&trends);
    /* A loss that falls is for the better. */
    for (int i = 0; i < NIGHTS; i++)
        items[i].night.metric = METRIC_EVAL_LOSS;
    fill(&trends);
    assert_false(trends.moves[0].worse);
    trends_free(&trends);
}

/* A move that the series alone would place within several nights lies where the bits changed. */
static void bits_narrow_the_range(void **state)
{
    (void)state;
    struct trends trends;
    struct draws draws = draws_begin(6, DRAWS_SIMULATION);
    make_still();
    for (int i = 0; i < NIGHTS; i++) {
        settings[i][0].mean = 0.85 + 0.01 * draws_normal(&draws) - (i < MOVED ? 0 : 0.015);
        settings[i][0].bits[0] = '\0'; /* runs that crashed: bits are not known */
    }
    fill(&trends);
    assert_int_equal(trends.report.move_count, 1);
    const size_t good = trends.moves[0].good, bad = trends.moves[0].bad;
    assert_true(good < MOVED && bad >= MOVED && bad - good > 1);
    trends_free(&trends);
    for (int i = 0; i < NIGHTS; i++)
        snprintf(settings[i][0].bits, DIGEST_TEXT, i < MOVED ? "same" : "other");
    fill(&trends);
    assert_int_equal(trends.report.move_count, 2);
    assert_int_equal(trends.moves[0].subject, TREND_OF_METRIC);
    assert_int_equal(trends.moves[0].good, MOVED - 1);
    assert_int_equal(trends.moves[0].bad, MOVED);
    trends_free(&trends);
}

static void slower_steps_are_told_as_a_factor(void **state)
{
    (void)state;
    struct trends trends;
    make_still();
    for (int i = MOVED; i < NIGHTS; i++)
        settings[i][0].step_seconds *= 1.5;
    fill(&trends);
    assert_int_equal(trends.report.move_count, 1);
    const struct trend_move *move = &trends.moves[0];
    assert_int_equal(move->subject, TREND_OF_SPEED);
    assert_true(move->worse && move->good == MOVED - 1 && move->bad == MOVED);
    assert_true(move->low < 1.5 && move->high > 1.5 && move->low > 1.4 && move->high < 1.6);
    expect_sentence(&trends, 0, "a step takes 1.5");
    trends_free(&trends);
    /* By a loop that became slower too there is nothing to tell. */
    for (int i = 0; i < NIGHTS; i++) {
        for (int j = 0; j < SETTINGS; j++)
            settings[i][j].calibration_seconds = i < MOVED || j == 1 ? 0.01 : 0.015;
    }
    fill(&trends);
    assert_true(trends.report.calibrated);
    assert_int_equal(trends.report.move_count, 0);
    trends_free(&trends);
    /* And other machines have other times. */
    for (int i = 0; i < NIGHTS; i++) {
        settings[i][0].calibration_seconds = 0.01;
        if (i < MOVED) snprintf(items[i].night.cpu, sizeof items[i].night.cpu, "another");
    }
    fill(&trends);
    assert_int_equal(trends.report.move_count, 0);
    assert_int_equal(trends.report.other_machines, MOVED);
    assert_true(isnan(trends.report.settings[0].points[0].speed));
    trends_free(&trends);
}

/* Another question has other bits for that reason; without strict arithmetic bits are not promised at all. */
static void other_questions_are_told_apart(void **state)
{
    (void)state;
    struct trends trends;
    make_still();
    for (int i = MOVED; i < NIGHTS; i++) {
        snprintf(settings[i][0].bits, DIGEST_TEXT, "other");
        snprintf(settings[i][0].asked, DIGEST_TEXT, "that");
    }
    fill(&trends);
    assert_int_equal(trends.report.move_count, 1);
    expect_sentence(&trends, 0, "as something else was asked for (keys, data, seeds or numeric version)");
    trends_free(&trends);
    for (int i = 0; i < NIGHTS; i++)
        items[i].night.strict = false;
    fill(&trends);
    assert_int_equal(trends.report.move_count, 0);
    trends_free(&trends);
}

/* A night that lacks a setting, and one that was judged otherwise, leave gaps. */
static void gaps_are_no_nights(void **state)
{
    (void)state;
    struct trends trends;
    make_still();
    items[3].setting_count = 1;
    items[4].night.metric = METRIC_ACCURACY;
    snprintf(settings[4][0].bits, DIGEST_TEXT, "other");
    fill(&trends);
    assert_int_equal(trends.report.move_count, 0);
    assert_false(trends.report.settings[1].points[3].there);
    assert_false(trends.report.settings[0].points[4].there);
    assert_true(trends.report.settings[0].points[3].there);
    trends_free(&trends);
}

static void the_report_has_it_all(void **state)
{
    (void)state;
    struct trends trends;
    struct text text = {0};
    char folder[256], path[512], failure[FIGURES_FAILURE_BYTES];
    temporary_folder(folder, sizeof folder);
    make_still();
    for (int i = MOVED; i < NIGHTS; i++) {
        settings[i][0].mean = 0.83;
        settings[i][0].step_seconds *= 0.7;
        snprintf(settings[i][0].bits, DIGEST_TEXT, "other");
    }
    snprintf(items[NIGHTS - 1].night.verdict, 32, "regression");
    snprintf(items[NIGHTS - 1].night.baseline, 128, "base");
    fill(&trends);
    assert_int_equal(trend_files_write(&trends.report, folder, failure, &error), STATUS_OK);
    snprintf(path, sizeof path, "%s/history.md", folder);
    assert_int_equal(file_read(path, 0, &text, &error), STATUS_OK);
    static const char *const expected[] = {
        "# ftbench history: nightly\n\n40 nights, 2024-10-04 00:00 to ",
        "check against `base`: regression.",
        "- **worse** `learning_rate=1e-3`: mean f1 fell from 0.8500 to 0.8300",
        "- `learning_rate=1e-3`: a step takes 0.",
        "- `learning_rate=1e-3`: the bits changed, mean f1 0.8500",
        "in at most 1% of such reports",
        "| `code39` | `0123456789abcdef` | regression | 0 |"};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        if (strstr(text_string(&text), expected[i]) == NULL)
            fail_msg("'%s' is not in:\n%s", expected[i], text.data);
    }
    snprintf(path, sizeof path, "%s/figures/trend-2.gnuplot", folder);
    assert_true(file_exists(path));
    if (failure[0] == '\0') {
        assert_non_null(strstr(text_string(&text), "](figures/trend-2.svg)"));
        snprintf(path, sizeof path, "%s/figures/trend-1.svg", folder);
        assert_true(file_exists(path));
    }
    text_free(&text);
    trends_free(&trends);
    temporary_remove(folder);
}

static void without_memory_it_says_so(void **state)
{
    (void)state;
    const long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    make_still();
    for (long n = 1; status == STATUS_NO_MEMORY; n++) {
        struct trends trends;
        memory_fail_from(n);
        status = trends_fill(&records, "history.sqlite", 0.01, &trends, &error);
        memory_fail_from(0);
        trends_free(&trends);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(status, STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(still_nights_move_nowhere),
        cmocka_unit_test(a_worse_mean_is_placed_by_its_bits),
        cmocka_unit_test(bits_narrow_the_range),
        cmocka_unit_test(slower_steps_are_told_as_a_factor),
        cmocka_unit_test(other_questions_are_told_apart),
        cmocka_unit_test(gaps_are_no_nights),
        cmocka_unit_test(the_report_has_it_all),
        cmocka_unit_test(without_memory_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
