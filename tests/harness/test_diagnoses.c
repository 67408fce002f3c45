#include "base/memory.h"
#include "harness/diagnoses.h"
#include "harness/inquiry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { RUNS = 6, POINTS = 6 };

/* Findings of one setting whose runs are filled as far as a diagnosis needs it, and the record of the one
 * that is looked at. Train loss halves; validation loss is lowest at step 20, and ends 40% above that. */
struct bench {
    struct findings findings;
    struct run_finding runs[RUNS];
    struct report_run report_runs[RUNS];
    struct report_point train[POINTS], evaluation[POINTS];
    struct observed_evaluation evaluations[POINTS];
    struct run_record record;
};

static struct bench bench;

static void judge_by(int metric)
{
    bench.findings.plan.experiment.metric = metric;
    bench.findings.report.metric = inquiry_metric_name(metric);
}

static int setup(void **state)
{
    (void)state;
    static const double losses[POINTS] = {0.7, 0.55, 0.5, 0.6, 0.65, 0.7},
                        f1[POINTS] = {0.4, 0.6, 0.7, 0.75, 0.8, 0.85};
    bench = (struct bench){.record = {.evaluations = bench.evaluations, .evaluation_count = POINTS}};
    bench.findings.runs = bench.runs;
    bench.findings.report_runs = bench.report_runs;
    bench.findings.report.runs = bench.report_runs;
    bench.findings.report.run_count = RUNS;
    judge_by(METRIC_F1);
    for (int i = 0; i < POINTS; i++) {
        bench.train[i] = (struct report_point){10 * i + 10, 0.7 - 0.07 * i};
        bench.evaluation[i] = (struct report_point){10 * i, losses[i]};
        bench.evaluations[i] = (struct observed_evaluation){
            .step = 10 * i, .loss = losses[i], .f1 = f1[i], .accuracy = 0.9, .f1_macro = NAN, .count = 200};
    }
    for (int i = 0; i < RUNS; i++)
        bench.report_runs[i] = (struct report_run){.outcome = REPORT_DONE,
                                                   .seed_init = (uint32_t)i,
                                                   .digest = "",
                                                   .seen = "",
                                                   .train = bench.train,
                                                   .train_count = POINTS,
                                                   .evaluation = bench.evaluation,
                                                   .evaluation_count = POINTS};
    return 0;
}

static const struct report_run *take(void)
{
    assert_int_equal(diagnoses_take_run(&bench.record, &bench.findings, 0, NULL), STATUS_OK);
    return &bench.report_runs[0];
}

static void overfit_and_better(void **state)
{
    (void)state;
    const struct report_run *run = take();
    assert_int_equal(run->class, REPORT_OVERFIT);
    assert_int_equal(run->course, REPORT_METRIC_ROSE);
    assert_non_null(strstr(run->remedy, "Judge by the metric"));
    assert_non_null(strstr(run->seen, "F1 went from 0.7 to 0.85."));
    assert_true(report_run_evidence(run, "metric_at_loss_minimum") == 0.7);
    assert_true(report_run_evidence(run, "metric_best_step") == 50);
    assert_true(isnan(report_run_evidence(run, "nonsense")));
}

/* The experiment's metric, not any: accuracy did nothing, macro F1 is undefined, and a loss is the loss. */
static void the_experiments_metric(void **state)
{
    (void)state;
    judge_by(METRIC_ACCURACY);
    assert_int_equal(take()->course, REPORT_METRIC_LEVEL);
    assert_non_null(strstr(take()->remedy, "nor fallen"));
    assert_non_null(strstr(take()->seen, "to the end, accuracy went from 0.9 to 0.9."));
    judge_by(METRIC_F1_MACRO);
    assert_int_equal(take()->course, REPORT_METRIC_UNKNOWN);
    assert_true(isnan(report_run_evidence(take(), "metric_best")));
    judge_by(METRIC_EVAL_LOSS);
    assert_int_equal(take()->course, REPORT_METRIC_UNKNOWN);
    assert_true(isnan(report_run_evidence(take(), "metric_at_end")));
    assert_null(strstr(take()->seen, "From there"));
}

