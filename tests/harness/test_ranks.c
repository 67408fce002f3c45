#include "base/memory.h"
#include "harness/stats/ranks.h"
#include "harness/stats/stats.h"
#include "support_simulation.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
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

static struct ranks compare(const double *a, size_t n_a, const double *b, size_t n_b)
{
    struct ranks ranks;
    assert_int_equal(ranks_compare((struct bootstrap_sample){a, n_a}, (struct bootstrap_sample){b, n_b}, 0.95,
                                   &ranks, NULL),
                     STATUS_OK);
    return ranks;
}

/* Three on each side can at best give 2 / 20; four 2 / 70. */
static void three_runs_cannot_tell(void **state)
{
    (void)state;
    const double a[] = {5, 6, 7, 8}, b[] = {1, 2, 3, 4};
    struct ranks r = compare(a, 3, b, 3);
    assert_true(isnan(r.p));
    assert_near(r.smallest_p, 0.10, 1e-12);
    assert_true(r.superiority == 1);
    assert_true(isnan(r.interval.low) && isnan(r.interval.high)); /* it would claim what p cannot */
    r = compare(a, 4, b, 4);
    assert_true(r.exact);
    assert_near(r.p, 2.0 / 70, 1e-12);
    assert_near(r.smallest_p, 2.0 / 70, 1e-12);
    r = compare(b, 4, a, 3);
    assert_true(isnan(r.p) && r.superiority == 0);
}

/* U = 2 with five on each side: 1 + 1 + 2 of the 252 ways have U of 0, 1, 2; both tails: 8 / 252. Two of the
 * 25 pairs go the other way. */
static void five_and_five_by_hand(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4, 7}, b[] = {5, 6, 8, 9, 10};
    struct ranks r = compare(a, 5, b, 5);
    assert_near(r.p, 8.0 / 252, 1e-12);
    assert_near(r.superiority, 2.0 / 25, 1e-15);
}

/* Ties share ranks: three 1s rank 2, three 2s rank 5, two 3s rank 7.5. A's sum is 14, the mean 18; counted by
 * hand, 28 of the 70 ways to deal out four of the eight are 4 or more from it. Of the 16 pairs A wins 2 (its
 * 2s over the 1), ties 2 + 2: (2 + 4 / 2) / 16. */
static void ties_by_hand(void **state)
{
    (void)state;
    const double a[] = {1, 2, 1, 2}, b[] = {3, 1, 2, 3};
    struct ranks r = compare(a, 4, b, 4);
    assert_near(r.p, 0.4, 1e-12);
    assert_near(r.superiority, 4.0 / 16, 1e-15);
    const double same[] = {1, 1, 1, 1};
    r = compare(same, 4, same, 4);
    assert_true(r.p == 1 && r.superiority == 0.5);
}

static void failed_runs_lose(void **state)
{
    (void)state;
    const double a[] = {0.8, -INFINITY, 0.82, -INFINITY}, b[] = {0.7, 0.71, 0.72, -INFINITY};
    struct ranks r = compare(a, 4, b, 4);
    /* two runs win all four; two lose three and tie one */
    assert_near(r.superiority, (2 * 4 + 2 * 0.5) / 16, 1e-15);
}

/* From 61 runs on the normal approximation, with its corrections: for the last exact one (30 and 30, no ties)
 * it is within 2%, and what is given for 31 and 31 is the textbook's formula. */
static void the_normal_approximation_joins(void **state)
{
    (void)state;
    double a[31], b[31];
    for (int i = 0; i < 31; i++) {
        a[i] = 2 * i + (i % 3 == 0 ? 14.7 : 0.5);
        b[i] = 2 * i + 1;
    }
    struct ranks exact = compare(a, 30, b, 30), normal = compare(a, 30, b, 31);
    struct ranks full = compare(a, 31, b, 31);
    assert_true(exact.exact && !normal.exact && !full.exact);
    assert_true(exact.p > 0.2 && exact.p < 0.8);
    double mean = 30 * 61 / 2.0, sum = exact.superiority * 900 + 30 * 31 / 2.0;
    double approximate = 2 * gsl_cdf_ugaussian_Q((fabs(sum - mean) - 0.5) / sqrt(30 * 30 * 61 / 12.0));
    assert_near(approximate, exact.p, 0.02 * exact.p);
    mean = 31 * 63 / 2.0, sum = full.superiority * 961 + 31 * 32 / 2.0;
    assert_near(full.p, 2 * gsl_cdf_ugaussian_Q((fabs(sum - mean) - 0.5) / sqrt(31 * 31 * 63 / 12.0)), 1e-12);
    double same[31] = {0};
    assert_true(compare(same, 31, same, 31).p == 1);
}

