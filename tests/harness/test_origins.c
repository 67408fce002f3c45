#include "harness/origins.h"

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
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { REPEATS = 2, EXAMPLES = 8 };
static const double rates[1] = {1e-3};

/* Half of the examples are of class 1. The runs are right about 6 and 7 of the 8, and disagree on three: one
 * is wrong about examples 0 and 1, the other about example 7. */
static const int32_t truth[EXAMPLES] = {0, 0, 0, 0, 1, 1, 1, 1};
static const int32_t predicted[REPEATS][EXAMPLES] = {{1, 1, 0, 0, 1, 1, 1, 1}, {0, 0, 0, 0, 1, 1, 1, 0}};
static const double accuracies[REPEATS] = {0.75, 0.875};

struct bench {
    struct findings findings;
    int32_t labels[REPEATS][EXAMPLES]; /* as each run says them */
    int labelled[REPEATS];             /* of how many examples; 0: it does not say them */
    double accuracy[REPEATS];
    int32_t predicted[REPEATS][EXAMPLES];
};

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    stats_init();
    struct findings *findings = &bench->findings;
    experiment_plan(rates, 1, REPEATS, 10, &findings->plan);
    findings->plan.experiment.metric = METRIC_ACCURACY;
    assert_int_equal(inquiry_fill(findings, NULL), STATUS_OK);
    findings->report.labels = 2;
    findings->report.sigma0 = 0.01;
    findings->runs = memory_zeroed(REPEATS, sizeof *findings->runs);
    findings->report_runs = memory_zeroed(REPEATS, sizeof *findings->report_runs);
    for (int run = 0; run < REPEATS; run++) {
        bench->accuracy[run] = accuracies[run];
        findings->report_runs[run] = (struct report_run){
            .seed_init = (uint32_t)run, .outcome = REPORT_DONE, .digest = "", .metric = accuracies[run]};
        memcpy(bench->labels[run], truth, sizeof truth);
        bench->labelled[run] = EXAMPLES;
        memcpy(bench->predicted[run], predicted[run], sizeof predicted[run]);
    }
    findings->report.runs = findings->report_runs;
    findings->report.run_count = REPEATS;
    assert_int_equal(judgement_fill(findings, NULL), STATUS_OK);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    findings_free(&bench->findings);
    free(bench);
    return 0;
}

static enum status fill(struct bench *bench, struct error *error)
{
    for (size_t run = 0; run < REPEATS; run++) {
        int32_t said[EXAMPLES];
        memcpy(said, bench->predicted[run], sizeof said);
        struct observed_evaluation evaluation = {
            .step = 4, .accuracy = bench->accuracy[run], .count = EXAMPLES, .predictions = said};
        const struct run_record record = {
            .outcome = RUN_DONE,
            .has_begin = true,
            .has_end = true,
            .begin = {.labels = 2,
                      .labelled = bench->labelled[run],
                      .validation_labels = bench->labelled[run] > 0 ? bench->labels[run] : NULL},
            .end = {.best_step = 4},
            .evaluations = &evaluation,
            .evaluation_count = 1};
        TRY(origins_take_run(&record, &bench->findings, run, error));
    }
    return origins_fill(&bench->findings, error);
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9)) fail_msg("%.10g is not %.10g", value, expected);
}

/* By hand: the runs' accuracies are 6/8 and 7/8, their variance 1/128. Sums of squares of the 16 values of 0
 * and 1 (13 ones): all 13 - 169/16 = 39/16; between runs 8 (2 (1/16)^2) = 1/16; between examples, whose means
 * are 1 but for three of 1/2, 2 (5 (3/16)^2 + 3 (5/16)^2) = 15/16; the rest 23/16 with 7 degrees of freedom.
 * So the churn is 23 / (16 * 7 * 8) = 23/896, and the training 1/128 - 23/896 < 0. Sampling: (15/112 -
 * 23/112) / 16 < 0. */
static void spread_is_split(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(fill(bench, NULL), STATUS_OK);
    assert_memory_equal(bench->findings.example_labels, truth, sizeof truth);
    const struct report_origin *origin = &bench->findings.settings[0].origin;
    assert_near(origin->between.sd, sqrt(1.0 / 128));
    assert_near(origin->churn.sd, sqrt(23.0 / 896));
    assert_near(origin->training.sd, 0);
    assert_near(origin->sampling.sd, 0);
    assert_near(origin->disagreement, 3.0 / 8);
    assert_near(origin->thumb_sd, sqrt(3.0 / 8 / 16));
    assert_near(origin->examples_needed, ceil(23.0 / 112 / (0.0025 * 0.0025)));
}

/* Both runs are right about every example: what another validation set would do does not show, and is not 0.
 */
static void equal_answers_show_no_error(void **state)
{
    struct bench *bench = *state;
    for (int run = 0; run < REPEATS; run++) {
        memcpy(bench->predicted[run], truth, sizeof truth);
        bench->accuracy[run] = 1;
    }
    assert_int_equal(fill(bench, NULL), STATUS_OK);
    const struct report_origin *origin = &bench->findings.settings[0].origin;
    assert_near(origin->between.sd, 0);
    assert_true(isnan(origin->sampling.sd) && isnan(origin->sampling.high));
}

