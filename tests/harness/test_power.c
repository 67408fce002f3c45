/* What a check of n runs can find: values of the non-central t, the judgements themselves simulated beside
 * what is computed of them, and the smallest drop. */
#include "harness/stats/power.h"

#include "harness/stats/noninferiority.h"
#include "harness/stats/spread_ratio.h"
#include "harness/stats/stats.h"
#include "tests/harness/support_simulation.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { MOST_RUNS = 10, MOST_SETTINGS = 4 };

static struct error error;
static struct welch_tests welch_tests;

static struct power_design pairs_of(int n, double sd, double margin, int settings)
{
    return (struct power_design){
        .paired = true, .n = n, .sd = sd, .alpha = 0.05, .margin = margin, .settings = settings};
}

static struct power_design sides_of(int n, int base_n, double sd, double base_sd, double margin, int settings)
{
    return (struct power_design){.n = n,
                                 .base_n = base_n,
                                 .sd = sd,
                                 .base_sd = base_sd,
                                 .alpha = 0.05,
                                 .margin = margin,
                                 .settings = settings,
                                 .tests = &welch_tests};
}

static struct power_point point_of(struct power_design design, double drop)
{
    struct power_point point;
    assert_int_equal(power_point(&design, drop, &point, &error), STATUS_OK);
    assert_true(fabs(point.worse + point.within + point.undecided - 1) < 1e-12);
    return point;
}

/* Without a margin worse is P(T < -t(n - 1; 1 - alpha)), T non-central by -drop sqrt(n) / sd: scipy 1.17,
 * stats.nct. With one, the integral over the chi density by scipy's adaptive quadrature. */
static void pairs_follow_the_noncentral_t(void **state)
{
    (void)state;
    assert_true(fabs(point_of(pairs_of(3, 1, 0, 1), 2.1).worse - 0.743904178) < 1e-8);
    assert_true(fabs(point_of(pairs_of(5, 1, 0, 1), 1.2).worse - 0.711910610) < 1e-8);
    assert_true(fabs(point_of(pairs_of(10, 0.8, 0, 1), 0.7).worse - 0.817484590) < 1e-8);
    assert_true(fabs(point_of(pairs_of(10, 0.8, 0, 4), 0.7).worse - 0.554875690) < 1e-8);
    struct power_point point = point_of(pairs_of(5, 1, 1, 1), 1.2);
    assert_true(fabs(point.worse - 0.705486796) < 1e-8 && fabs(point.within - 0.021387912) < 1e-8);
    point = point_of(pairs_of(10, 0.8, 1, 4), 0.7);
    assert_true(fabs(point.worse - 0.478021804) < 1e-8 && fabs(point.within - 0.291964565) < 1e-8);
}

/* By symmetry one side's whole share is worth as much as the other's; with a side of no noise Welch's test is
 * the one-sample test of the other, at the level at which that has Welch's bound; without a drop and a margin
 * both wrong words come with alpha. */
static void welch_has_its_limits(void **state)
{
    (void)state;
    struct welch_test test = {.n_a = 5, .n_b = 9};
    struct power_design alone = pairs_of(5, 1, 1, 1);
    alone.alpha = gsl_cdf_tdist_Q(welch_quantile(&test, 1, 0.05), 4);
    assert_true(alone.alpha < 0.05 && alone.alpha > 0.048);
    struct power_point point = point_of(sides_of(5, 9, 1, 1e-7, 1, 1), 1.2), same = point_of(alone, 1.2);
    assert_true(fabs(point.worse - same.worse) < 1e-6 && fabs(point.within - same.within) < 1e-6);
    assert_true(fabs(point_of(sides_of(4, 7, 1, 2, 1, 2), 2).worse -
                     point_of(sides_of(7, 4, 2, 1, 1, 2), 2).worse) < 1e-12);
    point = point_of(sides_of(200, 300, 1, 1, 0, 1), 0);
    assert_true(fabs(point.worse - 0.05) < 1e-4 && fabs(point.within - 0.05) < 1e-4);
    assert_true(fabs(point_of(pairs_of(7, 1, 1, 1), 1).within - 0.05) < 1e-9);
}

