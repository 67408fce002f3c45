/* The figure of a setting over the nights. */
#include "base/file.h"
#include "reports/trend_report.h"
#include "tests/reports/support_sample.h"
#include "tests/support_temporary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { DAY = 86400, MOST = 400, FIRST = 20000 * DAY + 8220 /* 2024-10-04 02:17 */ };

static struct trend_night nights[MOST];
static struct trend_point points[MOST];
static struct trend_setting setting = {"learning_rate=1e-3", points};
static struct trend_move moves[MOST];
static struct trend_report report;

static void make(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        nights[i] =
            (struct trend_night){.time = FIRST + (int64_t)i * DAY, .commit = "", .code = "", .verdict = ""};
        points[i] = (struct trend_point){
            .there = true, .n = 3, .mean = 0.85, .low = 0.84, .high = 0.86, .sd = 0.01, .speed = 0.002};
    }
    report = (struct trend_report){.file = "history.sqlite",
                                   .experiment = "nightly",
                                   .metric = "f1",
                                   .in_points = true,
                                   .nights = nights,
                                   .night_count = count,
                                   .settings = &setting,
                                   .setting_count = 1,
                                   .moves = moves};
}

static void draw(struct text *script)
{
    text_clear(script);
    trend_figure(&report, 0, script);
    assert_false(script->failed);
}

static int times(const struct text *script, const char *what)
{
    int count = 0;
    for (const char *c = script->data; (c = strstr(c, what)) != NULL; c++)
        count++;
    return count;
}

/* Dates stand below nights, at equal distances, and are few enough to be read. */
static void dates_stand_below_nights(void **state)
{
    (void)state;
    struct text script = {0};
    make(1);
    draw(&script);
    assert_says(&script, "set xtics ('2024-10-04' 1728008220)\n");
    make(3);
    draw(&script);
    assert_says(&script,
                "set xtics ('2024-10-04' 1728008220, '2024-10-05' 1728094620, '2024-10-06' 1728181020)\n");
    for (size_t count = 4; count <= MOST; count++) {
        make(count);
        draw(&script);
        const int dates = times(&script, "'20");
        assert_in_range(dates, count < 6 ? (int)count : 4, 6);
    }
    text_free(&script);
}

/* In the units that the axes name; a night without the setting is left out, what is not known is NaN. */
static void numbers_have_the_units_of_their_axes(void **state)
{
    (void)state;
    struct text script = {0};
    make(3);
    points[1].there = false;
    points[2].low = points[2].high = points[2].sd = NAN;
    draw(&script);
    assert_says(&script,
                "$nights << EOD\n1728008220 0.85 0.84 0.86 1 2\n1728181020 0.85 NaN NaN NaN 2\nEOD\n");
    assert_says(&script, "set ylabel 'mean f1'");
    assert_says(&script, "set ylabel 'SD of the runs (points)'");
    assert_says(&script, "set ylabel 'step time (ms)'");
    assert_says(&script, "title 'nightly: learning_rate=1e-3'");
    report.calibrated = true;
    report.in_points = false;
    draw(&script);
    assert_says(&script, "1728008220 0.85 0.84 0.86 0.01 0.002\n");
    assert_says(&script, "set ylabel 'step time / fixed loop'");
    for (int i = 0; i < 3; i++)
        points[i].speed = NAN;
    draw(&script);
    assert_does_not_say(&script, "step time");
    text_free(&script);
}

/* A move is marked in the panel of what moved, and in no other; bits in the metric's. */
static void moves_are_marked_where_they_belong(void **state)
{
    (void)state;
    struct text script = {0};
    make(10);
    report.move_count = 2;
    moves[0] = (struct trend_move){.subject = TREND_OF_SPREAD, .good = 4, .bad = 5, .worse = true};
    moves[1] = (struct trend_move){.subject = TREND_OF_BITS, .good = 6, .bad = 7};
    draw(&script);
    assert_int_equal(times(&script, "set object rectangle"), 1);
    assert_int_equal(times(&script, "set arrow from"), 2);
    const char *metric = strstr(script.data, "'mean f1'"), *spread = strstr(script.data, "'SD of the runs");
    assert_true(strstr(script.data, "set arrow from 1728613020, graph 0.96") < metric); /* night 7 */
    const char *band =
        strstr(script.data, "set object rectangle from 1728353820, graph 0 to 1728440220"); /* 4 to 5 */
    assert_true(band > metric && band < spread);
    text_free(&script);
}

/* gnuplot, where there is one, draws few and many nights, equal ones and such that nothing is known of. */
static void gnuplot_draws_them(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, MOST};
    char folder[256], failure[FIGURES_FAILURE_BYTES];
    struct error error = {0};
    for (size_t i = 0; i < 3; i++) {
        make(counts[i]);
        if (i == 1) points[0] = (struct trend_point){true, 0, NAN, NAN, NAN, NAN, NAN, false};
        temporary_folder(folder, sizeof folder);
        if (trend_files_write(&report, folder, failure, &error) != STATUS_OK) fail_msg("%s", error.text);
        temporary_remove(folder);
        if (strcmp(failure, "gnuplot is not installed") == 0) skip();
        assert_string_equal(failure, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_stand_below_nights),
        cmocka_unit_test(numbers_have_the_units_of_their_axes),
        cmocka_unit_test(moves_are_marked_where_they_belong),
        cmocka_unit_test(gnuplot_draws_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
