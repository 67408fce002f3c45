/* Accuracy, precision, recall and F1 against tables counted by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/memory.h"
#include "trainer/fit/metrics.h"

#include <math.h>

static void assert_near(double value, double expected)
{
    assert_true(fabs(value - expected) < 1e-15);
}

static void test_two_classes(void **state)
{
    (void)state;
    /* tp 3, fp 1, fn 2, tn 4 */
    static const int32_t labels[] = {1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
    static const int32_t predicted[] = {1, 1, 1, 0, 0, 1, 0, 0, 0, 0};
    struct metrics m;
    assert_int_equal(metrics_compute(labels, predicted, 10, 2, &m, NULL), STATUS_OK);
    assert_near(m.accuracy, 0.7);
    assert_near(m.precision, 0.75);
    assert_near(m.recall, 0.6);
    assert_near(m.f1, 6.0 / 9.0);
    /* class 0: tp 4, fp 2, fn 1 -> 8 / 11 */
    assert_near(m.f1_macro, (6.0 / 9.0 + 8.0 / 11.0) / 2);
}

static void test_three_classes_are_macro_averaged(void **state)
{
    (void)state;
    static const int32_t labels[] = {0, 0, 0, 1, 1, 2};
    static const int32_t predicted[] = {0, 0, 1, 1, 2, 2};
    struct metrics m;
    assert_int_equal(metrics_compute(labels, predicted, 6, 3, &m, NULL), STATUS_OK);
    /* class 0: p 1, r 2/3, f 4/5; class 1: p 1/2, r 1/2, f 1/2; class 2: p 1/2, r 1, f 2/3 */
    assert_near(m.accuracy, 4.0 / 6.0);
    assert_near(m.precision, 2.0 / 3.0);
    assert_near(m.recall, (2.0 / 3 + 0.5 + 1) / 3);
    assert_near(m.f1, (0.8 + 0.5 + 2.0 / 3) / 3);
    assert_near(m.f1_macro, m.f1);
}

static void test_each_class(void **state)
{
    (void)state;
    static const int32_t labels[] = {0, 0, 0, 1, 1, 2};
    static const int32_t predicted[] = {0, 0, 1, 1, 3, 1};
    struct class_metrics each[5];
    metrics_by_class(labels, predicted, 6, 5, each);
    static const long tallies[5][3] = {{3, 2, 2}, {2, 3, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 0}};
    for (int c = 0; c < 5; c++) {
        assert_int_equal(each[c].rows, tallies[c][0]);
        assert_int_equal(each[c].predicted, tallies[c][1]);
        assert_int_equal(each[c].right, tallies[c][2]);
    }
    assert_near(each[0].precision, 1.0);
    assert_near(each[0].recall, 2.0 / 3.0);
    assert_near(each[0].f1, 0.8);
    assert_near(each[1].f1, 0.4);
    assert_true(isnan(each[2].precision));
    assert_near(each[2].recall, 0.0);
    assert_near(each[2].f1, 0.0);
    assert_true(isnan(each[3].recall));
    assert_near(each[3].f1, 0.0);
    assert_true(isnan(each[4].precision) && isnan(each[4].recall) && isnan(each[4].f1));
}

static void test_one_class_predicted(void **state)
{
    (void)state;
    static const int32_t labels[] = {1, 0, 1, 0};
    static const int32_t negative[] = {0, 0, 0, 0}, positive[] = {1, 1, 1, 1};
    struct metrics m;
    assert_int_equal(metrics_compute(labels, negative, 4, 2, &m, NULL), STATUS_OK);
    assert_true(isnan(m.precision)); /* 0 of 0 */
    assert_near(m.recall, 0.0);
    assert_near(m.f1, 0.0);
    assert_int_equal(metrics_compute(labels, positive, 4, 2, &m, NULL), STATUS_OK);
    assert_near(m.precision, 0.5);
    assert_near(m.recall, 1.0);
    assert_near(m.f1, 2.0 / 3);
    assert_near(m.f1_macro, 1.0 / 3);
}

static void test_nothing_is_undefined(void **state)
{
    (void)state;
    static const int32_t none[] = {0};
    struct metrics m;
    assert_int_equal(metrics_compute(none, none, 0, 2, &m, NULL), STATUS_OK);
    assert_true(isnan(m.accuracy) && isnan(m.precision) && isnan(m.recall) && isnan(m.f1) &&
                isnan(m.f1_macro));
    assert_int_equal(metrics_compute(none, none, 0, 3, &m, NULL), STATUS_OK);
    assert_true(isnan(m.accuracy) && isnan(m.precision) && isnan(m.recall) && isnan(m.f1) &&
                isnan(m.f1_macro));
    /* only negatives, all right: the positive class is absent, its F1 undefined */
    assert_int_equal(metrics_compute(none, none, 1, 2, &m, NULL), STATUS_OK);
    assert_near(m.accuracy, 1.0);
    assert_true(isnan(m.f1));
    assert_near(m.f1_macro, 1.0); /* of the one class that is met */
}

/* Of 5 classes, 3 is met by a prediction only and 4 not at all. As
 * sklearn.metrics.f1_score([0, 0, 1, 2], [0, 1, 1, 3], average="macro") has it: (2/3 + 2/3 + 0 + 0) / 4. */
static void test_absent_classes_are_left_out(void **state)
{
    (void)state;
    static const int32_t labels[] = {0, 0, 1, 2};
    static const int32_t predicted[] = {0, 1, 1, 3};
    struct metrics m;
    assert_int_equal(metrics_compute(labels, predicted, 4, 5, &m, NULL), STATUS_OK);
    assert_near(m.f1_macro, 1.0 / 3);
    assert_near(m.f1, 1.0 / 3);
    assert_near(m.precision, (1.0 + 0.5) / 4);
    assert_near(m.recall, (0.5 + 1.0) / 4);
}

static void test_no_memory(void **state)
{
    (void)state;
    static const int32_t one[] = {0};
    struct metrics m;
    memory_fail_from(1);
    enum status status = metrics_compute(one, one, 1, 2, &m, NULL);
    memory_fail_from(0);
    assert_int_equal(status, STATUS_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_classes),
        cmocka_unit_test(test_three_classes_are_macro_averaged),
        cmocka_unit_test(test_each_class),
        cmocka_unit_test(test_one_class_predicted),
        cmocka_unit_test(test_nothing_is_undefined),
        cmocka_unit_test(test_absent_classes_are_left_out),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
