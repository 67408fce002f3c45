#include "base/memory.h"
#include "harness/stats/bootstrap.h"
#include "harness/stats/stats.h"
#include "support_simulation.h"

#include <gsl/gsl_cdf.h>
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

static const enum bootstrap_method METHODS[] = {BOOTSTRAP_PERCENTILE, BOOTSTRAP_BCA, BOOTSTRAP_STUDENTISED};

static struct interval of_mean(const double *values, size_t count, const struct bootstrap_plan *plan)
{
    struct interval interval;
    assert_int_equal(bootstrap_mean((struct bootstrap_sample){values, count}, plan, &interval, NULL),
                     STATUS_OK);
    return interval;
}

/* Two values a < b: a resample's mean is a, (a + b) / 2 or b with probability 1/4, 1/2, 1/4, so any 95%
 * percentile interval is a..b. */
static void two_values_in_closed_form(void **state)
{
    (void)state;
    const double values[] = {0.85, 0.83};
    struct bootstrap_plan plan = bootstrap_plan_default(1);
    plan.method = BOOTSTRAP_PERCENTILE;
    struct interval interval = of_mean(values, 2, &plan);
    assert_true(interval.low == 0.83 && interval.high == 0.85);
}

/* Of many values the percentile interval is the normal one, mean -+ 1.96 * sd / sqrt n with the divisor n in
 * the SD. 0..99: mean 49.5, SD sqrt((100^2 - 1) / 12) = 28.866. The quantiles of 200000 resamples are known
 * to sqrt(.025 * .975 / 200000) / (density .0584 / SE) = .006 SE; the normal limit itself is that good here.
 */
static void many_values_are_nearly_normal(void **state)
{
    (void)state;
    double values[100];
    for (int i = 0; i < 100; i++)
        values[i] = i;
    for (size_t m = 0; m < 2; m++) {
        struct bootstrap_plan plan = {
            .method = METHODS[m], .confidence = 0.95, .resamples = 200000, .seed = 7};
        struct interval interval = of_mean(values, 100, &plan);
        assert_true(fabs(interval.low - (49.5 - 1.96 * 2.8866)) < 0.1);
        assert_true(fabs(interval.high - (49.5 + 1.96 * 2.8866)) < 0.1);
    }
}

/* Skewed values: BCa and the studentised interval reach further to the long side than to the short one. */
static void skewed_values_give_lopsided_intervals(void **state)
{
    (void)state;
    const double values[] = {0.1, 0.11, 0.12, 0.1, 0.13, 0.11, 0.15, 0.2, 0.3, 0.6};
    double mean = 0.192;
    struct bootstrap_plan plan = bootstrap_plan_default(3);
    plan.method = BOOTSTRAP_PERCENTILE;
    struct interval plain = of_mean(values, 10, &plan);
    plan.method = BOOTSTRAP_BCA;
    struct interval corrected = of_mean(values, 10, &plan);
    assert_true(corrected.low > plain.low && corrected.high > plain.high);
    plan.method = BOOTSTRAP_STUDENTISED;
    struct interval studentised = of_mean(values, 10, &plan);
    assert_true(studentised.high - mean > 2 * (mean - studentised.low));
}

static void the_seed_decides_every_bit(void **state)
{
    (void)state;
    const double values[] = {0.8123, 0.8437, 0.8671, 0.8319, 0.8043, 0.8292, 0.8514, 0.8366};
    for (size_t m = 0; m < 3; m++) {
        struct bootstrap_plan plan = bootstrap_plan_default(11);
        plan.method = METHODS[m];
        struct interval once = of_mean(values, 8, &plan), again = of_mean(values, 8, &plan);
        assert_memory_equal(&once, &again, sizeof once);
    }
    struct bootstrap_plan one = bootstrap_plan_default(11), other = bootstrap_plan_default(12);
    assert_true(of_mean(values, 8, &one).low != of_mean(values, 8, &other).low);
}

static void degenerate_values(void **state)
{
    (void)state;
    const double equal[] = {0.1, 0.1, 0.1}, single[] = {0.4, NAN, INFINITY}, three[] = {0.1, 0.2, 0.4};
    struct interval interval;
    for (size_t m = 0; m < 3; m++) {
        struct bootstrap_plan plan = bootstrap_plan_default(1);
        plan.method = METHODS[m];
        interval = of_mean(equal, 3, &plan);
        assert_true(interval.low == 0.1 && interval.high == 0.1);
        interval = of_mean(single, 3, &plan);
        assert_true(isnan(interval.low) && isnan(interval.high));
        interval = of_mean(NULL, 0, &plan);
        assert_true(isnan(interval.low) && isnan(interval.high));
        struct bootstrap_sample a = {three, 3}, b = {single, 3};
        assert_int_equal(bootstrap_difference(a, b, &plan, &interval, NULL), STATUS_OK);
        assert_true(isnan(interval.low) && isnan(interval.high));
        interval = of_mean(three, 3, &plan);
        /* 1/9 of the resamples of three values repeat one value: no studentised interval at 95% */
        assert_int_equal(isnan(interval.low), METHODS[m] == BOOTSTRAP_STUDENTISED);
        assert_int_equal(isnan(interval.high), METHODS[m] == BOOTSTRAP_STUDENTISED);
    }
}

