/* Whether Welch's test keeps its level: values from elsewhere, the level at every true share computed in
 * another way, and the same simulated. */
#include "harness/stats/welch.h"

#include "harness/stats/stats.h"
#include "tests/harness/support_simulation.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { NODES = 96, MOST_RUNS = 20 };

static struct error error;

static double p_of(struct welch_test *test, double share, double t)
{
    double p;
    assert_int_equal(welch_p(test, share, t, &p, &error), STATUS_OK);
    return p;
}

/* By scipy 1.17: Student's t of the header's degrees of freedom, the largest probability by Gauss and
 * Legendre's rule of 96 nodes and a bounded search over the logits of the true share. Bounds are wider than
 * these by what straight lines between levels add. */
static void quantiles_are_those_of_scipy(void **state)
{
    (void)state;
    static const struct {
        int n_a, n_b;
        double share, level, quantile;
    } cases[] = {
        {3, 3, 0.5, 0.05, 2.203474},     {3, 3, 0.5, 0.0125, 3.945246}, {3, 10, 0.75, 0.05, 2.571054},
        {3, 10, 0.75, 0.0125, 5.496432}, {3, 10, 0.1, 0.005, 3.901613}, {5, 20, 0.8, 0.025, 2.578632},
        {10, 10, 0.5, 0.025, 2.109918},  {20, 3, 0.3, 0.05, 2.534602},  {2, 20, 0.6, 0.05, 5.041282}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct welch_test test = {.n_a = cases[i].n_a, .n_b = cases[i].n_b};
        double quantile = welch_quantile(&test, cases[i].share, cases[i].level);
        print_message("%d against %d at %g: %.6f of %.6f\n", test.n_a, test.n_b, cases[i].level, quantile,
                      cases[i].quantile);
        assert_true(quantile > cases[i].quantile * (1 - 1e-4) && quantile < cases[i].quantile * (1 + 1e-3));
    }
    struct welch_test test = {.n_a = 5, .n_b = 5};
    double p = p_of(&test, 0.3, 4);
    assert_true(p > 0.0039091885 * (1 - 3e-4) && p < 0.0039091885 * (1 + 3e-3));
    test = (struct welch_test){.n_a = 10, .n_b = 20};
    assert_true(fabs(p_of(&test, 0.6, 2.5) - 0.011546681) < 1e-6);
}

/* p is the level whose bound the difference reaches, below the last computed level too. */
static void p_and_quantile_are_each_others_inverse(void **state)
{
    (void)state;
    static const int sizes[][2] = {{2, 2}, {3, 3}, {3, 4}, {3, 10}, {20, 5}, {60, 7}, {150, 150}, {300, 200}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct welch_test test = {.n_a = sizes[i][0], .n_b = sizes[i][1]};
        double before = -1;
        for (double level = 0.5; level > 1e-9; level /= 1.7) {
            double quantile = welch_quantile(&test, 0.3, level), p = p_of(&test, 0.3, quantile);
            assert_true(quantile >= before && p <= level * (1 + 1e-6));
            if (level > 1e-3 && sizes[i][0] > 2) assert_true(p > level * (1 - 1e-6));
            before = quantile;
        }
        assert_true(fabs(p_of(&test, 0.3, 0) - 0.5) < 1e-9);
    }
}

/* Where the sides' squares stand for the true variances, b and 1 - b of their sum, at a true share of side a.
 */
struct sharing {
    double seen;   /* share of side a that is seen */
    double factor; /* of a bound, for Student's t of all degrees of freedom */
};

static struct sharing share_seen(int n_a, int n_b, double share, double b)
{
    double of_a = share * b / (n_a - 1), of_b = (1 - share) * (1 - b) / (n_b - 1);
    return (struct sharing){of_a / (of_a + of_b), sqrt((n_a + n_b - 2) * (of_a + of_b))};
}

/* The test under test, and what it is compared with. */
enum kind { KEPT, WELCHS_OWN, FEWEST_FREEDOM };

static double quantile_at(struct welch_test *test, enum kind kind, double share, double level)
{
    int fewest = (test->n_a < test->n_b ? test->n_a : test->n_b) - 1;
    if (kind == KEPT) return welch_quantile(test, share, level);
    return gsl_cdf_tdist_Qinv(level, kind == WELCHS_OWN ? welch_freedom(test, share) : fewest);
}

/* How often a normal value of mean `drop` lies more than `t` times x off 0, x the root of chi-square over its
 * `degrees` of freedom: Student's t without a drop. */
static double beyond(double t, double drop, double degrees, const gsl_integration_glfixed_table *table)
{
    if (drop == 0) return gsl_cdf_tdist_Q(t, degrees);
    double low = sqrt(gsl_cdf_chisq_Pinv(1e-9, degrees)), high = sqrt(gsl_cdf_chisq_Qinv(1e-9, degrees)),
           sum = 0;
    for (size_t i = 0; i < NODES; i++) {
        double x, weight;
        gsl_integration_glfixed_point(low, high, i, &x, &weight, table);
        sum += weight * 2 * x * gsl_ran_chisq_pdf(x * x, degrees) *
               gsl_cdf_ugaussian_P(drop - t * x / sqrt(degrees));
    }
    return sum;
}