static void empty_and_senseless_sides(void **state)
{
    (void)state;
    const double a[] = {1, NAN}, b[] = {2};
    struct ranks r = compare(a, 1, NULL, 0);
    assert_true(isnan(r.superiority) && isnan(r.interval.low) && isnan(r.p) && isnan(r.smallest_p));
    struct bootstrap_sample with_nan = {a, 2}, other = {b, 1};
    assert_int_equal(ranks_compare(with_nan, other, 0.95, &r, NULL), STATUS_INTERNAL);
    assert_int_equal(ranks_compare(other, other, 0, &r, NULL), STATUS_INTERNAL);
    r = compare(a, 1, b, 1);
    assert_true(r.superiority == 0 && isnan(r.interval.low) && isnan(r.interval.high));
    assert_true(r.smallest_p == 1);
}

/* The interval turns round with the sides, holds its estimate, and narrows with more runs. */
static void the_interval_is_symmetrical(void **state)
{
    (void)state;
    const double a[] = {3, 5, 6, 9, 7, 8}, b[] = {1, 2, 4, 6, 5, 3};
    struct ranks forward = compare(a, 6, b, 6), back = compare(b, 6, a, 6), fewer = compare(a, 4, b, 4);
    assert_near(forward.interval.low, 1 - back.interval.high, 1e-9);
    assert_near(forward.interval.high, 1 - back.interval.low, 1e-9);
    assert_true(forward.interval.low < forward.superiority && forward.superiority < forward.interval.high);
    assert_true(fewer.interval.high - fewer.interval.low > forward.interval.high - forward.interval.low);
}

/* With three runs a side there is no interval to claim anything by; with four it covers 1/2 as often as it
 * should, as near as so few orders allow: it leaves 1/2 out for the 2 + 2 of the 70 orders in which at most
 * one of 16 pairs goes the other way, 1 - 4 / 70 = .943. */
static void three_and_four_runs(void **state)
{
    (void)state;
    struct draws draws = draws_begin(990, DRAWS_SIMULATION);
    int count = simulation_count(4000), covered = 0;
    for (int i = 0; i < count; i++) {
        double a[4], b[4];
        simulation_fill(&draws, 0, 1, a, 4);
        simulation_fill(&draws, 0, 1, b, 4);
        struct ranks three = compare(a, 3, b, 3), uneven = compare(a, 4, b, 3), four = compare(a, 4, b, 4);
        assert_true(isnan(three.interval.low) && isnan(three.interval.high) && isnan(uneven.interval.low));
        covered += four.interval.low <= 0.5 && 0.5 <= four.interval.high;
    }
    simulation_assert_rate("covered 1/2 with four runs", covered, count, 0.943, 0.005);
}

/* Normal runs whose means differ by delta SDs: a run of A is larger with probability Phi(delta / sqrt 2).
 * Newcombe found mean coverages of .94 to .97 for samples like these: .955 +- .02, and the test at 5% wrong
 * in at most 5%. */
static void coverage_and_error_rate(void **state)
{
    (void)state;
    const double deltas[] = {0, 1, 2};
    int count = simulation_count(2000);
    for (int n = 4; n <= 10; n += 3) {
        for (uint32_t d = 0; d < 3; d++) {
            struct draws draws = draws_begin(1000 + 10 * (uint32_t)n + d, DRAWS_SIMULATION);
            double truth = gsl_cdf_ugaussian_P(deltas[d] / M_SQRT2);
            int covered = 0, claimed = 0;
            for (int i = 0; i < count; i++) {
                double a[10], b[10];
                simulation_fill(&draws, deltas[d], 1, a, n);
                simulation_fill(&draws, 0, 1, b, n);
                struct ranks r = compare(a, (size_t)n, b, (size_t)n);
                covered += r.interval.low <= truth && truth <= r.interval.high;
                claimed += r.p <= 0.05;
            }
            print_message("n %d, truth %.3f ", n, truth);
            simulation_assert_rate("covered", covered, count, 0.955, 0.02);
            if (d == 0) simulation_assert_at_most("claimed where nothing is", claimed, count, 0.05);
        }
    }
}

static void failing_allocations(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4}, b[] = {3, 5, 6, 7};
    struct ranks ranks;
    long alive = memory_blocks_alive();
    for (long n = 1; n <= 4; n++) {
        memory_fail_from(n);
        enum status status = ranks_compare((struct bootstrap_sample){a, 4}, (struct bootstrap_sample){b, 4},
                                           0.95, &ranks, NULL);
        memory_fail_from(0);
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_runs_cannot_tell),
        cmocka_unit_test(five_and_five_by_hand),
        cmocka_unit_test(ties_by_hand),
        cmocka_unit_test(failed_runs_lose),
        cmocka_unit_test(the_normal_approximation_joins),
        cmocka_unit_test(empty_and_senseless_sides),
        cmocka_unit_test(the_interval_is_symmetrical),
        cmocka_unit_test(three_and_four_runs),
        cmocka_unit_test(coverage_and_error_rate),
        cmocka_unit_test(failing_allocations),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
