#include "harness/stats/component.h"
#include "harness/stats/stats.h"
#include "support_simulation.h"

#include <gsl/gsl_cdf.h>
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

/* One mean square is a variance: its interval is the chi-square one, df / 7.3777589 .. df / 0.0506356 for df
 * = 2. */
static void one_term_has_the_chi_square_interval(void **state)
{
    (void)state;
    const struct mean_square term = {.value = 4, .df = 2, .coefficient = 0.5};
    struct component c;
    assert_int_equal(component_estimate(&term, 1, 0.95, &c, NULL), STATUS_OK);
    assert_near(c.variance, 2, 1e-15);
    assert_near(c.low, 2 * 2 / 7.3777589, 1e-7);
    assert_near(c.high, 2 * 2 / 0.0506356, 1e-3);
    assert_near(c.sd, sqrt(2), 1e-15);
    assert_near(c.sd_low, sqrt(c.low), 1e-15);
    assert_near(c.sd_high, sqrt(c.high), 1e-15);
}

/* The lower bound of (MS_a - MS_e) / n is above 0 exactly when MS_a / MS_e exceeds the F quantile; the upper
 * one is below 0 exactly when the ratio is under the other quantile. */
static void a_difference_agrees_with_the_f_test(void **state)
{
    (void)state;
    const double dfs[][2] = {{2, 4}, {4, 12}, {4, 796}, {9, 81}};
    for (size_t i = 0; i < 4; i++) {
        double edges[2] = {gsl_cdf_fdist_Qinv(0.025, dfs[i][0], dfs[i][1]),
                           gsl_cdf_fdist_Pinv(0.025, dfs[i][0], dfs[i][1])};
        for (int e = 0; e < 2; e++) {
            for (int side = -1; side <= 1; side += 2) {
                struct mean_square terms[] = {{edges[e] * (1 + side * 1e-6), dfs[i][0], 0.1},
                                              {1, dfs[i][1], -0.1}};
                struct component c;
                assert_int_equal(component_estimate(terms, 2, 0.95, &c, NULL), STATUS_OK);
                if (e == 0) assert_int_equal(c.low > 0, side > 0);
                if (e == 1) assert_int_equal(c.high < 0, side < 0);
            }
        }
    }
}

static void negative_estimates_are_kept_and_cut_off_for_display(void **state)
{
    (void)state;
    const struct mean_square terms[] = {{1, 4, 0.2}, {3, 16, -0.2}};
    struct component c;
    assert_int_equal(component_estimate(terms, 2, 0.95, &c, NULL), STATUS_OK);
    assert_near(c.variance, -0.4, 1e-15);
    assert_true(c.low < c.variance && c.variance < c.high);
    assert_true(c.sd == 0 && c.sd_low == 0 && c.sd_high >= 0);
}

static void undefined_and_senseless_terms(void **state)
{
    (void)state;
    const struct mean_square unknown[] = {{1, 4, 1}, {NAN, 4, -1}}, no_df[] = {{1, 0, 1}};
    struct mean_square many[COMPONENT_MOST_TERMS + 1] = {{0}};
    struct component c;
    assert_int_equal(component_estimate(unknown, 2, 0.95, &c, NULL), STATUS_OK);
    assert_true(isnan(c.variance) && isnan(c.low) && isnan(c.sd) && isnan(c.sd_high));
    assert_int_equal(component_estimate(no_df, 1, 0.95, &c, NULL), STATUS_OK);
    assert_true(isnan(c.variance));
    assert_int_equal(component_estimate(unknown, 2, 1, &c, NULL), STATUS_INTERNAL);
    assert_int_equal(component_estimate(many, COMPONENT_MOST_TERMS + 1, 0.95, &c, NULL), STATUS_INTERNAL);
    const struct mean_square zero[] = {{0, 4, 1}, {0, 16, -1}};
    assert_int_equal(component_estimate(zero, 2, 0.95, &c, NULL), STATUS_OK);
    assert_true(c.variance == 0 && c.low == 0 && c.high == 0);
}

static double chi_square(struct draws *draws, int df)
{
    double sum = 0;
    for (int i = 0; i < df; i++) {
        double z = draws_normal(draws);
        sum += z * z;
    }
    return sum;
}

/* A one-way layout of 6 groups of 4, rest variance 1, component 0, 0.5 and 4: mean squares are chi-squares.
 * Ting and others report coverages of .949 to .97 for intervals of 95%: the slack of .02 above; never below
 * by more than .01. */
static void coverage(void **state)
{
    (void)state;
    const double truths[] = {0, 0.5, 4};
    int count = simulation_count(4000);
    for (uint32_t t = 0; t < 3; t++) {
        struct draws draws = draws_begin(800 + t, DRAWS_SIMULATION);
        int hits = 0;
        double sum = 0, squares = 0;
        for (int i = 0; i < count; i++) {
            struct mean_square terms[] = {{(1 + 4 * truths[t]) * chi_square(&draws, 5) / 5, 5, 0.25},
                                          {chi_square(&draws, 18) / 18, 18, -0.25}};
            struct component c;
            assert_int_equal(component_estimate(terms, 2, 0.95, &c, NULL), STATUS_OK);
            hits += c.low <= truths[t] && truths[t] <= c.high;
            sum += c.variance;
            squares += c.variance * c.variance;
        }
        print_message("component %g ", truths[t]);
        simulation_assert_rate("covered", hits, count, 0.955, 0.015);
        /* not cut off, the estimate is right on average: within 4 standard errors */
        double mean = sum / count;
        assert_near(mean, truths[t], 4 * sqrt((squares / count - mean * mean) / count));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_term_has_the_chi_square_interval),
        cmocka_unit_test(a_difference_agrees_with_the_f_test),
        cmocka_unit_test(negative_estimates_are_kept_and_cut_off_for_display),
        cmocka_unit_test(undefined_and_senseless_terms),
        cmocka_unit_test(coverage),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