/* How often the difference lies beyond the bound at `level` where the true one is `drop` standard errors,
 * over the angle whose sine squared is b. */
static double rate_at(struct welch_test *test, enum kind kind, double share, double level, double drop)
{
    const double a = test->n_a - 1, b = test->n_b - 1;
    double constant = M_LN2 - gsl_sf_lnbeta(a / 2, b / 2), sum = 0;
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
    assert_non_null(table);
    for (size_t i = 0; i < NODES; i++) {
        double angle, weight;
        gsl_integration_glfixed_point(0, M_PI_2, i, &angle, &weight, table);
        double sine = sin(angle), cosine = cos(angle);
        struct sharing sharing = share_seen(test->n_a, test->n_b, share, sine * sine);
        double t = quantile_at(test, kind, sharing.seen, level) * sharing.factor;
        sum += weight * exp(constant + (a - 1) * log(sine) + (b - 1) * log(cosine)) *
               beyond(t, drop, a + b, table);
    }
    gsl_integration_glfixed_table_free(table);
    return sum;
}

/* The share of side a in the true squared error, where its SD is `ratio` times the other's. */
static double true_share(const struct welch_test *test, double ratio)
{
    double part = ratio * ratio / test->n_a;
    return part / (part + 1.0 / test->n_b);
}

/* The largest over SDs of one side of 1/40 to 40 times the other's. */
static double largest_level(struct welch_test *test, enum kind kind, double level)
{
    double most = 0;
    for (double ratio = 1.0 / 40; ratio < 41; ratio *= 1.2)
        most = fmax(most, rate_at(test, kind, true_share(test, ratio), level, 0));
    return most;
}

/* Not above the level, and near it somewhere, so that no power is given away for nothing. */
static void level_is_kept_at_any_ratio_of_sds(void **state)
{
    (void)state;
    static const int sizes[] = {3, 4, 5, 7, 10, 20};
    enum { COUNT = sizeof sizes / sizeof *sizes };
    double highest = 0, lowest = 1, level = 0.05;
    for (int k = 1; k <= 8; k *= 2) {
        for (int i = 0; i < COUNT; i++) {
            for (int j = 0; j <= i; j++) {
                struct welch_test test = {.n_a = sizes[i], .n_b = sizes[j]};
                double kept = largest_level(&test, KEPT, level / k) / (level / k);
                highest = fmax(highest, kept);
                lowest = fmin(lowest, kept);
            }
        }
    }
    print_message("of 0.05 to 0.05 / 8, 3 to 20 runs on a side: %.5f to %.5f times the level\n", lowest,
                  highest);
    assert_true(highest < 1 + 3e-4);
    assert_true(lowest > 0.98);
}

