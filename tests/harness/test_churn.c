#include "base/memory.h"
#include "harness/stats/churn.h"
#include "harness/stats/stats.h"
#include "support_simulation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { EXAMPLES = 200, RUNS = 5 };

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

static struct churn split(const struct prediction_table *table, enum influence_metric metric)
{
    const struct churn_question question = {.metric = metric, .confidence = 0.95, .sigma0 = 0.011816};
    struct churn churn;
    assert_int_equal(churn_split(table, &question, &churn, NULL), STATUS_OK);
    return churn;
}

/* Right (1) or wrong (0): run 0 1100, run 1 1110; accuracies 1/2, 3/4, mean 5/8. By hand: MS_runs = 4 * 2 /
 * 8^2 = 1/8; example means 1, 1, 1/2, 0, MS_examples = 2 * .6875 / 3; residuals of both runs 1/8, 1/8, -+3/8,
 * 1/8: MS_rest = .375 / 3 = 1/8. So no training effect, churn 1/32, sampling (.458333 - .125) / 8 = 1/24; d =
 * 1/4. */
static void by_hand(void **state)
{
    (void)state;
    const int32_t labels[] = {1, 1, 0, 0}, predicted[] = {1, 1, 1, 1, 1, 1, 0, 1};
    const struct prediction_table table = {labels, predicted, 4, 2, 2};
    struct churn c = split(&table, INFLUENCE_ACCURACY);
    assert_int_equal(c.runs, 2);
    assert_near(c.metric, 0.625, 1e-15);
    assert_near(c.between.variance, 1.0 / 32, 1e-15); /* that of 1/2 and 3/4 */
    assert_near(c.training.variance, 0, 1e-15);
    assert_near(c.churn.variance, 1.0 / 32, 1e-15);
    assert_near(c.sampling.variance, 1.0 / 24, 1e-15);
    assert_near(c.disagreement, 0.25, 1e-15);
    assert_near(c.thumb_sd, sqrt(0.25 / 8), 1e-15);
    assert_near(c.thumb_sd, c.churn.sd, 1e-15);
    assert_near(c.p_training, 0.391, 0.001); /* F(1, 3) = 1: t(3) = 1, two-sided */
    assert_true(c.examples_needed == ceil(0.125 / (0.25 * 0.011816 * 0.25 * 0.011816)));
}

/* The design's number: N = 200, d = .05 gives 1.12 points. */
static void the_rule_of_thumb(void **state)
{
    (void)state;
    assert_near(100 * churn_thumb(0.05, 200), 1.12, 0.005);
    assert_true(isnan(churn_thumb(0.05, 0)));
    assert_true(churn_thumb(0, 200) == 0);
}

/* Of ten examples one is a toss-up, one is wrong, eight are right: two runs disagree on d = .05. */
static void equally_good_runs(struct draws *draws, const int32_t *labels, int32_t *predicted, int runs)
{
    for (int run = 0; run < runs; run++) {
        for (int i = 0; i < EXAMPLES; i++) {
            /* of ten examples one is a toss-up, one is wrong, eight are right: two runs disagree on d = .05
             */
            int kind = i % 10;
            int32_t wrong = 1 - labels[i];
            predicted[run * EXAMPLES + i] = kind == 0   ? (draws_uniform(draws) < 0.5 ? labels[i] : wrong)
                                            : kind == 1 ? wrong
                                                        : labels[i];
        }
    }
}

static void fill_labels(int32_t *labels)
{
    for (int i = 0; i < EXAMPLES; i++)
        labels[i] = (i / 10 + i) % 2;
}

/* Toss-ups alone: what the split calls churn is the variance that many runs really have, for F1 and for
 * accuracy; the rule of thumb is near it (1.12 points; the design's own simulation has 1.16); "training"
 * averages to nothing and its F test is wrong 5% of the time. Accuracy: exactly sqrt(20 * .25) / 200 = 1.118
 * points. */
static void churn_alone(void **state)
{
    (void)state;
    static int32_t labels[EXAMPLES], predicted[RUNS * EXAMPLES];
    fill_labels(labels);
    const struct prediction_table table = {labels, predicted, EXAMPLES, RUNS, 2};
    int count = simulation_count(400);
    for (uint32_t m = 0; m < 2; m++) {
        enum influence_metric metric = m == 0 ? INFLUENCE_ACCURACY : INFLUENCE_F1;
        struct draws draws = draws_begin(900 + m, DRAWS_SIMULATION);
        double between = 0, churn = 0, training = 0, needed = 0, squares = 0, d = 0;
        int wrong = 0, covered = 0;
        for (int i = 0; i < count; i++) {
            equally_good_runs(&draws, labels, predicted, RUNS);
            struct churn c = split(&table, metric);
            between += c.between.variance / count;
            squares += c.between.variance * c.between.variance / count;
            churn += c.churn.variance / count;
            training += c.training.variance / count;
            needed += c.examples_needed / count;
            d += c.disagreement / count;
            wrong += c.p_training < 0.05;
            covered += c.training.low <= 0 && c.training.high >= 0;
        }
        double error =
            sqrt((squares - between * between) / count); /* of the mean of `between`, and of `training` */
        print_message("between %.3f, churn %.3f points, d %.4f, needed %.0f\n", 100 * sqrt(between),
                      100 * sqrt(churn), d, needed);
        assert_near(churn, between, 4 * error);
        assert_near(training, 0, 4 * error);
        assert_near(d, 0.05, 0.002);
        assert_near(100 * sqrt(churn), 1.12, 0.06);
        if (m == 0) assert_near(100 * sqrt(between), 1.118, 0.05);
        if (m == 0) assert_near(needed, 2865, 60);
        simulation_assert_rate("training effect seen where none is", wrong, count, 0.05, 0.01);
        simulation_assert_rate("interval of none covers 0", covered, count, 0.95, 0.015);
    }
}