static void a_diverged_run(void **state)
{
    (void)state;
    bench.report_runs[0].outcome = REPORT_DIVERGED;
    bench.report_runs[0].evaluation_count = bench.record.evaluation_count = 2;
    const struct report_run *run = take();
    assert_int_equal(run->class, REPORT_OSCILLATING);
    assert_int_equal(run->state, REPORT_STATE_DIVERGED);
    assert_string_equal(run->seen, "A loss or a gradient was no longer a finite number.");
    assert_true(report_run_evidence(run, "metric_at_end") == 0.6);
}

static void without_validation(void **state)
{
    (void)state;
    bench.report_runs[0].evaluation_count = bench.record.evaluation_count = 0;
    const struct report_run *run = take();
    assert_int_equal(run->state, REPORT_NO_VALIDATION);
    assert_int_equal(run->course, REPORT_METRIC_UNKNOWN);
    assert_true(isnan(report_run_evidence(run, "metric_noise")));
}

static void a_run_cut_off_has_none(void **state)
{
    (void)state;
    bench.report_runs[0].outcome = REPORT_CRASHED;
    assert_false(take()->has_class);
    assert_int_equal(take()->evidence_count, 0);
    assert_string_equal(take()->seen, "");
}

static void without_memory(void **state)
{
    (void)state;
    enum status status = STATUS_NO_MEMORY;
    long allocation = 0;
    while (status != STATUS_OK) {
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_false(bench.report_runs[0].has_class);
        memory_fail_from(++allocation);
        status = diagnoses_take_run(&bench.record, &bench.findings, 0, NULL);
        memory_fail_from(0);
    }
    assert_true(allocation > 3);
}

static struct report_agreement agree(const enum report_class *classes, size_t count)
{
    struct report_agreement found;
    for (size_t i = 0; i < count; i++) {
        bench.report_runs[i].has_class = true;
        bench.report_runs[i].class = classes[i];
    }
    diagnoses_agree(&bench.findings.report, 0, &found);
    return found;
}

static void some_runs_agree(void **state)
{
    (void)state;
    const struct report_agreement found = agree(
        (const enum report_class[]){REPORT_OVERFIT, REPORT_CONVERGED, REPORT_CONVERGED, REPORT_CONVERGED}, 4);
    assert_int_equal(found.n, 4);
    assert_int_equal(found.most, REPORT_CONVERGED);
    assert_int_equal(found.classes[REPORT_OVERFIT], 1);
    assert_true(found.share == 0.75 && found.pairs == 0.5);
}

/* Too little known, another setting, the same seeds or the same bits once more: none of these counts. */
static void what_does_not_count(void **state)
{
    (void)state;
    bench.report_runs[2].seed_init = 0;
    bench.report_runs[1].digest = bench.report_runs[3].digest = "d1";
    bench.report_runs[5].setting = 1;
    const struct report_agreement found =
        agree((const enum report_class[]){REPORT_OVERFIT, REPORT_CONVERGED, REPORT_OVERFIT, REPORT_CONVERGED,
                                          REPORT_UNDETERMINED, REPORT_STALLED},
              6);
    assert_int_equal(found.n, 2);
    assert_true(found.share == 0.5 && found.pairs == 0);
}

static void one_run_and_none(void **state)
{
    (void)state;
    struct report_agreement found = agree((const enum report_class[]){REPORT_STALLED}, 0);
    assert_int_equal(found.n, 0);
    assert_true(isnan(found.share) && isnan(found.pairs));
    found = agree((const enum report_class[]){REPORT_STALLED}, 1);
    assert_int_equal(found.n, 1);
    assert_int_equal(found.most, REPORT_STALLED);
    assert_true(found.share == 1 && isnan(found.pairs));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(overfit_and_better, setup),
        cmocka_unit_test_setup(the_experiments_metric, setup),
        cmocka_unit_test_setup(a_diverged_run, setup),
        cmocka_unit_test_setup(without_validation, setup),
        cmocka_unit_test_setup(a_run_cut_off_has_none, setup),
        cmocka_unit_test_setup(without_memory, setup),
        cmocka_unit_test_setup(some_runs_agree, setup),
        cmocka_unit_test_setup(what_does_not_count, setup),
        cmocka_unit_test_setup(one_run_and_none, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
