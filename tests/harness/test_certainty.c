#include "harness/certainty.h"

#include "base/memory.h"
#include "harness/inquiry.h"
#include "harness/judgement.h"
#include "harness/stats/stats.h"
#include "tests/harness/support_experiment.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RATES = 3, REPEATS = 5, RUNS = RATES * REPEATS };
static const double rates[RATES] = {1e-4, 1e-3, 1e-2};

/* SDs of sqrt(2.5) steps: 0.158, 1.58 and 3.16 points. */
static const double f1[RUNS] = {0.800, 0.801, 0.802, 0.803, 0.804, 0.80, 0.81, 0.82,
                                0.83,  0.84,  0.70,  0.72,  0.74,  0.76, 0.78};

static enum status fill(struct findings *findings, struct error *error)
{
    enum status status = STATUS_OK;
    findings->report_runs = memory_zeroed(RUNS, sizeof *findings->report_runs);
    findings->runs = memory_zeroed(RUNS, sizeof *findings->runs);
    if (findings->report_runs == NULL || findings->runs == NULL) return error_no_memory(error, RUNS);
    TRY_TO(done, inquiry_fill(findings, error));
    for (size_t i = 0; i < RUNS; i++) {
        const struct plan_run *planned = &findings->plan.runs[i];
        findings->report_runs[i] = (struct report_run){.setting = (size_t)planned->setting,
                                                       .seed_init = planned->seed_init,
                                                       .outcome = REPORT_DONE,
                                                       .digest = "",
                                                       .metric = f1[i]};
    }
    findings->report.runs = findings->report_runs;
    findings->report.run_count = RUNS;
done:
    return status;
}

static int setup(void **state)
{
    struct findings *findings = calloc(1, sizeof *findings);
    assert_non_null(findings);
    stats_init();
    experiment_plan(rates, RATES, REPEATS, 10, &findings->plan);
    findings->plan.experiment.max_spread = 2;
    findings->plan.experiment.sigma0 = 0;
    assert_int_equal(fill(findings, NULL), STATUS_OK);
    *state = findings;
    return 0;
}

static int teardown(void **state)
{
    findings_free(*state);
    free(*state);
    return 0;
}

static const struct report_certainty *certainty(struct findings *findings, size_t setting)
{
    assert_int_equal(judgement_fill(findings, NULL), STATUS_OK);
    assert_int_equal(certainty_fill(NULL, findings, NULL), STATUS_OK);
    return &findings->settings[setting].certainty;
}

static void assert_near(double value, double expected, double slack)
{
    if (!(fabs(value - expected) <= slack)) fail_msg("%.10g is not %.10g", value, expected);
}

/* Chi-square with 4 degrees of freedom has 0.7107 and 9.4877 as its 5% and 95% quantiles (any table); sigma0
 * is 2 sqrt(pi) / 3 = 1.1816 points, so five runs are stable up to 1.1816 sqrt(0.7107 / 4) = 0.498 points and
 * unstable from 1.1816 sqrt(9.4877 / 4) = 1.820 points on. */
static void verdicts_of_five_runs(void **state)
{
    struct findings *findings = *state;
    const struct report_certainty *quiet = certainty(findings, 0);
    assert_near(findings->report.sigma0, 0.011816, 1e-6);
    assert_near(findings->report.alpha, 0.05, 0);
    assert_int_equal(quiet[0].verdict, REPORT_SURE_STABLE);
    assert_int_equal(quiet->by_range, REPORT_SURE_STABLE);
    assert_int_equal(quiet->further, 0);
    assert_near(quiet->sd_low, 0.0015811 * sqrt(4 / 11.1433), 1e-6); /* 95%, as everywhere */
    assert_near(quiet->sd_high, 0.0015811 * sqrt(4 / 0.4844), 1e-6);
    assert_true(quiet->mean_low > 0.79 && quiet->mean_low < 0.802);
    assert_true(quiet->mean_high > 0.802 && quiet->mean_high < 0.815);
    const struct report_certainty *open = &findings->settings[1].certainty;
    assert_int_equal(open->verdict, REPORT_SURE_UNDETERMINED);
    assert_true(open->further > 0 && open->further_likely > open->further);
    assert_int_equal(findings->settings[2].certainty.verdict, REPORT_SURE_UNSTABLE);
}

static void limits_of_the_ini_are_used(void **state)
{
    struct findings *findings = *state;
    findings->plan.experiment.sigma0 = 5;
    findings->plan.experiment.alpha = 0.25;
    assert_int_equal(certainty(findings, 1)->verdict, REPORT_SURE_STABLE);
    assert_near(findings->report.sigma0, 0.05, 1e-15);
    assert_near(findings->report.alpha, 0.25, 0);
}

/* What the machine or a person ended says nothing about the setting. */
static void only_own_failures_count(void **state)
{
    struct findings *findings = *state;
    findings->report_runs[0].outcome = REPORT_CRASHED;
    assert_int_equal(certainty(findings, 0)->verdict, REPORT_SURE_STABLE);
    memory_free(findings->settings);
    findings->report_runs[0].outcome = REPORT_DIVERGED;
    const struct report_certainty *diverged = certainty(findings, 0);
    assert_int_equal(diverged->verdict, REPORT_SURE_UNSTABLE);
    assert_int_equal(diverged->by_sd, REPORT_SURE_STABLE);
}

