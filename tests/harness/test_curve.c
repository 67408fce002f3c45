#include "base/memory.h"
#include "harness/diagnose/curve.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct series series_of(const double *losses, size_t count)
{
    struct series series = {.count = count};
    for (size_t i = 0; i < count; i++)
        series.loss[i] = losses[i];
    return series;
}

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) < 1e-12)) fail_msg("%.17g is not %.17g", actual, expected);
}

/* 1..6 in three blocks: medians of {1,2}, {3,4}, {5,6}. */
static void blocks_are_medians(void **state)
{
    (void)state;
    const struct curve_point points[] = {{1, 1}, {2, 2}, {3, 4}, {4, 3}, {5, 5}, {6, 6}};
    struct series series;
    assert_int_equal(series_reduce(points, 6, 3, &series, NULL), STATUS_OK);
    assert_int_equal(series.count, 3);
    assert_near(series.loss[0], 1.5);
    assert_near(series.loss[1], 3.5);
    assert_near(series.loss[2], 5.5);
}

static void few_points_stay_and_broken_ones_go(void **state)
{
    (void)state;
    const struct curve_point points[] = {{1, 3}, {2, NAN}, {3, 2}, {4, INFINITY}};
    struct series series;
    assert_int_equal(series_reduce(points, 4, 20, &series, NULL), STATUS_OK);
    assert_int_equal(series.count, 2);
    assert_near(series.loss[0], 3);
    assert_near(series.loss[1], 2);
    assert_int_equal(series_reduce(NULL, 0, 20, &series, NULL), STATUS_OK);
    assert_int_equal(series.count, 0);
}

static void every_point_is_in_one_block(void **state)
{
    (void)state;
    struct curve_point points[47];
    struct series series;
    for (int i = 0; i < 47; i++)
        points[i] = (struct curve_point){i, i < 46 ? 1 : 5};
    assert_int_equal(series_reduce(points, 47, 20, &series, NULL), STATUS_OK);
    assert_int_equal(series.count, 20);
    assert_near(series.loss[0], 1);
    /* the last block is 44, 45, 46: one odd value among three does not show */
    assert_near(series.loss[19], 1);
}

/* 5 1 4 2 6: medians of (5,1), (5,1,4), (1,4,2), (4,2,6), (2,6). */
static void smoothing(void **state)
{
    (void)state;
    const double losses[] = {5, 1, 4, 2, 6}, expected[] = {3, 4, 2, 4, 4};
    struct series series = series_of(losses, 5), smooth;
    series_smooth(&series, 5, &smooth);
    for (int i = 0; i < 5; i++)
        assert_near(smooth.loss[i], expected[i]);
    series_smooth(&series, 6, &smooth);
    for (int i = 0; i < 5; i++)
        assert_near(smooth.loss[i], losses[i]);
}

static void fall_rise_and_rebound(void **state)
{
    (void)state;
    const double losses[] = {1.0, 0.6, 0.5, 0.7};
    struct series series = series_of(losses, 4);
    assert_near(series_fall(&series, 1.0), 0.5);
    assert_near(series_fall(&series, 2.0), 0.75);
    assert_near(series_fall(&series, 0.4), -0.25);
    assert_near(series_excess(&series, 0.8), 0.25);
    assert_near(series_excess(&series, 1.25), -0.2);
    assert_near(series_rise(&series), 0.7 / 0.5 - 1);
    assert_near(series_rebound(&series), 0.2 / 0.5);
    const double rising[] = {1, 2};
    series = series_of(rising, 2);
    assert_near(series_fall(&series, 1), 0);
    assert_near(series_excess(&series, 1), 1);
    assert_near(series_rebound(&series), 0);
}

/* The end of 20 values is the median of the last two. */
static void the_end_is_a_median(void **state)
{
    (void)state;
    struct series series = {.count = 20};
    for (int i = 0; i < 20; i++)
        series.loss[i] = 1;
    series.loss[18] = 2;
    series.loss[19] = 3;
    assert_near(series_rise(&series), 1.5);
}

/* Up to 1.2 from 0.6 and back to 0.8: 1.2 / max(0.6, 0.8). A rise that stays is no surge. */
static void a_surge_comes_back(void **state)
{
    (void)state;
    const double up_and_down[] = {1, 0.6, 1.2, 0.8}, up[] = {1, 0.5, 0.9, 1.5}, down[] = {3, 2, 1};
    struct series series = series_of(up_and_down, 4);
    assert_near(series_surge(&series), 1.5);
    series = series_of(up, 4);
    assert_near(series_surge(&series), 1);
    series = series_of(down, 3);
    assert_near(series_surge(&series), 1);
    series.count = 2;
    assert_near(series_surge(&series), 1);
}

