/* Ranges and tics of the figures' axes. */
#include "reports/figure_axis.h"
#include "tests/reports/support_sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int axis(struct text *script, double low, double high, int most)
{
    text_clear(script);
    return figure_axis(script, 'y', (struct figure_range){low, high}, most);
}

/* All labels of an axis have as many decimals as its step needs: 0.90, not 0.9. */
static void labels_have_the_same_decimals(void **state)
{
    (void)state;
    struct text script = {0};
    assert_int_equal(axis(&script, 0.71, 0.91, 10), 4);
    assert_says(&script, "set yrange [0.71:0.91]\nset ytics 0.02\nset format y '%.2f'\n");
    assert_int_equal(axis(&script, 0.8787, 0.8827, 8), 6);
    assert_says(&script, "set ytics 0.0005\nset format y '%.4f'\n");
    assert_int_equal(axis(&script, 0, 1600, 5), 4);
    assert_says(&script, "set ytics 500\nset format y '%.0f'\n");
    assert_int_equal(axis(&script, 0, 0.7, 7), 3);
    assert_says(&script, "set ytics 0.1\nset format y '%.1f'\n");
    assert_int_equal(axis(&script, -12, 3, 5), 3);
    axis(&script, 0, 1e-8, 5);
    assert_says(&script, "set format y '%g'\n");
    axis(&script, 0, 4e9, 5);
    assert_says(&script, "set ytics 1e+09\nset format y '%g'\n");
    text_free(&script);
}

/* Of many ranges: no more tics than were asked for, and not so few that the axis says nothing. */
static void there_are_enough_tics_and_not_too_many(void **state)
{
    (void)state;
    struct text script = {0};
    for (int i = 1; i < 400; i++) {
        const double high = 0.01 * exp(0.05 * i);
        double step;
        axis(&script, 0, high, 8);
        const char *tics = strstr(text_string(&script), "set ytics ");
        assert_non_null(tics);
        assert_int_equal(sscanf(tics, "set ytics %lf", &step), 1);
        assert_true(high / step <= 8.001 && high / step >= 3);
    }
    text_free(&script);
}

static void ranges_take_what_is_finite(void **state)
{
    (void)state;
    struct figure_range range = FIGURE_RANGE_EMPTY;
    struct figure_range wide = figure_range_widened(range, 0.1, 0.002);
    assert_true(wide.low == 0 && wide.high == 1);
    figure_range_take(&range, NAN);
    figure_range_take(&range, 3);
    figure_range_take(&range, INFINITY);
    figure_range_take(&range, -1);
    figure_range_take(&range, -INFINITY);
    assert_true(range.low == -1 && range.high == 3);
    wide = figure_range_widened(range, 0.25, 0.002);
    assert_true(wide.low == -2 && wide.high == 4);
    wide = figure_range_widened((struct figure_range){5, 5}, 0.1, 0.5);
    assert_true(wide.low == 4.5 && wide.high == 5.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_have_the_same_decimals),
        cmocka_unit_test(there_are_enough_tics_and_not_too_many),
        cmocka_unit_test(ranges_take_what_is_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
