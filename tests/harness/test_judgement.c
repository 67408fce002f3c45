#include "base/memory.h"
#include "harness/constant_answer.h"
#include "harness/collect.h"
#include "harness/findings.h"
#include "harness/judgement.h"
#include "harness/proposal.h"
#include "tests/harness/support_trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Nothing is varied: repeats are twins, count once, and their digests are compared. The digests of this
 * file's runs name their ids, so they differ. */
static void the_same_seeds_count_once(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    struct plan *plan = &trial->plan;
    plan->experiment.vary = 0;
    for (size_t i = 0; i < plan->run_count; i++) {
        struct run_spec spec;
        plan->runs[i].seed_init = plan->runs[i].seed_order = plan->runs[i].seed_dropout = 7;
        plan_run_spec(plan, i, &spec);
        assert_int_equal(run_spec_id(&spec, plan->runs[i].id, NULL), STATUS_OK);
    }
    assert_int_equal(store_save_plan(trial->store, plan, NULL), STATUS_OK);
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    const struct report_setting *setting = &findings.report.settings[1];
    assert_int_equal(setting->done, REPEATS);
    assert_int_equal(setting->summary.n, 1);
    assert_int_equal(setting->verdict, REPORT_UNDEFINED);
    assert_int_equal(setting->twins, REPEATS - 1);
    assert_int_equal(setting->unequal, REPEATS - 1);
    findings_free(&findings);
}

/* Other seeds that change no bit are dead: such runs are copies of the first, and no evidence of stability.
 */
static void dead_seeds_count_once(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    for (size_t i = 0; i < findings.report.setting_count; i++)
        assert_int_equal(findings.report.settings[i].dead, 0);
    /* as they come out of the store, but with the bits of the first repeat */
    for (size_t i = 0; i < trial->plan.run_count; i++) {
        const struct run_finding *first = &findings.runs[i - i % REPEATS];
        if (findings.report_runs[i].setting == 1 && i % REPEATS != 0)
            memcpy(findings.runs[i].digest, first->digest, sizeof first->digest);
    }
    memory_free(findings.settings);
    assert_int_equal(judgement_fill(&findings, NULL), STATUS_OK);
    const struct report_setting *setting = &findings.report.settings[1];
    assert_int_equal(setting->dead, REPEATS - 1);
    assert_int_equal(setting->twins, 0);
    assert_int_equal(setting->done, REPEATS);
    assert_int_equal(setting->summary.n, 1);
    assert_int_equal(setting->verdict, REPORT_UNDEFINED);
    assert_int_equal(findings.report.settings[0].dead, 0);
    assert_int_equal(findings.report.settings[0].summary.n, REPEATS);
    findings_free(&findings);
}

/* Whether the runs of the recommended setting, called overfit, are told to train for fewer epochs. */
static bool advises_fewer_epochs(struct findings *findings, enum report_course course)
{
    for (size_t i = 0; i < findings->report.run_count; i++) {
        if (findings->report_runs[i].setting != 1) continue;
        findings->report_runs[i].class = REPORT_OVERFIT;
        findings->report_runs[i].course = course;
    }
    memory_free(findings->settings);
    assert_int_equal(judgement_fill(findings, NULL), STATUS_OK);
    proposal_fill(findings);
    assert_int_equal(findings->report.settings[1].classes[REPORT_OVERFIT], REPEATS);
    assert_true(findings->report.settings[1].agreement.pairs == 1);
    for (size_t i = 0; i < findings->report.advice_count; i++) {
        if (findings->report.advice[i].kind == REPORT_FEWER_EPOCHS) return true;
    }
    return false;
}