static void assert_only_disagreement(struct bench *bench)
{
    assert_int_equal(fill(bench, NULL), STATUS_OK);
    const struct report_origin *origin = &bench->findings.settings[0].origin;
    assert_near(origin->disagreement, 3.0 / 8);
    assert_true(isnan(origin->between.sd) && isnan(origin->churn.high) && isnan(origin->examples_needed));
}

static void labels_that_no_run_says(void **state)
{
    struct bench *bench = *state;
    bench->labelled[0] = bench->labelled[1] = 0;
    assert_only_disagreement(bench);
    assert_null(bench->findings.example_labels);
}

/* A run of another version of the trainer may not say them: those of the others are its own too. */
static void labels_that_one_run_says(void **state)
{
    struct bench *bench = *state;
    bench->labelled[0] = 0;
    assert_int_equal(fill(bench, NULL), STATUS_OK);
    assert_near(bench->findings.settings[0].origin.churn.sd, sqrt(23.0 / 896));
}

/* Both runs keep their accuracies by these labels, which are not the same. */
static void labels_that_are_contradicted(void **state)
{
    struct bench *bench = *state;
    bench->labels[1][0] = 1;
    bench->labels[1][7] = 0;
    assert_only_disagreement(bench);
}

static void labels_that_give_another_accuracy(void **state)
{
    struct bench *bench = *state;
    bench->accuracy[1] = 0.75;
    assert_only_disagreement(bench);
}

static void a_loss_is_not_split(void **state)
{
    struct bench *bench = *state;
    bench->findings.plan.experiment.metric = METRIC_EVAL_LOSS;
    assert_only_disagreement(bench);
    assert_true(isnan(bench->findings.settings[0].origin.thumb_sd));
}

static void one_run_has_no_origin(void **state)
{
    struct bench *bench = *state;
    bench->findings.report_runs[1].outcome = REPORT_FAILED;
    assert_int_equal(fill(bench, NULL), STATUS_OK);
    assert_true(isnan(bench->findings.settings[0].origin.disagreement));
}

/* Two runs of the same bits, or of the same seeds, are one: nothing can be split. */
static void copies_have_no_origin(void **state)
{
    struct bench *bench = *state;
    bench->findings.report_runs[0].digest = bench->findings.report_runs[1].digest = "the same";
    assert_int_equal(fill(bench, NULL), STATUS_OK);
    assert_true(isnan(bench->findings.settings[0].origin.disagreement));
    bench->findings.report_runs[1].digest = "another";
    assert_int_equal(fill(bench, NULL), STATUS_OK);
    assert_near(bench->findings.settings[0].origin.disagreement, 3.0 / 8);
    bench->findings.report_runs[1].seed_init = bench->findings.report_runs[0].seed_init;
    assert_int_equal(fill(bench, NULL), STATUS_OK);
    assert_true(isnan(bench->findings.settings[0].origin.disagreement));
}

static void no_memory_is_an_error_and_no_leak(void **state)
{
    struct bench *bench = *state;
    struct findings *findings = &bench->findings;
    enum status status = STATUS_NO_MEMORY;
    long alive = memory_blocks_alive();
    for (long n = 1; status != STATUS_OK; n++) {
        assert_in_range(n, 1, 1000);
        memory_fail_from(n);
        status = fill(bench, NULL);
        memory_fail_from(0);
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        for (int run = 0; run < REPEATS; run++) {
            memory_free(findings->runs[run].predictions);
            findings->runs[run].predictions = NULL;
        }
        memory_free(findings->example_labels);
        findings->example_labels = NULL;
        assert_int_equal(memory_blocks_alive(), alive);
    }
}

/* Runs that share seeds by design: nothing is said of the setting, but the churn of the runs that differ in
 * one seed alone, which both do here, and of all. */
static void streams_have_their_churn(void **state)
{
    struct bench *bench = *state;
    bench->findings.report.shared_seeds = true;
    assert_int_equal(fill(bench, NULL), STATUS_OK);
    const struct report_setting *setting = &bench->findings.settings[0];
    assert_true(isnan(setting->origin.between.sd) && isnan(setting->origin.disagreement));
    assert_near(setting->streams.streams[0].churn.sd, sqrt(23.0 / 896));
    assert_near(setting->streams.churn.sd, sqrt(23.0 / 896));
    assert_true(isnan(setting->streams.streams[1].churn.sd) && isnan(setting->streams.streams[2].churn.sd));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(spread_is_split, setup, teardown),
        cmocka_unit_test_setup_teardown(equal_answers_show_no_error, setup, teardown),
        cmocka_unit_test_setup_teardown(streams_have_their_churn, setup, teardown),
        cmocka_unit_test_setup_teardown(labels_that_no_run_says, setup, teardown),
        cmocka_unit_test_setup_teardown(labels_that_one_run_says, setup, teardown),
        cmocka_unit_test_setup_teardown(labels_that_are_contradicted, setup, teardown),
        cmocka_unit_test_setup_teardown(labels_that_give_another_accuracy, setup, teardown),
        cmocka_unit_test_setup_teardown(a_loss_is_not_split, setup, teardown),
        cmocka_unit_test_setup_teardown(one_run_has_no_origin, setup, teardown),
        cmocka_unit_test_setup_teardown(copies_have_no_origin, setup, teardown),
        cmocka_unit_test_setup_teardown(no_memory_is_an_error_and_no_leak, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