static void smallest_drop_is_found_as_often_as_asked(void **state)
{
    (void)state;
    struct power_design design = sides_of(3, 5, 0.8, 0.6, 1, 3);
    double drop, alarm;
    assert_int_equal(power_detectable(&design, POWER_LIKELY, &drop, &error), STATUS_OK);
    assert_true(fabs(point_of(design, drop).worse - POWER_LIKELY) < 1e-9);
    design = pairs_of(5, 1, 0, 1);
    assert_int_equal(power_detectable(&design, 0.711910610, &drop, &error), STATUS_OK);
    assert_true(fabs(drop - 1.2) < 1e-6);
    assert_int_equal(power_false_alarm(&design, &alarm, &error), STATUS_OK);
    assert_true(fabs(alarm - 0.05) < 1e-9);
    design.settings = 4;
    assert_int_equal(power_false_alarm(&design, &alarm, &error), STATUS_OK);
    assert_true(fabs(alarm - (1 - pow(1 - 0.0125, 4))) < 1e-9);
}

/* At any SDs of the two sides: of settings that lost nothing one is called worse at most alpha of the time,
 * and one that lost the margin within. */
static void promises_are_kept_at_any_ratio_of_sds(void **state)
{
    (void)state;
    static const int runs[][2] = {{3, 3}, {3, 4}, {3, 10}, {10, 3}, {5, 5}, {5, 20}, {10, 10}};
    double alarms = 0, passes = 0, alarm;
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        for (double ratio = 1.0 / 20; ratio < 21; ratio *= 1.5) {
            for (int settings = 1; settings <= 4; settings += 3) {
                struct power_design design = sides_of(runs[i][0], runs[i][1], ratio, 1, 0, settings);
                assert_int_equal(power_false_alarm(&design, &alarm, &error), STATUS_OK);
                alarms = fmax(alarms, alarm);
                design.margin = 1.5;
                passes = fmax(passes, point_of(design, design.margin).within);
            }
        }
    }
    print_message("false alarms %.5f at most, losses of the margin that pass %.5f\n", alarms, passes);
    assert_true(alarms < 0.05 + 1e-4 && passes < 0.05 + 1e-4);
    assert_true(alarms > 0.048 && passes > 0.048);
}

static void spreads_follow_f(void **state)
{
    (void)state;
    struct power_design design = pairs_of(5, 1, 1, 1);
    double alarm;
    assert_int_equal(power_of_spread(&design, 1, 1, &alarm, &error), STATUS_OK);
    assert_true(fabs(alarm - 0.05) < 1e-9);
    /* F(4, 4; 0.95) = 6.388233; P(F(4, 4) > 6.388233 / 9) = 0.625648 by 1 - x^2 (3 - 2 x), x = F / (1 + F) */
    assert_int_equal(power_of_spread(&design, 3, 2, &alarm, &error), STATUS_OK);
    double x = 6.388233 / 9 / (1 + 6.388233 / 9);
    assert_true(fabs(alarm - (1 - x * x * (3 - 2 * x))) < 1e-6);
}

/* Nights of `design`, all settings alike, the first with `drop`: how often it gets each answer, how often any
 * of them is called worse, and how often the first one's spread is called larger. */
struct counted {
    int worse, within, any, spread;
};

static const uint64_t seeds[2][MOST_RUNS] = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
                                             {11, 12, 13, 14, 15, 16, 17, 18, 19, 20}};

static struct spread_ratio spread_of(const double *now, int n, const double *then, int base_n, double alpha)
{
    struct summary of_now, of_then;
    struct spread_ratio spread;
    assert_int_equal(summary_compute(now, (size_t)n, 0.95, &of_now, &error), STATUS_OK);
    assert_int_equal(summary_compute(then, (size_t)base_n, 0.95, &of_then, &error), STATUS_OK);
    assert_int_equal(spread_ratio_compute(&of_now, &of_then, alpha, &spread, &error), STATUS_OK);
    return spread;
}

