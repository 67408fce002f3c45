/* What to try next: what curves, failures, seeds and few runs ask for, and in which order. */
#include "tests/harness/support_advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* After the learning rate comes the batch size: 2, so 1 and 4. After the last, the first that was not swept.
 */
static void the_recipes_order(void **state)
{
    (void)state;
    static const char *const epochs[] = {"epochs"};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    size_t count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_SWEEP_NEXT), "batch_size", "1, 4");
    s.sweeps = epochs;
    s.learning_rate = 2e-5;
    count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_SWEEP_NEXT), "learning_rate", "1.5e-5, 3e-5");
    s.sweep_count = 0;
    count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_SWEEP_NEXT), "learning_rate", "1.5e-5, 3e-5");
}

/* 3 epochs that overfit become 2; 3 that still improve become 5: the recipe's own numbers. */
static void what_the_curves_ask_for(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.overfit = 2;
    size_t count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_FEWER_EPOCHS), "epochs", "2");
    s.overfit = 0;
    s.still_improving = 3;
    count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_MORE_EPOCHS), "epochs", "5");
    s.still_improving = 0;
    s.oscillating = 2;
    count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_CALM_DOWN), "learning_rate", "3e-6");
    s.oscillating = 1;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_CALM_DOWN));
}

/* Nothing is recommended because all stalled: a higher rate, and no word about the sweep's edges. */
static void when_all_stalled(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 2);
    r.kind = RECOMMEND_NOTHING;
    s.stalled = 3;
    size_t count = advice_give(&s, advice);
    assert_int_equal(count, 1);
    advice_assert_values(&advice[0], "learning_rate", "0.0003, 0.001");
    assert_int_equal(advice[0].kind, ADVICE_RAISE_RATE);
}

/* Epochs swept and best at the upper edge, but overfit: the curves' advice stands, no extension. */
static void curves_overrule_the_edge_of_epochs(void **state)
{
    (void)state;
    static const char *const epochs[] = {"epochs"}, *const texts[] = {"2", "4", "8"};
    static const double numbers[] = {2, 4, 8};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 2);
    s.sweeps = epochs;
    s.numbers = numbers;
    s.values = texts;
    s.epochs = 8;
    size_t count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_EXTEND), "epochs", "16, 32");
    s.overfit = 3;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_EXTEND));
    advice_assert_values(advice_find(advice, count, ADVICE_FEWER_EPOCHS), "epochs", "5");
}

/* Urgent things first: pending, failed; few runs and unstable ones are named. */
static void urgency(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.pending = 1;
    s.failed = 1;
    s.n = 2;
    s.apart = true;
    size_t count = advice_give(&s, advice);
    assert_int_equal(advice[0].kind, ADVICE_FINISH_RUNS);
    assert_int_equal(advice[1].kind, ADVICE_LOOK_AT_FAILURES);
    assert_string_equal(advice_find(advice, count, ADVICE_MORE_REPEATS)->values, "3");
    assert_non_null(advice_find(advice, count, ADVICE_STEADY));
}

/* Runs that are asked for and not there are no reason to ask for as many: they failed, or are copies. */
static void enough_repeats_were_asked_for(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.n = 2;
    s.failed = 1;
    s.repeats = 3;
    size_t count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_MORE_REPEATS));
    s.failed = 0;
    s.twins = 1;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_MORE_REPEATS));
    assert_non_null(advice_find(advice, count, ADVICE_VARY_SEEDS));
    s.repeats = s.n = 2;
    s.twins = 0;
    count = advice_give(&s, advice);
    assert_string_equal(advice_find(advice, count, ADVICE_MORE_REPEATS)->values, "3");
}

static void timeouts(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.timeout = 90;
    assert_null(advice_find(advice, advice_give(&s, advice), ADVICE_MORE_TIME));
    s.timed_out = 1;
    advice_assert_values(advice_find(advice, advice_give(&s, advice), ADVICE_MORE_TIME), "timeout", "180");
}