/* Fewer epochs do not help where the metric gains from more, whatever the loss does. */
static void overfit_but_better(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    assert_int_equal(findings.report.recommended, 1);
    assert_true(advises_fewer_epochs(&findings, REPORT_METRIC_UNKNOWN));
    assert_true(advises_fewer_epochs(&findings, REPORT_METRIC_LEVEL));
    assert_true(advises_fewer_epochs(&findings, REPORT_METRIC_FELL));
    assert_false(advises_fewer_epochs(&findings, REPORT_METRIC_ROSE));
    findings_free(&findings);
}

/* Two of three runs of the setting that was best give every sample the same class: their curves are fine, and
 * it is not recommended all the same. */
static void one_class_is_not_recommended(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial->one_class = 1;
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    assert_int_equal(report->settings[0].one_class, 0);
    assert_int_equal(report->settings[1].one_class, 2);
    assert_int_equal(report->settings[1].classes[REPORT_CONVERGED], 3);
    assert_true(report->settings[1].left_out && !report->settings[1].too_short);
    assert_int_equal(report->recommendation, REPORT_LEAST_BAD);
    assert_int_equal(report->recommended, 0);
    assert_non_null(strstr(report->runs[REPEATS].remedy, "the same class"));
    assert_null(strstr(report->runs[REPEATS + 2].remedy, "the same class"));
    assert_true(isnan(report->constant_metric)); /* the labels are not said */
    findings_free(&findings);
}

/* Validation examples of one class: that every run gives them that class shows nothing, nor does anything
 * else that they show. */
static void one_label_tells_nothing(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial->one_class = 1;
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    struct report *report = &findings.report;
    assert_false(report->one_label);
    memory_free(findings.example_labels);
    memory_free(findings.settings);
    findings.examples = 4;
    findings.example_labels = memory_zeroed(4, sizeof *findings.example_labels);
    assert_int_equal(judgement_fill(&findings, NULL), STATUS_OK);
    proposal_fill(&findings);
    assert_true(report->one_label);
    assert_int_equal(report->recommendation, REPORT_NOTHING);
    assert_int_equal(report->settings[1].one_class, 0);
    assert_int_equal(report->left_out, 0);
    assert_false(report->settings[1].left_out || report->settings[2].left_out);
    assert_true(isnan(report->constant_metric));
    assert_int_equal(report->advice_count, 1);
    assert_int_equal(report->advice[0].kind, REPORT_BOTH_CLASSES);
    findings_free(&findings);
}

/* A setting that is quiet beyond doubt and fails the recipe's rule all the same counts as stable: here the
 * best one, whose spread is made to miss the rule. */
static void calibrated_stable_is_eligible(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    findings.candidates[1].verdict = STABILITY_UNSTABLE;
    findings.settings[1].verdict = findings.settings[1].rule = REPORT_UNSTABLE;
    findings.settings[1].certainty.verdict = REPORT_SURE_UNDETERMINED;
    proposal_fill(&findings);
    assert_int_equal(findings.report.recommendation, REPORT_LEAST_BAD);
    findings.settings[1].certainty.verdict = REPORT_SURE_STABLE;
    proposal_fill(&findings);
    assert_int_equal(findings.report.recommendation, REPORT_TRUSTED);
    assert_int_equal(findings.report.recommended, 1);
    for (size_t i = 0; i < findings.report.advice_count; i++)
        assert_int_not_equal(findings.report.advice[i].kind, REPORT_STEADY);
    findings_free(&findings);
}

/* Three evaluations do not tell whether a run learns, and what that is worth cannot be said. */
static void too_short_to_tell(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial->evaluations = 3;
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    assert_int_equal(report->recommendation, REPORT_NOTHING);
    /* the third stalled, which train loss alone shows */
    assert_int_equal(report->left_out, RATES);
    assert_int_equal(report->too_short, 2);
    assert_true(report->settings[1].left_out && report->settings[1].too_short);
    assert_true(isnan(report->constant_metric));
    assert_int_equal(report->advice_count, 1);
    assert_int_equal(report->advice[0].kind, REPORT_SEE_MORE);
    findings_free(&findings);
}