/* A pair's difference has the SD of the design when each side has it over sqrt(2). */
static void night(const struct power_design *design, double drop, struct draws *draws,
                  struct counted *counted)
{
    struct noninferiority results[MOST_SETTINGS];
    const struct noninferiority_question question = {
        .alpha = design->alpha, .margin = design->margin, .higher_is_better = true, .tests = &welch_tests};
    int base_n = design->paired ? design->n : design->base_n;
    for (int i = 0; i < design->settings; i++) {
        double now[MOST_RUNS], then[MOST_RUNS];
        double shared = design->paired ? M_SQRT1_2 : 1;
        simulation_fill(draws, 50, shared * (design->paired ? design->sd : design->base_sd), then, base_n);
        simulation_fill(draws, 50 - (i == 0 ? drop : 0), shared * design->sd, now, design->n);
        const struct compare_side a = {now, seeds[!design->paired], (size_t)design->n},
                                  b = {then, seeds[0], (size_t)base_n};
        assert_int_equal(noninferiority_judge(&a, &b, &question, &results[i], &error), STATUS_OK);
        if (i > 0) continue;
        struct spread_ratio spread = spread_of(now, design->n, then, base_n, design->alpha);
        counted->spread += spread.p <= design->alpha / design->settings && spread.bounds.high > 2;
    }
    assert_int_equal(noninferiority_adjust(results, (size_t)design->settings, &error), STATUS_OK);
    bool any = false;
    for (int i = 0; i < design->settings; i++)
        any = any || results[i].answer == NONINFERIORITY_WORSE;
    counted->any += any;
    counted->worse += results[0].answer == NONINFERIORITY_WORSE;
    counted->within += results[0].answer == NONINFERIORITY_WITHIN;
}

/* Holm's further steps let the first setting be called worse a little more often than its first step: by no
 * more than the others' false alarms could add. */
static void assert_as_simulated(struct power_design design, double drop)
{
    struct counted counted = {0};
    struct draws draws = draws_begin(11, DRAWS_SIMULATION);
    int count = simulation_count(3000);
    double alarm, spread;
    char what[96];
    for (int i = 0; i < count; i++)
        night(&design, drop, &draws, &counted);
    snprintf(what, sizeof what, "%s of %d, %d settings, %.1f lost", design.paired ? "pairs" : "Welch",
             design.n, design.settings, drop);
    struct power_point point = point_of(design, drop);
    double steps = design.settings > 1 ? design.alpha / 2 : 0;
    simulation_assert_rate(what, counted.worse, count, point.worse + steps / 2, 1e-4 + steps / 2);
    simulation_assert_rate(what, counted.within, count, point.within, 1e-4);
    double ratio = design.paired ? 1 : design.sd / design.base_sd;
    assert_int_equal(power_of_spread(&design, ratio, 2, &spread, &error), STATUS_OK);
    simulation_assert_rate(what, counted.spread, count, spread, 1e-4);
    if (drop > 0) return;
    assert_int_equal(power_false_alarm(&design, &alarm, &error), STATUS_OK);
    simulation_assert_rate(what, counted.any, count, alarm, 1e-4);
}

static void answers_come_as_often_as_computed(void **state)
{
    (void)state;
    for (int drop = 0; drop <= 2; drop += 2) {
        assert_as_simulated(pairs_of(3, 0.8, 1, 1), drop);
        assert_as_simulated(pairs_of(5, 1.2, 1, 4), drop);
        assert_as_simulated(sides_of(3, 3, 0.8, 0.8, 1, 1), drop);
        assert_as_simulated(sides_of(3, 10, 1, 0.6, 1, 1), drop);
        assert_as_simulated(sides_of(5, 5, 1, 1, 1, 3), drop);
    }
}

static void what_is_no_design_is_refused(void **state)
{
    struct power_point point;
    double number;
    (void)state;
    struct power_design design = pairs_of(2, 1, 1, 1);
    assert_int_equal(power_point(&design, 0, &point, &error), STATUS_INTERNAL);
    design = sides_of(3, 2, 1, 1, 1, 1);
    assert_int_equal(power_point(&design, 0, &point, &error), STATUS_INTERNAL);
    design = sides_of(3, 3, 1, 0, 1, 1);
    assert_int_equal(power_detectable(&design, 0.8, &number, &error), STATUS_INTERNAL);
    assert_true(isnan(number));
    design = pairs_of(3, 1, 1, 0);
    assert_int_equal(power_false_alarm(&design, &number, &error), STATUS_INTERNAL);
    design = pairs_of(3, 1, 1, 1);
    assert_int_equal(power_detectable(&design, 0.05, &number, &error), STATUS_INTERNAL);
    assert_int_equal(power_of_spread(&design, 0, 2, &number, &error), STATUS_INTERNAL);
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
        cmocka_unit_test(pairs_follow_the_noncentral_t),
        cmocka_unit_test(welch_has_its_limits),
        cmocka_unit_test(smallest_drop_is_found_as_often_as_asked),
        cmocka_unit_test(promises_are_kept_at_any_ratio_of_sds),
        cmocka_unit_test(spreads_follow_f),
        cmocka_unit_test(answers_come_as_often_as_computed),
        cmocka_unit_test(what_is_no_design_is_refused),
    };
    return cmocka_run_group_tests(tests, initialise, NULL);
}