/* The smallest drop that is found 8 times in 10, in true standard errors, at equal SDs. */
static double found_drop(struct welch_test *test, enum kind kind, double level)
{
    double low = 0, high = 60;
    while (high - low > 1e-3) {
        double middle = (low + high) / 2;
        if (rate_at(test, kind, true_share(test, 1), level, middle) < 0.8)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* docs/power.md and welch.h say these, in percent. The fewest degrees of freedom alone lose more. */
static void little_power_is_lost(void **state)
{
    (void)state;
    static const struct {
        int n_a, n_b, settings;
        double lost, by_fewest;
    } cases[] = {{3, 3, 1, 3, 18},  {3, 3, 4, 15, 41}, {3, 10, 1, 9, 18}, {3, 10, 4, 28, 38},
                 {5, 5, 1, 1, 8},   {5, 5, 4, 3, 17},  {5, 20, 1, 2, 7},  {5, 20, 4, 7, 13},
                 {10, 10, 1, 0, 4}, {10, 10, 4, 1, 7}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct welch_test test = {.n_a = cases[i].n_a, .n_b = cases[i].n_b};
        double level = 0.05 / cases[i].settings, own = found_drop(&test, WELCHS_OWN, level) / 100;
        double lost = found_drop(&test, KEPT, level) / own - 100;
        double by_fewest = found_drop(&test, FEWEST_FREEDOM, level) / own - 100;
        print_message(
            "%d against %d, %d settings: a drop larger by %.1f%%, by the fewest degrees of freedom %.1f%%\n",
            test.n_a, test.n_b, cases[i].settings, lost, by_fewest);
        assert_true(fabs(lost - cases[i].lost) < 0.6 && fabs(by_fewest - cases[i].by_fewest) < 0.6);
    }
}

static void welchs_own_test_does_not_keep_it(void **state)
{
    (void)state;
    static const struct {
        int n_a, n_b;
        double level, largest;
    } cases[] = {{3, 10, 0.05, 0.0592},
                 {3, 10, 0.0125, 0.0235},
                 {3, 3, 0.05, 0.0537},
                 {3, 3, 0.0125, 0.0169},
                 {5, 20, 0.0125, 0.0161}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct welch_test test = {.n_a = cases[i].n_a, .n_b = cases[i].n_b};
        assert_true(fabs(largest_level(&test, WELCHS_OWN, cases[i].level) - cases[i].largest) < 1e-4);
    }
}

/* Its mean as the draws' sum, its variance by their squares. */
static void draw_side(struct draws *draws, double sd, int n, double *mean, double *part)
{
    double values[MOST_RUNS], squares = 0;
    *mean = 0;
    simulation_fill(draws, 0, sd, values, n);
    for (int i = 0; i < n; i++)
        *mean += values[i] / n;
    for (int i = 0; i < n; i++)
        squares += (values[i] - *mean) * (values[i] - *mean);
    *part = squares / (n - 1) / n;
}

static void level_is_kept_in_simulations(void **state)
{
    (void)state;
    static const struct {
        int n_a, n_b;
        double sd, level;
    } cases[] = {{3, 3, 5, 0.05},     {3, 3, 1, 0.05},    {3, 3, 7, 0.0125}, {3, 10, 1, 0.05},
                 {3, 10, 2, 0.0125},  {3, 10, 8, 0.0125}, {4, 3, 0.2, 0.05}, {5, 20, 1.5, 0.05},
                 {20, 5, 0.5, 0.025}, {10, 10, 4, 0.05}};
    int count = simulation_count(20000);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct welch_test test = {.n_a = cases[i].n_a, .n_b = cases[i].n_b};
        struct draws draws = draws_begin(21 + (uint32_t)i, DRAWS_SIMULATION);
        int hits = 0;
        char what[80];
        for (int night = 0; night < count; night++) {
            double a, b, part_a, part_b;
            draw_side(&draws, cases[i].sd, test.n_a, &a, &part_a);
            draw_side(&draws, 1, test.n_b, &b, &part_b);
            double share = part_a / (part_a + part_b), t = (a - b) / sqrt(part_a + part_b);
            hits += t > welch_quantile(&test, share, cases[i].level);
        }
        double expected = rate_at(&test, KEPT, true_share(&test, cases[i].sd), cases[i].level, 0);
        snprintf(what, sizeof what, "%d against %d, SD %g times, at %g", test.n_a, test.n_b, cases[i].sd,
                 cases[i].level);
        simulation_assert_rate(what, hits, count, expected, 1e-4);
        simulation_assert_at_most(what, hits, count, cases[i].level);
    }
}

static void many_runs_need_no_correction(void **state)
{
    (void)state;
    struct welch_test test = {.n_a = 400, .n_b = WELCH_EXACT_RUNS + 1};
    double freedom = welch_freedom(&test, 0.4), own = gsl_cdf_tdist_Qinv(0.01, freedom);
    assert_true(fabs(welch_quantile(&test, 0.4, 0.01) / own - 1) < 2e-3);
    test = (struct welch_test){.n_a = WELCH_EXACT_RUNS, .n_b = WELCH_EXACT_RUNS};
    own = gsl_cdf_tdist_Qinv(0.01, welch_freedom(&test, 0.5));
    assert_true(fabs(welch_quantile(&test, 0.5, 0.01) / own - 1) < 1e-4);
}

/* What was asked for is found again, until more sizes were asked for than there is room for. */
static void sizes_are_remembered(void **state)
{
    (void)state;
    struct welch_tests tests = {0};
    struct welch_test own, *first = welch_tests_find(&tests, 3, 5, &own);
    assert_true(welch_quantile(first, 0.5, 0.05) > 0 && first->levels > 0);
    assert_ptr_equal(welch_tests_find(&tests, 3, 5, &own), first);
    assert_ptr_not_equal(welch_tests_find(&tests, 5, 3, &own), first);
    for (int n = 6; n < 6 + WELCH_SIZES; n++)
        assert_int_equal(welch_tests_find(&tests, 3, n, &own)->n_b, n);
    assert_int_equal(welch_tests_find(&tests, 3, 5, &own)->levels, 0);
    assert_ptr_equal(welch_tests_find(NULL, 3, 5, &own), &own);
    assert_true(own.n_a == 3 && own.n_b == 5 && own.levels == 0);
}

static int initialise(void **state)
{
    (void)state;
    stats_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_scipy),
        cmocka_unit_test(p_and_quantile_are_each_others_inverse),
        cmocka_unit_test(level_is_kept_at_any_ratio_of_sds),
        cmocka_unit_test(welchs_own_test_does_not_keep_it),
        cmocka_unit_test(little_power_is_lost),
        cmocka_unit_test(level_is_kept_in_simulations),
        cmocka_unit_test(many_runs_need_no_correction),
        cmocka_unit_test(sizes_are_remembered),
    };
    return cmocka_run_group_tests(tests, initialise, NULL);
}