/* The same, where labels and predictions are known: runs that are right about all of 40 examples of two
 * classes, and so far above the F1 of 2/3 that answering the second always gets, have learned, whatever their
 * curves hide. */
static void too_short_but_learned(void **state)
{
    enum { EXAMPLES = 40 };
    struct trial *trial = *state;
    struct findings findings;
    trial->evaluations = 3;
    trial_save_all(trial, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    memory_free(findings.example_labels);
    findings.examples = EXAMPLES;
    findings.example_labels = memory_zeroed(EXAMPLES, sizeof *findings.example_labels);
    for (int i = 0; i < EXAMPLES; i++)
        findings.example_labels[i] = i % 2;
    for (size_t run = 0; run < findings.report.run_count; run++) {
        struct run_finding *finding = &findings.runs[run];
        memory_free(finding->predictions);
        finding->predictions = memory_zeroed(EXAMPLES, sizeof *finding->predictions);
        memcpy(finding->predictions, findings.example_labels, EXAMPLES * sizeof *finding->predictions);
        finding->accuracy = 1;
    }
    memory_free(findings.settings);
    assert_int_equal(constant_answer_fill(&findings, NULL), STATUS_OK);
    assert_int_equal(judgement_fill(&findings, NULL), STATUS_OK);
    proposal_fill(&findings);
    const struct report *report = &findings.report;
    assert_true(fabs(report->constant_metric - 2.0 / 3) < 1e-15);
    assert_true(report->runs[0].learned);
    assert_int_equal(report->settings[1].by_metric, REPEATS);
    assert_false(report->settings[1].left_out || report->settings[1].too_short);
    assert_int_equal(report->recommended, 1);
    assert_int_equal(report->recommendation, REPORT_TRUSTED);
    findings_free(&findings);
}

/* All stall, but in 49 steps nothing else could be expected. */
static void stalled_in_a_few_steps(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial->steps = 49;
    for (size_t i = 0; i < trial->plan.run_count; i++)
        trial_save_run(trial, i, RUN_DONE, false, 1);
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    assert_non_null(strstr(report->runs[0].remedy, "Train longer"));
    assert_int_equal(report->recommendation, REPORT_NOTHING);
    assert_int_equal(report->advice[0].kind, REPORT_TRAIN_LONGER);
    /* three equal runs of the third setting: an interval of no width is none */
    assert_true(report->settings[2].summary.spread == 0);
    assert_true(isnan(report->settings[2].summary.low) && isnan(report->settings[2].summary.high));
    findings_free(&findings);
}

/* All stall: then more of the rate is what helps; and no mean lies outside 0 .. 1. */
static void stalled_without_a_lower_rate(void **state)
{
    struct trial *trial = *state;
    struct findings findings;
    trial->steps = 50;
    for (size_t i = 0; i < trial->plan.run_count; i++) {
        if (i % REPEATS != 1) trial_save_run(trial, i, RUN_DONE, false, 1);
    }
    assert_int_equal(collect_findings(trial->store, &findings, NULL), STATUS_OK);
    for (size_t i = 0; i < findings.report.run_count; i++) {
        if (i % REPEATS != 1)
            assert_non_null(strstr(findings.report.runs[i].remedy, "Raise the learning rate"));
    }
    /* 0.70, 0.80: 0.75 -+ 12.706 * 0.0707 / sqrt 2 = 0.115 .. 1.385 */
    assert_true(fabs(findings.report.settings[0].summary.low - 0.1147) < 1e-4);
    assert_true(findings.report.settings[0].summary.high == 1);
    findings_free(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_seeds_count_once, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(dead_seeds_count_once, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(overfit_but_better, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(one_class_is_not_recommended, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(one_label_tells_nothing, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(calibrated_stable_is_eligible, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(too_short_to_tell, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(too_short_but_learned, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(stalled_in_a_few_steps, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(stalled_without_a_lower_rate, trial_open, trial_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
