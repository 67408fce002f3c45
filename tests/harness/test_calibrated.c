#include "harness/stats/calibrated.h"
#include "harness/stats/range.h"
#include "harness/stats/stats.h"
#include "support_simulation.h"

#include <gsl/gsl_math.h>
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

static struct calibrated_rule two_points(void)
{
    struct calibrated_rule rule;
    assert_int_equal(calibrated_rule_default(2, &rule, NULL), STATUS_OK);
    return rule;
}

static struct calibrated judge(const double *values, size_t count, int failed)
{
    struct calibrated_rule rule = two_points();
    struct summary summary;
    struct calibrated calibrated;
    assert_int_equal(summary_compute(values, count, SUMMARY_CONFIDENCE, &summary, NULL), STATUS_OK);
    assert_int_equal(calibrated_judge(&rule, &summary, failed, &calibrated, NULL), STATUS_OK);
    return calibrated;
}

/* d2 of control charts for 2..5 and 10 (ASTM E2587), and 3 / sqrt(pi) in closed form. */
static void expected_ranges(void **state)
{
    (void)state;
    const struct {
        int n;
        double width, tolerance;
    } known[] = {{2, 2 / M_SQRTPI, 1e-8},
                 {3, 3 / M_SQRTPI, 1e-8},
                 {4, 2.059, 5e-4},
                 {5, 2.326, 5e-4},
                 {10, 3.078, 5e-4}};
    double width;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_int_equal(range_expected(known[i].n, &width, NULL), STATUS_OK);
        assert_near(width, known[i].width, known[i].tolerance);
    }
    assert_int_equal(range_expected(1, &width, NULL), STATUS_OK);
    assert_true(isnan(width));
}

/* The quantile undoes the probability; the studentised range's table for infinite degrees of freedom
 * has 3.314 for three at 95%, and for two the width is 2 erfinv(p) = sqrt 2 * 1.959964. */
static void quantiles_of_the_range(void **state)
{
    (void)state;
    double width, probability;
    for (int n = 2; n <= 50; n += 6) {
        for (double p = 0.001; p < 1; p += 0.111) {
            assert_int_equal(range_quantile(p, n, &width, NULL), STATUS_OK);
            assert_int_equal(range_probability(width, n, &probability, NULL), STATUS_OK);
            assert_near(probability, p, 1e-9);
        }
    }
    assert_int_equal(range_quantile(0.95, 3, &width, NULL), STATUS_OK);
    assert_near(width, 3.314, 5e-4);
    assert_int_equal(range_quantile(0.95, 2, &width, NULL), STATUS_OK);
    assert_near(width, M_SQRT2 * 1.959964, 1e-6);
    assert_int_equal(range_quantile(0.95, 1, &width, NULL), STATUS_OK);
    assert_true(isnan(width));
    assert_int_equal(range_quantile(1, 3, &width, NULL), STATUS_INTERNAL);
    assert_int_equal(range_quantile(NAN, 3, &width, NULL), STATUS_INTERNAL);
}

/* The table of the design, in points: two decimals. */
static void the_thresholds_of_the_table(void **state)
{
    (void)state;
    const struct {
        int n;
        double range_low, range_high, sd_low, sd_high;
    } table[] = {{2, 0.10, 3.28, .07, 2.32}, {3, 0.51, 3.92, .27, 2.05},  {5, 1.22, 4.56, .50, 1.82},
                 {8, 1.89, 5.06, .66, 1.68}, {10, 2.20, 5.29, .72, 1.62}, {20, 3.10, 5.92, .86, 1.49}};
    struct calibrated_rule rule = two_points();
    assert_near(rule.sigma0, 1.1816, 5e-5);
    assert_true(rule.alpha == 0.05);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct calibrated_thresholds at;
        assert_int_equal(calibrated_thresholds(&rule, table[i].n, &at, NULL), STATUS_OK);
        assert_near(at.range_low, table[i].range_low, 0.005 + 1e-9);
        assert_near(at.range_high, table[i].range_high, 0.005 + 1e-9);
        assert_near(at.sd_low, table[i].sd_low, 0.005 + 1e-9);
        assert_near(at.sd_high, table[i].sd_high, 0.005 + 1e-9);
    }
    struct calibrated_thresholds none;
    assert_int_equal(calibrated_thresholds(&rule, 1, &none, NULL), STATUS_OK);
    assert_true(isnan(none.range_low) && isnan(none.range_high) && isnan(none.sd_low) && isnan(none.sd_high));
}

