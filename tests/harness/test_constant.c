#include "harness/stats/constant.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { N = 40 };

static double best_of(const int32_t *labels, size_t n, int classes, enum influence_metric metric, int class)
{
    struct constant best;
    assert_int_equal(constant_best(labels, n, classes, metric, &best, NULL), STATUS_OK);
    assert_int_equal(best.class, class);
    return best.value;
}

/* Three of ten are of class 1: accuracy 7/10 by answering 0, F1 of class 1 2 * 0.3 / 1.3 by answering 1,
 * never 0; macro F1 (14/17) / 2 by answering 0. */
static void by_hand(void **state)
{
    (void)state;
    const int32_t labels[] = {0, 0, 1, 0, 0, 1, 0, 1, 0, 0};
    assert_true(fabs(best_of(labels, 10, 2, INFLUENCE_ACCURACY, 0) - 0.7) < 1e-15);
    assert_true(fabs(best_of(labels, 10, 2, INFLUENCE_F1, 1) - 0.6 / 1.3) < 1e-15);
    assert_true(fabs(best_of(labels, 10, 2, INFLUENCE_F1_MACRO, 0) - 7.0 / 17) < 1e-15);
}

/* Three classes of 1, 3 and 2 examples: F1 is the macro average, (2 * 3 / (6 + 3)) / 3. */
static void three_classes(void **state)
{
    (void)state;
    const int32_t labels[] = {0, 1, 1, 1, 2, 2};
    assert_true(fabs(best_of(labels, 6, 3, INFLUENCE_F1, 1) - 2.0 / 9) < 1e-15);
}

static void no_examples(void **state)
{
    (void)state;
    const int32_t none[1] = {0};
    assert_true(isnan(best_of(none, 0, 2, INFLUENCE_ACCURACY, 0)));
}

/* Half of 40 are of class 1. A run that is right about `right` of them beats 1/2 when right / 40 - 1/2 is
 * more than 1.96 standard errors of the difference: d is 1, 0 or -1, with 20 answers changed at most. */
static bool beaten_by(int wrong)
{
    int32_t labels[N], said[N];
    struct constant best;
    bool beaten;
    for (int i = 0; i < N; i++) {
        labels[i] = i % 2;
        said[i] = i < wrong ? 1 - labels[i] : labels[i];
    }
    const struct prediction_table table = {labels, said, N, 1, 2};
    assert_int_equal(constant_best(labels, N, 2, INFLUENCE_ACCURACY, &best, NULL), STATUS_OK);
    assert_true(best.value == 0.5);
    assert_int_equal(constant_beaten(&table, 0, &best, INFLUENCE_ACCURACY, &beaten, NULL), STATUS_OK);
    return beaten;
}

/* With w of 40 wrong, as many of each class, d is 1 for (40 - w) / 2 examples, -1 for w / 2 and 0 for the
 * rest: mean (20 - w) / 40, variance 1/2 - mean^2, times 40/39. w = 10: 0.25 > 1.96 * 0.1059 = 0.208; w = 12:
 * 0.2 < 0.213. */
static void more_than_noise(void **state)
{
    (void)state;
    assert_true(beaten_by(0));
    assert_true(beaten_by(10));
    assert_false(beaten_by(12));
    assert_false(beaten_by(20));
    assert_false(beaten_by(40));
}

/* The constant answer itself does not beat itself. */
static void not_by_itself(void **state)
{
    (void)state;
    const int32_t labels[] = {0, 1, 1, 1}, said[] = {1, 1, 1, 1};
    const struct prediction_table table = {labels, said, 4, 1, 2};
    struct constant best;
    bool beaten = true;
    assert_int_equal(constant_best(labels, 4, 2, INFLUENCE_F1, &best, NULL), STATUS_OK);
    assert_true(fabs(best.value - 6.0 / 7) < 1e-15);
    assert_int_equal(constant_beaten(&table, 0, &best, INFLUENCE_F1, &beaten, NULL), STATUS_OK);
    assert_false(beaten);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),         cmocka_unit_test(three_classes), cmocka_unit_test(no_examples),
        cmocka_unit_test(more_than_noise), cmocka_unit_test(not_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
