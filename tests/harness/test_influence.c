#include "harness/stats/influence.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-14)) fail_msg("%.17g is not %.17g", actual, expected);
}

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

/* tp 2, fp 1, fn 1: F = 4 / 6; mean(2 tp + fp + fn) = 6 / 5. A hit: 2/3 + (2 - 4/3) / 1.2 = 11/9; a miss or a
 * false alarm: 2/3 - 2/3 / 1.2 = 1/9; the right 0: F itself. */
static void f1_by_hand(void **state)
{
    (void)state;
    const int32_t labels[] = {1, 1, 0, 0, 1}, predicted[] = {1, 0, 1, 0, 1};
    const struct prediction_table table = {labels, predicted, 5, 1, 2};
    double u[5], value;
    assert_int_equal(influence_of_run(&table, 0, INFLUENCE_F1, u, &value, NULL), STATUS_OK);
    assert_near(value, 2.0 / 3);
    const double expected[] = {11.0 / 9, 1.0 / 9, 1.0 / 9, 2.0 / 3, 11.0 / 9};
    for (int i = 0; i < 5; i++)
        assert_near(u[i], expected[i]);
    assert_near(mean_of(u, 5), value);
}

/* The same table: class 0 has tp 1, fp 1, fn 1, F = 1/2; macro F1 = (2/3 + 1/2) / 2. Accuracy 3/5. */
static void macro_and_accuracy_by_hand(void **state)
{
    (void)state;
    const int32_t labels[] = {1, 1, 0, 0, 1}, predicted[] = {1, 0, 1, 0, 1};
    const struct prediction_table table = {labels, predicted, 5, 1, 2};
    double u[5], value;
    assert_int_equal(influence_of_run(&table, 0, INFLUENCE_F1_MACRO, u, &value, NULL), STATUS_OK);
    assert_near(value, 7.0 / 12);
    assert_near(mean_of(u, 5), value);
    assert_int_equal(influence_of_run(&table, 0, INFLUENCE_ACCURACY, u, &value, NULL), STATUS_OK);
    assert_near(value, 0.6);
    assert_true(u[0] == 1 && u[1] == 0 && u[2] == 0 && u[3] == 1 && u[4] == 1);
}

/* Three classes, the third nowhere: it counts 0 in the average, as in the trainer. Run 1 of the table is
 * looked at. */
static void a_class_that_is_nowhere(void **state)
{
    (void)state;
    const int32_t labels[] = {0, 1, 1}, predicted[] = {2, 2, 2, 0, 1, 0};
    const struct prediction_table table = {labels, predicted, 3, 2, 3};
    double u[3], value;
    assert_int_equal(influence_of_run(&table, 1, INFLUENCE_F1, u, &value, NULL), STATUS_OK);
    assert_near(value, (2.0 / 3 + 2.0 / 3 + 0) / 3);
    assert_near(mean_of(u, 3), value);
}

/* All labels 0: no class 1 to find. Predicting none is undefined, predicting one is F1 = 0. */
static void one_class_only(void **state)
{
    (void)state;
    const int32_t labels[] = {0, 0, 0}, none[] = {0, 0, 0}, one[] = {0, 1, 0};
    struct prediction_table table = {labels, none, 3, 1, 2};
    double u[3], value;
    assert_int_equal(influence_of_run(&table, 0, INFLUENCE_F1, u, &value, NULL), STATUS_OK);
    assert_true(isnan(value) && isnan(u[0]) && isnan(u[1]) && isnan(u[2]));
    table.predictions = one;
    assert_int_equal(influence_of_run(&table, 0, INFLUENCE_F1, u, &value, NULL), STATUS_OK);
    assert_true(value == 0 && u[0] == 0 && u[1] == 0);
    assert_int_equal(influence_of_run(&table, 0, INFLUENCE_ACCURACY, u, &value, NULL), STATUS_OK);
    assert_near(value, 2.0 / 3);
}

static void empty_and_wrong_tables(void **state)
{
    (void)state;
    const int32_t labels[] = {0, 1, 2}, predicted[] = {0, 1, -1};
    struct prediction_table table = {labels, predicted, 3, 1, 3};
    double u[3], value;
    struct error error;
    assert_int_equal(influence_of_run(&table, 0, INFLUENCE_F1, u, &value, &error), STATUS_BAD_INPUT);
    assert_string_equal(error.text, "run 0, example 2: label 2, prediction -1; both must be in 0..2");
    table.classes = 2;
    table.examples = 2;
    assert_int_equal(influence_of_run(&table, 1, INFLUENCE_F1, u, &value, NULL), STATUS_INTERNAL);
    table.examples = 0;
    assert_int_equal(influence_of_run(&table, 0, INFLUENCE_ACCURACY, u, &value, NULL), STATUS_OK);
    assert_true(isnan(value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(f1_by_hand),
        cmocka_unit_test(macro_and_accuracy_by_hand),
        cmocka_unit_test(a_class_that_is_nowhere),
        cmocka_unit_test(one_class_only),
        cmocka_unit_test(empty_and_wrong_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