/* Points. 83, 84, 85: range 2, s 1, between both pairs of thresholds for three. */
static void verdicts(void **state)
{
    (void)state;
    const double recipe[] = {83, 84, 85}, wide[] = {80, 84, 83}, close[] = {84, 84.2, 84.4};
    struct calibrated c = judge(recipe, 3, 0);
    assert_int_equal(c.verdict, CALIBRATED_UNDETERMINED);
    assert_int_equal(c.by_range, CALIBRATED_UNDETERMINED);
    assert_int_equal(c.by_sd, CALIBRATED_UNDETERMINED);
    assert_false(c.few_seeds);
    assert_true(c.sd.low < 1.1816 && c.sd.high > 1.1816);
    c = judge(wide, 3, 0); /* range 4 >= 3.92, s 2.08 >= 2.05 */
    assert_int_equal(c.by_range, CALIBRATED_UNSTABLE);
    assert_int_equal(c.by_sd, CALIBRATED_UNSTABLE);
    assert_int_equal(c.verdict, CALIBRATED_UNSTABLE);
    assert_true(c.sd.low > 1.1816);
    assert_int_equal(c.further, 0);
    c = judge(close, 3, 0); /* range 0.4 <= 0.51, s 0.2 <= 0.27 */
    assert_int_equal(c.by_range, CALIBRATED_STABLE);
    assert_int_equal(c.verdict, CALIBRATED_STABLE);
    assert_true(c.sd.high < 1.1816);
}

/* The range sees only two of the runs, s all of them. */
static void range_and_sd_may_differ(void **state)
{
    (void)state;
    const double values[] = {0, 0, 0, 4.2, 4.2, 4.2}; /* range 4.2 < 4.75; s = 4.2 sqrt(.3) = 2.30 >= 1.76 */
    struct calibrated c = judge(values, 6, 0);
    assert_int_equal(c.by_range, CALIBRATED_UNDETERMINED);
    assert_int_equal(c.by_sd, CALIBRATED_UNSTABLE);
    assert_int_equal(c.verdict, CALIBRATED_UNSTABLE);
}

static void a_failed_run_is_unstable(void **state)
{
    (void)state;
    const double close[] = {84, 84.2, 84.4};
    struct calibrated c = judge(close, 3, 1);
    assert_int_equal(c.by_sd, CALIBRATED_STABLE);
    assert_int_equal(c.verdict, CALIBRATED_UNSTABLE);
    assert_near(c.failing.low, 0.0456, 5e-5); /* Wilson, 1 of 4: .0456 .. .6994 */
    assert_near(c.failing.high, 0.6994, 5e-5);
    c = judge(NULL, 0, 3);
    assert_int_equal(c.verdict, CALIBRATED_UNSTABLE);
    assert_int_equal(c.by_sd, CALIBRATED_UNDEFINED);
}

static void degenerate_runs(void **state)
{
    (void)state;
    const double one[] = {84}, with_nan[] = {84, NAN}, equal[] = {84, 84, 84, 84};
    struct calibrated c = judge(NULL, 0, 0);
    assert_int_equal(c.verdict, CALIBRATED_UNDEFINED);
    assert_true(isnan(c.failing.low) && isnan(c.sd.low));
    assert_int_equal(judge(one, 1, 0).verdict, CALIBRATED_UNDEFINED);
    assert_int_equal(judge(with_nan, 2, 0).verdict, CALIBRATED_UNDEFINED);
    c = judge(equal, 4, 0);
    assert_int_equal(c.by_range, CALIBRATED_STABLE);
    assert_int_equal(c.verdict, CALIBRATED_STABLE);
    const double pair[] = {84, 84};
    c = judge(pair, 2, 0);
    assert_true(c.few_seeds);
}

/* A limit of 0: equal runs are stable, any spread is not. */
static void a_limit_of_zero(void **state)
{
    (void)state;
    const double equal[] = {1, 1, 1}, unequal[] = {1, 1, 1.01};
    struct calibrated_rule rule;
    struct summary summary;
    struct calibrated c;
    assert_int_equal(calibrated_rule_default(0, &rule, NULL), STATUS_OK);
    assert_int_equal(summary_compute(equal, 3, 0.95, &summary, NULL), STATUS_OK);
    assert_int_equal(calibrated_judge(&rule, &summary, 0, &c, NULL), STATUS_OK);
    assert_int_equal(c.verdict, CALIBRATED_STABLE);
    assert_int_equal(summary_compute(unequal, 3, 0.95, &summary, NULL), STATUS_OK);
    assert_int_equal(calibrated_judge(&rule, &summary, 0, &c, NULL), STATUS_OK);
    assert_int_equal(c.verdict, CALIBRATED_UNSTABLE);
}

static void senseless_rules_are_refused(void **state)
{
    (void)state;
    struct summary summary = {.n = 3, .sd = 1, .spread = 2};
    const struct calibrated_rule rules[] = {{-1, 0.05}, {NAN, 0.05}, {1, 0}, {1, 0.5}, {1, NAN}};
    struct calibrated c;
    struct error error;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        assert_int_equal(calibrated_judge(&rules[i], &summary, 0, &c, &error), STATUS_INTERNAL);
        assert_non_null(strstr(error.text, "calibrated verdict: a"));
    }
}

