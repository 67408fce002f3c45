#include "harness/stats/stats.h"
#include "harness/stats/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static int setup(void **state)
{
    (void)state;
    stats_init();
    return 0;
}

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) fail_msg("%.17g is not %.17g", actual, expected);
}

/* 0.83, 0.84, 0.85 by hand: mean 0.84; squares 0.0001 + 0 + 0.0001, variance 0.0002 / 2 = 0.0001, SD 0.01.
 * The t quantile for 2 degrees of freedom at 97.5% is 4.302653 (any table): half width 4.302653 * 0.01 /
 * sqrt 3. */
static void three_values(void **state)
{
    (void)state;
    const double values[] = {0.84, 0.85, 0.83};
    struct summary s;
    assert_int_equal(summary_compute(values, 3, SUMMARY_CONFIDENCE, &s, NULL), STATUS_OK);
    assert_int_equal(s.n, 3);
    assert_int_equal(s.undefined, 0);
    assert_near(s.mean, 0.84, 1e-15);
    assert_near(s.variance, 0.0001, 1e-15);
    assert_near(s.sd, 0.01, 1e-14);
    assert_true(s.min == 0.83 && s.max == 0.85);
    assert_near(s.spread, 0.02, 1e-15);
    assert_near(s.low, 0.84 - 4.302653 * 0.01 / sqrt(3), 1e-8);
    assert_near(s.high, 0.84 + 4.302653 * 0.01 / sqrt(3), 1e-8);
}

/* Two values a and b: SD |a - b| / sqrt 2; t(1) at 97.5% is 12.706205. */
static void two_values(void **state)
{
    (void)state;
    const double values[] = {0.5, 0.75};
    struct summary s;
    assert_int_equal(summary_compute(values, 2, SUMMARY_CONFIDENCE, &s, NULL), STATUS_OK);
    assert_near(s.sd, 0.25 / sqrt(2), 1e-15);
    assert_near(s.high, 0.625 + 12.706205 * 0.25 / 2, 1e-6);
    /* at 90% the quantile is 6.313752 */
    assert_int_equal(summary_compute(values, 2, 0.90, &s, NULL), STATUS_OK);
    assert_near(s.low, 0.625 - 6.313752 * 0.25 / 2, 1e-6);
}

static void one_value_has_no_spread_of_the_mean(void **state)
{
    (void)state;
    const double value = 0.9;
    struct summary s;
    assert_int_equal(summary_compute(&value, 1, SUMMARY_CONFIDENCE, &s, NULL), STATUS_OK);
    assert_int_equal(s.n, 1);
    assert_true(s.mean == 0.9 && s.min == 0.9 && s.max == 0.9 && s.spread == 0);
    assert_true(isnan(s.variance) && isnan(s.sd) && isnan(s.low) && isnan(s.high));
}

static void no_value_is_undefined(void **state)
{
    (void)state;
    const double values[] = {NAN, INFINITY};
    struct summary s;
    assert_int_equal(summary_compute(NULL, 0, SUMMARY_CONFIDENCE, &s, NULL), STATUS_OK);
    assert_int_equal(s.n, 0);
    assert_true(isnan(s.mean) && isnan(s.spread) && isnan(s.min) && isnan(s.sd) && isnan(s.low));
    assert_int_equal(summary_compute(values, 2, SUMMARY_CONFIDENCE, &s, NULL), STATUS_OK);
    assert_int_equal(s.n, 0);
    assert_int_equal(s.undefined, 2);
    assert_true(isnan(s.mean));
}

static void undefined_values_are_counted_and_left_out(void **state)
{
    (void)state;
    const double values[] = {0.2, NAN, 0.4};
    struct summary s;
    assert_int_equal(summary_compute(values, 3, SUMMARY_CONFIDENCE, &s, NULL), STATUS_OK);
    assert_int_equal(s.n, 2);
    assert_int_equal(s.undefined, 1);
    assert_near(s.mean, 0.3, 1e-15);
}

/* 0.1 added ten times and divided by ten is not 0.1 in doubles; the variance of equal runs must still be
 * exactly 0. */
static void equal_values_have_variance_zero(void **state)
{
    (void)state;
    double values[10];
    for (int i = 0; i < 10; i++)
        values[i] = 0.1;
    struct summary s;
    assert_int_equal(summary_compute(values, 10, SUMMARY_CONFIDENCE, &s, NULL), STATUS_OK);
    assert_true(s.mean == 0.1 && s.variance == 0 && s.sd == 0 && s.spread == 0 && s.low == 0.1 &&
                s.high == 0.1);
}

/* A shift does not change the variance: 1e9 + {4, 7, 13, 16} has variance 30 (the classic case that the
 * one-pass formula gets wrong). */
static void a_large_mean_costs_no_digits(void **state)
{
    (void)state;
    const double values[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    struct summary s;
    assert_int_equal(summary_compute(values, 4, SUMMARY_CONFIDENCE, &s, NULL), STATUS_OK);
    assert_true(s.variance == 30);
}

static void a_senseless_confidence_is_refused(void **state)
{
    (void)state;
    const double values[] = {1, 2};
    struct summary s;
    struct error error = {0};
    assert_int_equal(summary_compute(values, 2, 1, &s, &error), STATUS_INTERNAL);
    assert_int_equal(summary_compute(values, 2, NAN, &s, &error), STATUS_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_values),
        cmocka_unit_test(two_values),
        cmocka_unit_test(one_value_has_no_spread_of_the_mean),
        cmocka_unit_test(no_value_is_undefined),
        cmocka_unit_test(undefined_values_are_counted_and_left_out),
        cmocka_unit_test(equal_values_have_variance_zero),
        cmocka_unit_test(a_large_mean_costs_no_digits),
        cmocka_unit_test(a_senseless_confidence_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
