#include "harness/collect.h"
#include "harness/findings.h"
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
        cmocka_unit_test_setup_teardown(nobody_meets_without_a_recommendation, trial_open, trial_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