/* By the design's table: s = 0.70 is undetermined with 8 runs (.66) and stable with 10 (.72); s = 1.65 is
 * undetermined with 8 (1.68) and unstable with 10 (1.62). The eight values are scaled to that s. */
static void further_runs_by_the_table(void **state)
{
    (void)state;
    const double sds[] = {0.70, 1.65};
    struct calibrated_rule rule = two_points();
    for (size_t i = 0; i < 2; i++) {
        struct summary summary = {.n = 8, .sd = sds[i], .spread = 2.5};
        struct calibrated c;
        assert_int_equal(calibrated_judge(&rule, &summary, 0, &c, NULL), STATUS_OK);
        assert_int_equal(c.verdict, CALIBRATED_UNDETERMINED);
        assert_true(c.further >= 1 && c.further <= 2);
        assert_true(c.further_likely > c.further);
        struct calibrated_thresholds at, before;
        assert_int_equal(calibrated_thresholds(&rule, 8 + c.further, &at, NULL), STATUS_OK);
        assert_int_equal(calibrated_thresholds(&rule, 7 + c.further, &before, NULL), STATUS_OK);
        assert_true(sds[i] <= at.sd_low || sds[i] >= at.sd_high);
        assert_true(sds[i] > before.sd_low && sds[i] < before.sd_high);
    }
    struct summary summary = {.n = 3, .sd = 1.1816, .spread = 2};
    struct calibrated c;
    assert_int_equal(calibrated_judge(&rule, &summary, 0, &c, NULL), STATUS_OK);
    assert_int_equal(c.further, CALIBRATED_TOO_MANY);
    assert_int_equal(c.further_likely, CALIBRATED_TOO_MANY);
}

/* The first number of runs at which the spread that s would have on average lies beyond a threshold, by
 * looking at every number. The spread decides later than s. */
static void further_runs_by_the_spread(void **state)
{
    (void)state;
    const double sds[] = {0.70, 0.85, 1.55, 1.65};
    struct calibrated_rule rule = two_points();
    for (size_t i = 0; i < sizeof sds / sizeof sds[0]; i++) {
        struct summary summary = {.n = 8, .sd = sds[i], .spread = 3};
        struct calibrated c;
        assert_int_equal(calibrated_judge(&rule, &summary, 0, &c, NULL), STATUS_OK);
        assert_int_equal(c.by_range, CALIBRATED_UNDETERMINED);
        assert_true(c.further_by_range >= c.further && c.further >= 1);
        for (int n = 9; n <= 8 + c.further_by_range; n++) {
            struct calibrated_thresholds at;
            double width;
            assert_int_equal(calibrated_thresholds(&rule, n, &at, NULL), STATUS_OK);
            assert_int_equal(range_expected(n, &width, NULL), STATUS_OK);
            bool decided = sds[i] * width <= at.range_low || sds[i] * width >= at.range_high;
            assert_int_equal(decided, n == 8 + c.further_by_range);
        }
    }
    struct summary summary = {.n = 3, .sd = rule.sigma0, .spread = 2};
    struct calibrated c;
    assert_int_equal(calibrated_judge(&rule, &summary, 0, &c, NULL), STATUS_OK);
    assert_int_equal(c.further_by_range, CALIBRATED_TOO_MANY);
    assert_int_equal(calibrated_judge(&rule, &summary, 1, &c, NULL), STATUS_OK);
    assert_int_equal(c.further_by_range, 0); /* a failed run has decided */
    summary = (struct summary){.n = 3, .sd = 3, .spread = 6};
    assert_int_equal(calibrated_judge(&rule, &summary, 0, &c, NULL), STATUS_OK);
    assert_int_equal(c.further_by_range, 0);
}

/* The promise: at sigma0 each wrong word has probability alpha exactly, by range and by s; what is called
 * decided with CALIBRATED_LIKELY is. */
static void error_rates(void **state)
{
    (void)state;
    const int sizes[] = {2, 3, 5, 10};
    struct calibrated_rule rule = two_points();
    int count = simulation_count(20000);
    for (uint32_t s = 0; s < 4; s++) {
        int n = sizes[s], stable[2] = {0}, unstable[2] = {0};
        struct calibrated_thresholds at;
        assert_int_equal(calibrated_thresholds(&rule, n, &at, NULL), STATUS_OK);
        struct draws draws = draws_begin(400 + s, DRAWS_SIMULATION);
        for (int i = 0; i < count; i++) {
            double values[10];
            struct summary summary;
            simulation_fill(&draws, 84, rule.sigma0, values, n);
            assert_int_equal(summary_compute(values, (size_t)n, 0.95, &summary, NULL), STATUS_OK);
            stable[0] += summary.spread <= at.range_low;
            stable[1] += summary.sd <= at.sd_low;
            unstable[0] += summary.spread >= at.range_high;
            unstable[1] += summary.sd >= at.sd_high;
        }
        print_message("n %d\n", n);
        simulation_assert_rate("stable by range", stable[0], count, 0.05, 0);
        simulation_assert_rate("stable by s", stable[1], count, 0.05, 0);
        simulation_assert_rate("unstable by range", unstable[0], count, 0.05, 0);
        simulation_assert_rate("unstable by s", unstable[1], count, 0.05, 0);
    }
}

