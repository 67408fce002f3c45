/* Best model and early stopping: first wins a tie, NaN never improves, patience counts evaluations in a row.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "trainer/fit/early_stop.h"

#include <math.h>

static bool take_f1(struct early_stop *watch, double f1)
{
    return early_stop_improved(watch, &(struct observed_evaluation){.f1 = f1, .loss = 9.0});
}

static bool take_loss(struct early_stop *watch, double loss)
{
    return early_stop_improved(watch, &(struct observed_evaluation){.f1 = 0.1, .loss = loss});
}

static void test_first_wins_a_tie(void **state)
{
    (void)state;
    struct early_stop best = {.metric = METRIC_F1};
    assert_true(take_f1(&best, 0.5));
    assert_false(take_f1(&best, 0.5));
    assert_true(take_f1(&best, 0.6));
    assert_false(take_f1(&best, 0.55));
    assert_true(best.best == 0.6);
    assert_false(early_stop_due(&best)); /* no patience: never */
}

static void test_loss_is_better_when_smaller(void **state)
{
    (void)state;
    struct early_stop early = {.metric = METRIC_EVAL_LOSS, .patience = 2};
    assert_true(take_loss(&early, 0.7));
    assert_true(take_loss(&early, 0.6));
    assert_false(take_loss(&early, 0.65));
    assert_false(early_stop_due(&early));
    assert_true(take_loss(&early, 0.59)); /* an improvement forgives */
    assert_false(take_loss(&early, 0.59));
    assert_false(take_loss(&early, 0.60));
    assert_true(early_stop_due(&early));
}

static void test_nan_never_improves(void **state)
{
    (void)state;
    struct early_stop early = {.metric = METRIC_EVAL_LOSS, .patience = 1};
    assert_false(take_loss(&early, (double)NAN));
    assert_true(early_stop_due(&early));
    assert_true(take_loss(&early, 0.5));
    assert_false(early_stop_due(&early));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_wins_a_tie),
        cmocka_unit_test(test_loss_is_better_when_smaller),
        cmocka_unit_test(test_nan_never_improves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