/* Runs that learned nothing agree, and an interval of no width would say that this is known for sure. */
static void equal_runs_that_learned_nothing_have_no_intervals(void **state)
{
    struct findings *findings = *state;
    for (size_t i = 0; i < REPEATS; i++) {
        findings->report_runs[i].metric = 0.7261;
        findings->report_runs[i].has_class = true;
        findings->report_runs[i].class = REPORT_STALLED;
    }
    const struct report_certainty *none = certainty(findings, 0);
    assert_true(findings->settings[0].left_out);
    assert_true(isnan(none->sd_low) && isnan(none->sd_high));
    assert_true(isnan(none->mean_low) && isnan(none->mean_high) && isnan(findings->settings[0].summary.low));
    memory_free(findings->settings);
    for (size_t i = 0; i < REPEATS; i++)
        findings->report_runs[i].class = REPORT_CONVERGED; /* equal runs that learned something keep them */
    none = certainty(findings, 0);
    assert_true(none->sd_high == 0 && none->mean_low == findings->settings[0].summary.low);
}

/* Two runs, 0.8 apart: chi-square's interval of the SD goes up to 18, but values in 0..1 have none above a
 * half. */
static void no_sd_is_above_a_half(void **state)
{
    struct findings *findings = *state;
    findings->report_runs[0].metric = 0.1;
    findings->report_runs[1].metric = 0.9;
    for (size_t i = 2; i < REPEATS; i++)
        findings->report_runs[i].outcome = REPORT_CRASHED;
    const struct report_certainty *wide = certainty(findings, 0);
    assert_true(wide->sd_low > 0.2 && wide->sd_low < 0.3);
    assert_true(wide->sd_high == 0.5);
}

/* Where the number of runs followed from their values, the worth of a rule for a fixed number is not told,
 * and the test follows sigma0. */
static void a_sequential_test_has_its_own_limits(void **state)
{
    struct findings *findings = *state;
    struct sequence *sequence;
    certainty(findings, 0);
    assert_false(isnan(findings->settings[0].noisy_passes) || isnan(findings->settings[0].quiet_fails));
    memory_free(findings->settings);
    findings->plan.experiment.span = (struct key_span){3, REPEATS};
    findings->plan.experiment.sigma0 = 2 * 200 * sqrt(acos(-1)) / 300; /* twice the default */
    assert_int_equal(sequence_create(&findings->plan, &sequence, NULL), STATUS_OK);
    assert_int_equal(judgement_fill(findings, NULL), STATUS_OK);
    assert_int_equal(certainty_fill(sequence, findings, NULL), STATUS_OK);
    sequence_free(sequence);
    assert_true(findings->report.sequential);
    assert_near(findings->report.stable_sd, 0.012, 1e-9);
    assert_near(findings->report.unstable_sd, 0.036, 1e-9);
    assert_near(findings->report.operating[0].sd, 0.012, 1e-9);
    for (size_t i = 0; i < RATES; i++) {
        assert_true(isnan(findings->settings[i].noisy_passes));
        assert_true(isnan(findings->settings[i].quiet_fails));
    }
}

static void shared_seeds_have_no_certainty(void **state)
{
    struct findings *findings = *state;
    findings->plan.experiment.design = DESIGN_CROSSED;
    const struct report_certainty *none = certainty(findings, 0);
    assert_int_equal(none->verdict, REPORT_SURE_UNDEFINED);
    assert_true(isnan(none->sd_low) && isnan(none->mean_high));
    assert_true(findings->report.shared_seeds);
}

static void one_run_is_undefined(void **state)
{
    struct findings *findings = *state;
    for (size_t i = 1; i < REPEATS; i++)
        findings->report_runs[i].outcome = REPORT_PENDING;
    const struct report_certainty *one = certainty(findings, 0);
    assert_int_equal(one->verdict, REPORT_SURE_UNDEFINED);
    assert_int_equal(one->further, 0);
    assert_true(isnan(one->sd_low) && isnan(one->mean_low));
}

static void no_memory_is_an_error_and_no_leak(void **state)
{
    struct findings *findings = *state;
    enum status status = STATUS_NO_MEMORY;
    assert_int_equal(judgement_fill(findings, NULL), STATUS_OK);
    long alive = (long)memory_blocks_alive();
    for (long n = 1; status != STATUS_OK; n++) {
        assert_in_range(n, 1, 1000);
        memory_fail_from(n);
        status = certainty_fill(NULL, findings, NULL);
        memory_fail_from(0);
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        assert_int_equal((long)memory_blocks_alive(), alive);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(verdicts_of_five_runs, setup, teardown),
        cmocka_unit_test_setup_teardown(limits_of_the_ini_are_used, setup, teardown),
        cmocka_unit_test_setup_teardown(only_own_failures_count, setup, teardown),
        cmocka_unit_test_setup_teardown(shared_seeds_have_no_certainty, setup, teardown),
        cmocka_unit_test_setup_teardown(equal_runs_that_learned_nothing_have_no_intervals, setup, teardown),
        cmocka_unit_test_setup_teardown(no_sd_is_above_a_half, setup, teardown),
        cmocka_unit_test_setup_teardown(a_sequential_test_has_its_own_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(one_run_is_undefined, setup, teardown),
        cmocka_unit_test_setup_teardown(no_memory_is_an_error_and_no_leak, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