/* Whole experiments: true SD 0.6, 1.18 and 2.5 points, five runs each, through the whole verdict.
 * Wrong words stay below alpha; at 0.6 and 2.5 the probability of the right word is a chi-square's: with c =
 * 4 * s^2 / sigma^2, P(s <= .4981 | .6) = P(chi2(4) <= 2.757) = .4007, P(s >= 1.8200 | 2.5) = P(chi2(4)
 * >= 2.120) = .7138. */
static void whole_experiments(void **state)
{
    (void)state;
    const double sds[] = {0.6, 1.18, 2.5}, right[] = {.4007, NAN, .7138};
    int count = simulation_count(300);
    for (uint32_t s = 0; s < 3; s++) {
        int stable = 0, unstable = 0;
        struct draws draws = draws_begin(500 + s, DRAWS_SIMULATION);
        for (int i = 0; i < count; i++) {
            double values[5];
            simulation_fill(&draws, 84, sds[s], values, 5);
            struct calibrated c = judge(values, 5, 0);
            stable += c.verdict == CALIBRATED_STABLE;
            unstable += c.verdict == CALIBRATED_UNSTABLE;
        }
        print_message("SD %g\n", sds[s]);
        if (s < 2) simulation_assert_at_most("called unstable", unstable, count, 0.05);
        if (s == 2) simulation_assert_at_most("called stable", stable, count, 0.05);
        if (s == 1) simulation_assert_at_most("called stable", stable, count, 0.051);
        if (s == 0) simulation_assert_rate("called stable", stable, count, right[0], 0);
        if (s == 2) simulation_assert_rate("called unstable", unstable, count, right[2], 0);
    }
}

/* What the design says of collapses: a setting of SD 0.5 points of which 10% of the runs collapse passes the
 * recipe's three-run rule .9^3 * .987 = 72% of the time; collapsed runs counted as failed, the verdict is
 * unstable in the other 1 - .9^3, and never stable with a collapse in sight. */
static void collapses_are_seen(void **state)
{
    (void)state;
    int count = simulation_count(1000), passed = 0, unstable = 0;
    struct draws draws = draws_begin(510, DRAWS_SIMULATION);
    for (int i = 0; i < count; i++) {
        double values[3], finished[3];
        size_t n = 0;
        simulation_fill(&draws, 84, 0.5, values, 3);
        for (int run = 0; run < 3; run++) {
            if (draws_uniform(&draws) < 0.1) values[run] = 50;
            if (values[run] > 60) finished[n++] = values[run];
        }
        struct summary all;
        assert_int_equal(summary_compute(values, 3, SUMMARY_CONFIDENCE, &all, NULL), STATUS_OK);
        passed += all.spread <= 2;
        if (n == 3) continue;
        unstable += judge(finished, n, 3 - (int)n).verdict == CALIBRATED_UNSTABLE;
    }
    simulation_assert_rate("collapses pass the recipe's rule", passed, count, 0.72, 0.001);
    simulation_assert_rate("collapses make it unstable", unstable, count, 1 - 0.729, 0);
}

static void words(void **state)
{
    (void)state;
    assert_string_equal(calibrated_verdict_name(CALIBRATED_STABLE), "stable");
    assert_string_equal(calibrated_verdict_name(CALIBRATED_UNSTABLE), "unstable");
    assert_string_equal(calibrated_verdict_name(CALIBRATED_UNDETERMINED), "undetermined");
    assert_string_equal(calibrated_verdict_name(CALIBRATED_UNDEFINED), "undefined");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expected_ranges),
        cmocka_unit_test(quantiles_of_the_range),
        cmocka_unit_test(the_thresholds_of_the_table),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(range_and_sd_may_differ),
        cmocka_unit_test(a_failed_run_is_unstable),
        cmocka_unit_test(degenerate_runs),
        cmocka_unit_test(a_limit_of_zero),
        cmocka_unit_test(senseless_rules_are_refused),
        cmocka_unit_test(further_runs_by_the_table),
        cmocka_unit_test(further_runs_by_the_spread),
        cmocka_unit_test(error_rates),
        cmocka_unit_test(whole_experiments),
        cmocka_unit_test(collapses_are_seen),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