/* Runs of different error rates, normal about 15% with an SD of 3 points: that SD is the training effect. Per
 * run and example right or wrong is independent, so the rest has the variance e (1 - e). */
static void a_training_effect_is_found(void **state)
{
    (void)state;
    static int32_t labels[EXAMPLES], predicted[RUNS * EXAMPLES];
    const struct prediction_table table = {labels, predicted, EXAMPLES, RUNS, 2};
    struct draws draws = draws_begin(910, DRAWS_SIMULATION);
    int count = simulation_count(400), covered = 0;
    double training = 0, squares = 0, churn = 0;
    for (int i = 0; i < count; i++) {
        for (int run = 0; run < RUNS; run++) {
            double rate = 0.15 + 0.03 * draws_normal(&draws);
            for (int e = 0; e < EXAMPLES; e++)
                predicted[run * EXAMPLES + e] = draws_uniform(&draws) < rate;
        }
        struct churn c = split(&table, INFLUENCE_ACCURACY);
        training += c.training.variance / count;
        squares += c.training.variance * c.training.variance / count;
        churn += c.churn.variance / count;
        covered += c.training.low <= 0.0009 && c.training.high >= 0.0009;
    }
    print_message("training %.3f, churn %.3f points\n", 100 * sqrt(training), 100 * sqrt(churn));
    assert_near(training, 0.0009, 4 * sqrt((squares - training * training) / count));
    assert_near(churn, (0.15 * 0.85 - 0.0009) / EXAMPLES, 1e-5);
    simulation_assert_rate("training effect covered", covered, count, 0.95, 0.015);
}

/* Equal predictions: no spread at all; examples still differ, which all runs share. */
static void equal_runs(void **state)
{
    (void)state;
    const int32_t labels[] = {1, 1, 0, 0}, predicted[] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0};
    const struct prediction_table table = {labels, predicted, 4, 3, 2};
    struct churn c = split(&table, INFLUENCE_ACCURACY);
    assert_true(c.between.variance == 0 && c.churn.variance == 0 && c.training.variance == 0);
    assert_true(c.disagreement == 0 && c.thumb_sd == 0 && c.examples_needed == 0);
    assert_true(isnan(c.p_training));
    /* right on three of four: 3/16 of variance, / (N - 1) */
    assert_near(c.sampling.variance, 0.75 * 0.25 / 3, 1e-15);
}

static void degenerate_tables(void **state)
{
    (void)state;
    const int32_t zeros[] = {0, 0, 0, 0, 0, 0};
    struct prediction_table table = {zeros, zeros, 3, 1, 2};
    struct churn c = split(&table, INFLUENCE_ACCURACY); /* one run */
    assert_true(c.metric == 1 && isnan(c.between.variance) && isnan(c.churn.sd) && isnan(c.disagreement));
    table.runs = 2;
    c = split(&table, INFLUENCE_F1); /* one class only, never predicted otherwise */
    assert_int_equal(c.runs, 0);
    assert_int_equal(c.undefined, 2);
    assert_true(isnan(c.metric) && isnan(c.between.variance) && isnan(c.p_training));
    assert_true(c.disagreement == 0);
    table.examples = 0; /* no validation set */
    c = split(&table, INFLUENCE_ACCURACY);
    assert_true(isnan(c.metric) && isnan(c.disagreement) && isnan(c.thumb_sd) && isnan(c.sampling.sd));
    table.examples = 1;
    c = split(&table, INFLUENCE_ACCURACY);
    assert_true(c.metric == 1 && isnan(c.between.variance));
    const struct churn_question senseless = {.metric = INFLUENCE_ACCURACY, .confidence = 2, .sigma0 = 1};
    table.examples = 3;
    assert_int_equal(churn_split(&table, &senseless, &c, NULL), STATUS_INTERNAL);
    const int32_t beyond[] = {0, 0, 0, 0, 5, 0};
    table.predictions = beyond;
    assert_int_equal(churn_split(&table, &senseless, &c, NULL), STATUS_BAD_INPUT);
}

static void failing_allocations(void **state)
{
    (void)state;
    const int32_t labels[] = {1, 1, 0, 0}, predicted[] = {1, 1, 1, 1, 1, 1, 0, 1};
    const struct prediction_table table = {labels, predicted, 4, 2, 2};
    const struct churn_question question = {.metric = INFLUENCE_F1, .confidence = 0.95, .sigma0 = NAN};
    struct churn churn;
    long alive = memory_blocks_alive();
    for (long n = 1; n <= 3; n++) {
        memory_fail_from(n);
        enum status status = churn_split(&table, &question, &churn, NULL);
        memory_fail_from(0);
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(churn_split(&table, &question, &churn, NULL), STATUS_OK);
    assert_true(isnan(churn.examples_needed)); /* sigma0 was not said */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(the_rule_of_thumb),
        cmocka_unit_test(churn_alone),
        cmocka_unit_test(a_training_effect_is_found),
        cmocka_unit_test(equal_runs),
        cmocka_unit_test(degenerate_tables),
        cmocka_unit_test(failing_allocations),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
