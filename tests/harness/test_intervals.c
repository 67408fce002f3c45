#include "harness/stats/intervals.h"
#include "harness/stats/stats.h"
#include "support_simulation.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
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

static struct interval of_sd(const double *values, size_t count)
{
    struct summary summary;
    struct interval interval;
    assert_int_equal(summary_compute(values, count, 0.95, &summary, NULL), STATUS_OK);
    assert_int_equal(interval_of_sd(&summary, 0.95, &interval, NULL), STATUS_OK);
    return interval;
}

/* SD 0.01 from three values. Chi-square with two degrees of freedom is -2 ln(1 - p): quantiles 0.0506356 and
 * 7.3777589. */
static void sd_of_three(void **state)
{
    (void)state;
    const double values[] = {0.83, 0.84, 0.85};
    struct interval interval = of_sd(values, 3);
    assert_near(interval.low, 0.01 * sqrt(2 / 7.3777589), 1e-9);
    assert_near(interval.high, 0.01 * sqrt(2 / 0.0506356), 1e-6);
}

static void sd_where_there_is_none(void **state)
{
    (void)state;
    const double equal[] = {0.5, 0.5, 0.5}, with_nan[] = {0.5, NAN};
    struct interval interval = of_sd(equal, 3);
    assert_true(interval.low == 0 && interval.high == 0);
    interval = of_sd(with_nan, 2);
    assert_true(isnan(interval.low) && isnan(interval.high));
    interval = of_sd(NULL, 0);
    assert_true(isnan(interval.low) && isnan(interval.high));
}

/* 0 of 3: 0 .. z^2 / (n + z^2) = 3.841459 / 6.841459. 1 of 10 is the textbook's .0179 .. .4042 (Agresti and
 * Coull 1998). 10 of 10 mirrors 0 of 10: 1 - 3.841459 / 13.841459. */
static void fractions_by_hand(void **state)
{
    (void)state;
    struct interval interval;
    assert_int_equal(interval_of_fraction(0, 3, 0.95, &interval, NULL), STATUS_OK);
    assert_true(interval.low == 0);
    assert_near(interval.high, 3.841459 / 6.841459, 1e-7);
    assert_int_equal(interval_of_fraction(1, 10, 0.95, &interval, NULL), STATUS_OK);
    assert_near(interval.low, 0.0179, 5e-5);
    assert_near(interval.high, 0.4042, 5e-5);
    assert_int_equal(interval_of_fraction(10, 10, 0.95, &interval, NULL), STATUS_OK);
    assert_near(interval.low, 1 - 3.841459 / 13.841459, 1e-7);
    assert_true(interval.high == 1);
}

static void fractions_of_nothing(void **state)
{
    (void)state;
    struct interval interval;
    struct error error = {0};
    assert_int_equal(interval_of_fraction(0, 0, 0.95, &interval, NULL), STATUS_OK);
    assert_true(isnan(interval.low) && isnan(interval.high));
    assert_int_equal(interval_of_fraction(4, 3, 0.95, &interval, &error), STATUS_INTERNAL);
    assert_string_equal(error.text, "interval of a fraction: 4 of 3");
    assert_int_equal(interval_of_fraction(-1, 3, 0.95, &interval, NULL), STATUS_INTERNAL);
}

static void senseless_confidences_are_refused(void **state)
{
    (void)state;
    const double levels[] = {0, 1, -1, NAN};
    struct summary summary = {.n = 3, .sd = 1};
    struct interval interval;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(interval_of_sd(&summary, levels[i], &interval, NULL), STATUS_INTERNAL);
        assert_int_equal(interval_of_fraction(1, 3, levels[i], &interval, NULL), STATUS_INTERNAL);
    }
}

/* No simulation: the coverage of Wilson's interval at a true fraction is a sum over the binomial
 * distribution. On average over the fractions it is near .95 for any n; at none inside .05 .. .95 is it below
 * .83 (Agresti and Coull 1998, figure 2: its known dips). */
static void coverage_of_wilson_is_exact(void **state)
{
    (void)state;
    const int sizes[] = {3, 5, 10, 20, 50};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        unsigned n = (unsigned)sizes[s];
        double sum = 0, least = 1;
        for (int i = 0; i < 1000; i++) {
            double fraction = (i + 0.5) / 1000, covered = 0;
            for (unsigned hits = 0; hits <= n; hits++) {
                struct interval interval;
                assert_int_equal(interval_of_fraction((int)hits, (int)n, 0.95, &interval, NULL), STATUS_OK);
                if (interval.low <= fraction && fraction <= interval.high)
                    covered += gsl_ran_binomial_pdf(hits, fraction, n);
            }
            sum += covered;
            if (fraction > 0.05 && fraction < 0.95) least = fmin(least, covered);
        }
        print_message("n %u: mean coverage %.4f, least %.4f\n", n, sum / 1000, least);
        assert_near(sum / 1000, 0.955, 0.01);
        assert_true(least > 0.826);
    }
}

/* Normal runs: the intervals of the mean and of the SD are exact, so .95 at any n. */
static void coverage_for_normal_runs(void **state)
{
    (void)state;
    const int sizes[] = {2, 3, 5, 10};
    int count = simulation_count(20000);
    for (uint32_t s = 0; s < 4; s++) {
        struct draws draws = draws_begin(100 + s, DRAWS_SIMULATION);
        int mean_hit = 0, sd_hit = 0;
        for (int i = 0; i < count; i++) {
            double values[10];
            struct summary summary;
            struct interval sd;
            simulation_fill(&draws, 0.84, 0.012, values, sizes[s]);
            assert_int_equal(summary_compute(values, (size_t)sizes[s], 0.95, &summary, NULL), STATUS_OK);
            assert_int_equal(interval_of_sd(&summary, 0.95, &sd, NULL), STATUS_OK);
            mean_hit += summary.low <= 0.84 && 0.84 <= summary.high;
            sd_hit += sd.low <= 0.012 && 0.012 <= sd.high;
        }
        print_message("n %d ", sizes[s]);
        simulation_assert_rate("mean", mean_hit, count, 0.95, 0);
        simulation_assert_rate("SD", sd_hit, count, 0.95, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sd_of_three),
        cmocka_unit_test(sd_where_there_is_none),
        cmocka_unit_test(fractions_by_hand),
        cmocka_unit_test(fractions_of_nothing),
        cmocka_unit_test(senseless_confidences_are_refused),
        cmocka_unit_test(coverage_of_wilson_is_exact),
        cmocka_unit_test(coverage_for_normal_runs),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