/* Overfit curves of runs that give every sample the same class do not ask for fewer epochs. */
static void one_class(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.overfit = 3;
    s.one_class = 2;
    size_t count = advice_give(&s, advice);
    assert_non_null(advice_find(advice, count, ADVICE_ONE_CLASS));
    assert_null(advice_find(advice, count, ADVICE_FEWER_EPOCHS));
    s.steps = 49;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_ONE_CLASS));
    assert_non_null(advice_find(advice, count, ADVICE_TRAIN_LONGER));
    s.one_class = 1;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_ONE_CLASS));
    assert_non_null(advice_find(advice, count, ADVICE_FEWER_EPOCHS));
}

/* 25 steps in 3 epochs are 100 in 12. From 50 on the rate is to blame. */
static void stalled_in_a_few_steps(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 2);
    s.stalled = 3;
    s.steps = 25;
    size_t count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_TRAIN_LONGER), "epochs", "12");
    assert_null(advice_find(advice, count, ADVICE_RAISE_RATE));
    s.steps = 50;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_TRAIN_LONGER));
    assert_non_null(advice_find(advice, count, ADVICE_RAISE_RATE));
}

/* Repeats with the same seeds: more of them would not help. */
static void the_same_seeds(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.n = 1;
    s.twins = 2;
    size_t count = advice_give(&s, advice);
    assert_non_null(advice_find(advice, count, ADVICE_VARY_SEEDS));
    assert_null(advice_find(advice, count, ADVICE_MORE_REPEATS));
}

/* Runs that share seeds by design give no verdict, however many: others are asked for. */
static void seeds_shared_by_design(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.shared = true;
    s.n = 22;
    size_t count = advice_give(&s, advice);
    assert_string_equal(advice_find(advice, count, ADVICE_VARY_JOINTLY)->values, "3");
    assert_null(advice_find(advice, count, ADVICE_STEADY));
    s.shared = false;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_VARY_JOINTLY));
}

/* The runs differ because the validation set is small: another batch would change little. */
static void validation_data_before_a_larger_batch(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.apart = true;
    size_t count = advice_give(&s, advice);
    assert_non_null(advice_find(advice, count, ADVICE_STEADY));
    assert_null(advice_find(advice, count, ADVICE_MORE_VALIDATION));
    s.churned = true;
    s.examples_needed = 1234;
    count = advice_give(&s, advice);
    assert_int_equal(advice[0].kind, ADVICE_MORE_VALIDATION);
    assert_string_equal(advice[0].values, "1234");
    assert_null(advice_find(advice, count, ADVICE_STEADY));
}

/* A few runs more are proposed, many are not. */
static void runs_that_decide(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.repeats = 3;
    s.further = 4;
    size_t count = advice_give(&s, advice);
    assert_non_null(advice_find(advice, count, ADVICE_DECIDE));
    assert_string_equal(advice_find(advice, count, ADVICE_DECIDE)->values, "7");
    s.further = 11;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_DECIDE));
    s.further = 4;
    s.pending = 1; /* first those that were asked for */
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_DECIDE));
}

static void one_label(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.one_label = true;
    assert_int_equal(advice_give(&s, advice), 1);
    assert_int_equal(advice[0].kind, ADVICE_BOTH_CLASSES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_recipes_order),
        cmocka_unit_test(what_the_curves_ask_for),
        cmocka_unit_test(when_all_stalled),
        cmocka_unit_test(curves_overrule_the_edge_of_epochs),
        cmocka_unit_test(urgency),
        cmocka_unit_test(enough_repeats_were_asked_for),
        cmocka_unit_test(timeouts),
        cmocka_unit_test(one_class),
        cmocka_unit_test(stalled_in_a_few_steps),
        cmocka_unit_test(the_same_seeds),
        cmocka_unit_test(seeds_shared_by_design),
        cmocka_unit_test(validation_data_before_a_larger_batch),
        cmocka_unit_test(runs_that_decide),
        cmocka_unit_test(one_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
