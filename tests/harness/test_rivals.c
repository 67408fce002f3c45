#include "harness/collect.h"
#include "harness/findings.h"
#include "harness/rivals.h"
#include "tests/harness/support_comparing.h"
#include "tests/harness/support_trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The recommended setting less the first, seed by seed: 0.13, 0.09, 0.05, so 0.09 -+ 4.303 * 0.04 / sqrt 3.
 * Less the third: 0.33, 0.34, 0.35, t = 58.9. */
static void the_recommended_meets_the_others(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    assert_int_equal(report->encounter_count, RATES - 1);
    assert_int_equal(report->comparisons, 3);
    const struct report_encounter *first = &report->encounters[0], *third = &report->encounters[1];
    assert_int_equal(first->setting, 0);
    assert_int_equal(first->pairs, 3);
    assert_true(fabs(first->difference - 0.09) < 1e-12);
    assert_true(fabs(first->low + 0.0094) < 1e-4 && fabs(first->high - 0.1894) < 1e-4);
    assert_true(first->beats == 1);
    assert_int_equal(first->verdict, REPORT_OPEN);
    assert_int_equal(third->setting, 2);
    assert_int_equal(third->verdict, REPORT_BETTER);
    assert_true(third->adjusted_p > third->p && third->adjusted_p < 0.002);
    assert_true(report->has_luck);
    assert_int_equal(report->luck.setting, 1);
    assert_true(report->luck.bias >= 0 && report->luck.bias <= report->luck.bias_most);
    findings_free(&findings);
}

static void assert_same(double a, double b)
{
    if (!(a == b || (isnan(a) && isnan(b)))) fail_msg("%.17g is not %.17g", a, b);
}

static struct findings collect_folder(const struct bench *bench)
{
    struct findings findings;
    struct store *store = NULL;
    assert_int_equal(store_open(bench->first.path, STORE_READ, &store, NULL), STATUS_OK);
    assert_int_equal(collect_findings(store, &findings, NULL), STATUS_OK);
    store_close(store);
    return findings;
}

/* The report has the numbers that `ftbench compare` prints for the same store, failed runs and copies by dead
 * seeds among them: the same contenders, once from what was collected and once from the store. */
static void the_numbers_of_compare(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.84,  0.83,  0.85, 0.84, 0.86, 0.86,  0.80,        0.83,  0.815,
                             0.833, 0.821, 0.79, 0.70, 0.75, 0.715, BENCH_FAILS, 0.741, BENCH_WAITS};
    experiment_plan((double[]){1e-4, 2e-4, 3e-4}, 3, 6, 1, &bench->first.plan);
    for (size_t i = 0; i < bench->first.plan.run_count; i++) {
        struct run_spec spec;
        struct plan_run *run = &bench->first.plan.runs[i];
        if (run->repeat == 5)
            run->seed_init = 401; /* the digest of repeat 5, with other seeds, if values agree */
        plan_run_spec(&bench->first.plan, i, &spec);
        assert_int_equal(run_spec_id(&spec, run->id, NULL), STATUS_OK);
    }
    bench_fill(&bench->first, values, 3, 6);
    struct findings findings = collect_folder(bench);
    struct report *report = &findings.report;
    report->recommendation = REPORT_TRUSTED; /* these runs have no curves by which one could be */
    report->recommended = 0;
    assert_int_equal(rivals_fill(&findings, NULL), STATUS_OK);
    assert_int_equal(findings.settings[0].dead, 1);
    assert_int_equal(report->encounter_count, 2);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    struct compare_question question = compare_question_default(report->seed);
    assert_int_equal(comparing_chosen(&bench->a, 0, &question, &bench->comparing, NULL), STATUS_OK);
    assert_int_equal(report->comparisons, bench->comparing.family);
    for (size_t i = 0; i < 2; i++) {
        const struct report_encounter *told = &report->encounters[i];
        const struct comparison *comparison = &bench->comparing.encounters[i].comparison;
        assert_int_equal(told->pairs, comparison->paired.n);
        assert_same(told->difference, comparison->paired.value);
        assert_same(told->low, comparison->paired.interval.low);
        assert_same(told->boot_low, comparison->paired.bootstrap.low);
        assert_same(told->boot_high, comparison->paired.bootstrap.high);
        assert_same(told->adjusted_p, comparison->adjusted_p);
        assert_same(told->ranks_p, comparison->ranks.p);
        assert_same(told->ranks_smallest, comparison->ranks.smallest_p);
        assert_true(isfinite(told->boot_low) && isfinite(told->boot_high) && told->ranks_p < 1);
    }
    assert_int_equal(report->encounters[0].pairs, 5);
    assert_int_equal(report->encounters[1].pairs, 4); /* one failed, one is not there */
    assert_same(report->luck.bias, bench->comparing.selection.bias);
    findings_free(&findings);
}

/* Three runs a side: the exact p could not be below 0.10, so there is none, and the bootstrap has no ends. */
static void three_runs_are_too_few_for_ranks(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    const struct report_encounter *third = &findings.report.encounters[1];
    assert_true(isnan(third->ranks_p) && fabs(third->ranks_smallest - 0.1) < 1e-12);
    assert_true(isnan(third->boot_low) && isnan(third->boot_high));
    assert_int_equal(third->by_t, REPORT_CLAIM_BETTER);
    assert_int_equal(third->by_boot, REPORT_CLAIM_NONE);
    assert_int_equal(third->by_ranks, REPORT_CLAIM_NONE);
    assert_false(third->disagree);
    findings_free(&findings);
}

static void nobody_meets_without_a_recommendation(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    assert_int_equal(findings.report.recommendation, REPORT_NOTHING);
    assert_int_equal(findings.report.encounter_count, 0);
    assert_false(findings.report.has_luck);
    findings_free(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_recommended_meets_the_others, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(the_numbers_of_compare, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(three_runs_are_too_few_for_ranks, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(nobody_meets_without_a_recommendation, trial_open, trial_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