/* A difference of groups that do not vary is known; shifting one group shifts the interval. */
static void differences(void **state)
{
    (void)state;
    const double a[] = {0.5, 0.5}, b[] = {0.25, 0.25, 0.25};
    const double x[] = {0.5, 0.625, 0.75, 0.5, 0.625}, y[] = {0.25, 0.5, 0.375, 0.25};
    const double shifted[] = {1.5, 1.625, 1.75, 1.5, 1.625};
    struct bootstrap_plan plan = bootstrap_plan_default(5);
    struct interval interval, moved;
    assert_int_equal(bootstrap_difference((struct bootstrap_sample){a, 2}, (struct bootstrap_sample){b, 3},
                                          &plan, &interval, NULL),
                     STATUS_OK);
    assert_true(interval.low == 0.25 && interval.high == 0.25);
    assert_int_equal(bootstrap_difference((struct bootstrap_sample){x, 5}, (struct bootstrap_sample){y, 4},
                                          &plan, &interval, NULL),
                     STATUS_OK);
    assert_true(interval.low < 0.6 - 0.34375 && interval.high > 0.6 - 0.34375);
    assert_int_equal(bootstrap_difference((struct bootstrap_sample){shifted, 5},
                                          (struct bootstrap_sample){y, 4}, &plan, &moved, NULL),
                     STATUS_OK);
    assert_true(fabs(moved.low - 1 - interval.low) < 1e-12 && fabs(moved.high - 1 - interval.high) < 1e-12);
}

static void senseless_plans_are_refused(void **state)
{
    (void)state;
    const double values[] = {1, 2};
    struct bootstrap_sample sample = {values, 2};
    struct bootstrap_plan plan = bootstrap_plan_default(1);
    struct interval interval;
    struct error error = {0};
    plan.resamples = 0;
    assert_int_equal(bootstrap_mean(sample, &plan, &interval, &error), STATUS_INTERNAL);
    assert_string_equal(error.text, "bootstrap: 0 resamples, fewer than 1");
    plan = bootstrap_plan_default(1);
    plan.confidence = 1;
    assert_int_equal(bootstrap_difference(sample, sample, &plan, &interval, NULL), STATUS_INTERNAL);
}

static void failing_allocations(void **state)
{
    (void)state;
    const double values[] = {0.1, 0.2, 0.4, 0.5};
    struct bootstrap_sample sample = {values, 4};
    struct bootstrap_plan plan = bootstrap_plan_default(1);
    struct interval interval;
    long alive = memory_blocks_alive();
    for (long n = 1; n <= 3; n++) {
        memory_fail_from(n);
        enum status status = bootstrap_difference(sample, sample, &plan, &interval, NULL);
        enum status of_one = STATUS_NO_MEMORY;
        if (n <= 2) {
            memory_fail_from(n);
            of_one = bootstrap_mean(sample, &plan, &interval, NULL);
        }
        memory_fail_from(0);
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(of_one, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
}

/* What the header promises. The percentile interval is close to the normal one with the divisor n in the SD,
 * which covers P(|t(n - 1)| < 1.96 sqrt((n - 1) / n)); .02 is allowed for that approximation. The studentised
 * interval of normal runs is calibrated to a percent or two (.015 here, and .005 for 399 resamples instead of
 * 4999). */
static void coverage(void **state)
{
    (void)state;
    const int sizes[] = {3, 5, 8, 10, 20};
    int count = simulation_count(500);
    for (uint32_t s = 0; s < 5; s++) {
        int n = sizes[s], hits[3] = {0};
        struct draws draws = draws_begin(200 + s, DRAWS_SIMULATION);
        for (int i = 0; i < count; i++) {
            double values[20];
            simulation_fill(&draws, 0.84, 0.012, values, n);
            for (size_t m = 0; m < 3; m++) {
                struct bootstrap_plan plan = {
                    .method = METHODS[m], .confidence = 0.95, .resamples = 399, .seed = (uint32_t)i};
                struct interval interval = of_mean(values, (size_t)n, &plan);
                hits[m] += interval.low <= 0.84 && 0.84 <= interval.high;
            }
        }
        double limit = 1.959964 * sqrt((n - 1.0) / n);
        double plain = 1 - 2 * gsl_cdf_tdist_Q(limit, n - 1);
        print_message("n %d ", n);
        simulation_assert_rate("percentile", hits[0], count, plain, 0.02);
        simulation_assert_rate("BCa", hits[1], count, plain, 0.025);
        if (n > 3) simulation_assert_rate("studentised", hits[2], count, 0.95, 0.02);
    }
}

/* Unequal groups, unequal SDs: the studentised difference covers. */
static void coverage_of_differences(void **state)
{
    (void)state;
    int count = simulation_count(1000), hits = 0;
    struct draws draws = draws_begin(300, DRAWS_SIMULATION);
    for (int i = 0; i < count; i++) {
        double a[5], b[8];
        simulation_fill(&draws, 0.85, 0.02, a, 5);
        simulation_fill(&draws, 0.84, 0.01, b, 8);
        struct bootstrap_plan plan = bootstrap_plan_default((uint32_t)i);
        plan.resamples = 399;
        struct interval interval;
        assert_int_equal(bootstrap_difference((struct bootstrap_sample){a, 5},
                                              (struct bootstrap_sample){b, 8}, &plan, &interval, NULL),
                         STATUS_OK);
        hits += interval.low <= 0.01 && 0.01 <= interval.high;
    }
    simulation_assert_rate("difference of 5 and 8", hits, count, 0.95, 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_values_in_closed_form),
        cmocka_unit_test(many_values_are_nearly_normal),
        cmocka_unit_test(skewed_values_give_lopsided_intervals),
        cmocka_unit_test(the_seed_decides_every_bit),
        cmocka_unit_test(degenerate_values),
        cmocka_unit_test(differences),
        cmocka_unit_test(senseless_plans_are_refused),
        cmocka_unit_test(failing_allocations),
        cmocka_unit_test(coverage),
        cmocka_unit_test(coverage_of_differences),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