/* A zigzag between 1 and 2 in five values (the first fifth is one value): steps -ln 2, ln 2, -ln 2 about a
 * median of -ln 2: deviations 0, 2 ln 2, 0. */
static void swinging(void **state)
{
    (void)state;
    const double zigzag[] = {1, 2, 1, 2, 1}, falling[] = {16, 8, 4, 2, 1};
    struct series series = series_of(zigzag, 5);
    struct swing swing = series_swing(&series, 3);
    assert_near(swing.size, 2 * log(2) / 3);
    assert_near(swing.path, 3);
    series = series_of(falling, 5);
    swing = series_swing(&series, 3);
    assert_near(swing.size, 0);
    assert_near(swing.flips, 0);
    assert_near(swing.path, 1);
    swing = series_swing(&series, 4);
    assert_true(isnan(swing.size) && isnan(swing.flips) && isnan(swing.path));
}

/* Six values up and down around 1 that end where they were after the first: all steps flip, path infinitely
 * long. */
static void swinging_for_nothing(void **state)
{
    (void)state;
    const double zigzag[] = {1, 1, 2, 1, 2, 1};
    struct series series = series_of(zigzag, 6);
    struct swing swing = series_swing(&series, 3);
    assert_near(swing.size, log(2));
    assert_near(swing.flips, 1);
    assert_true(isinf(swing.path));
    const double level[] = {1, 1, 1, 1, 1, 1};
    series = series_of(level, 6);
    swing = series_swing(&series, 3);
    assert_near(swing.size, 0);
    assert_near(swing.path, 1);
}

/* Last quarter, at least three: 4 3 2 falls by 2 over a level of 2; an outlier in the middle does not change
 * it. */
static void trends(void **state)
{
    (void)state;
    const double losses[] = {9, 4, 3, 2}, outlier[] = {9, 4, 40, 2};
    struct series series = series_of(losses, 4);
    assert_near(series_trend(&series, 0), -1);
    assert_near(series_trend(&series, 4), -0.5);
    series = series_of(outlier, 4);
    /* slopes 36, -1, -38: the median is -1 */
    assert_near(series_trend(&series, 0), -1);
    series.count = 2;
    assert_true(isnan(series_trend(&series, 0)));
}

static void nothing_is_undefined(void **state)
{
    (void)state;
    struct series empty = {.count = 0}, zero = {.loss = {0, 0, 0}, .count = 3};
    assert_true(isnan(series_fall(&empty, 1)) && isnan(series_excess(&empty, 1)) &&
                isnan(series_rise(&empty)) && isnan(series_rebound(&empty)));
    assert_true(isnan(series_fall(&zero, 0)) && isnan(series_excess(&zero, 0)) && isnan(series_rise(&zero)));
    assert_near(series_rebound(&zero), 0);
}

static void raising(void **state)
{
    (void)state;
    const double losses[] = {1, 0.01, 0.5};
    struct series series = series_of(losses, 3), raised;
    series_raise(&series, 0.1, &raised);
    assert_near(raised.loss[1], 0.1);
    assert_near(raised.loss[2], 0.5);
}

static void an_allocation_failure(void **state)
{
    (void)state;
    const struct curve_point points[] = {{1, 3}, {2, 2}};
    struct series series;
    struct error error = {0};
    long alive = memory_blocks_alive();
    memory_fail_from(1);
    enum status status = series_reduce(points, 2, 20, &series, &error);
    memory_fail_from(0);
    assert_int_equal(status, STATUS_NO_MEMORY);
    assert_int_equal(memory_blocks_alive(), alive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_medians),          cmocka_unit_test(few_points_stay_and_broken_ones_go),
        cmocka_unit_test(every_point_is_in_one_block), cmocka_unit_test(smoothing),
        cmocka_unit_test(fall_rise_and_rebound),       cmocka_unit_test(the_end_is_a_median),
        cmocka_unit_test(a_surge_comes_back),          cmocka_unit_test(swinging),
        cmocka_unit_test(swinging_for_nothing),        cmocka_unit_test(trends),
        cmocka_unit_test(nothing_is_undefined),        cmocka_unit_test(raising),
        cmocka_unit_test(an_allocation_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
