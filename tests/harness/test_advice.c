#include "harness/diagnose/advice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const rate[] = {"learning_rate"};
static const double rates[] = {1e-5, 3e-5, 1e-4};
static const char *const rate_texts[] = {"1e-05", "3e-05", "0.0001"};

/* A sweep of the learning rate over three values, three good runs of each, of which `best` is recommended. */
static struct situation sweep(struct recommendation *recommendation, size_t best)
{
    *recommendation = (struct recommendation){.kind = RECOMMEND_STABLE, .best = best};
    return (struct situation){.recommendation = recommendation,
                              .sweeps = rate,
                              .sweep_count = 1,
                              .numbers = rates,
                              .values = rate_texts,
                              .setting_count = 3,
                              .setting = best,
                              .learning_rate = rates[best],
                              .batch_size = 2,
                              .epochs = 3,
                              .n = 3,
                              .curves = 3};
}

static const struct advice *find(const struct advice *advice, size_t count, enum advice_kind kind)
{
    for (size_t i = 0; i < count; i++) {
        if (advice[i].kind == kind) return &advice[i];
    }
    return NULL;
}

static void assert_values(const struct advice *advice, const char *key, const char *values)
{
    assert_non_null(advice);
    assert_string_equal(advice->key, key);
    assert_string_equal(advice->values, values);
}

/* At the upper edge: 1e-4 x (1e-4 / 3e-5) = 3.3e-4, again 1.1e-3. */
static void an_edge_is_extended(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 2);
    size_t count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_EXTEND), "learning_rate", "0.00033, 0.0011");
    assert_null(find(advice, count, ADVICE_REFINE));
    s = sweep(&r, 0);
    count = advice_give(&s, advice);
    /* 1e-5 / 3 and / 9 */
    assert_values(find(advice, count, ADVICE_EXTEND), "learning_rate", "3.3e-6, 1.1e-6");
}

/* Inside: sqrt(3e-5 x 1e-5) = 1.7e-5, sqrt(3e-5 x 1e-4) = 5.5e-5. */
static void the_inside_is_refined(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    size_t count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_REFINE), "learning_rate", "1.7e-5, 5.5e-5");
    assert_null(find(advice, count, ADVICE_EXTEND));
}

/* After the learning rate comes the batch size: 2, so 1 and 4. After the last, the first that was not swept.
 */
static void the_recipes_order(void **state)
{
    (void)state;
    static const char *const epochs[] = {"epochs"};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    size_t count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_SWEEP_NEXT), "batch_size", "1, 4");
    s.sweeps = epochs;
    s.learning_rate = 2e-5;
    count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_SWEEP_NEXT), "learning_rate", "1.5e-5, 3e-5");
    s.sweep_count = 0;
    count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_SWEEP_NEXT), "learning_rate", "1.5e-5, 3e-5");
}

/* 3 epochs that overfit become 2; 3 that still improve become 5: the recipe's own numbers. */
static void what_the_curves_ask_for(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.overfit = 2;
    size_t count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_FEWER_EPOCHS), "epochs", "2");
    s.overfit = 0;
    s.still_improving = 3;
    count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_MORE_EPOCHS), "epochs", "5");
    s.still_improving = 0;
    s.oscillating = 2;
    count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_CALM_DOWN), "learning_rate", "3e-6");
    s.oscillating = 1;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_CALM_DOWN));
}

/* Nothing is recommended because all stalled: a higher rate, and no word about the sweep's edges. */
static void when_all_stalled(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 2);
    r.kind = RECOMMEND_NOTHING;
    s.stalled = 3;
    size_t count = advice_give(&s, advice);
    assert_int_equal(count, 1);
    assert_values(&advice[0], "learning_rate", "0.0003, 0.001");
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
    struct situation s = sweep(&r, 2);
    s.sweeps = epochs;
    s.numbers = numbers;
    s.values = texts;
    s.epochs = 8;
    size_t count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_EXTEND), "epochs", "16, 32");
    s.overfit = 3;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_EXTEND));
    assert_values(find(advice, count, ADVICE_FEWER_EPOCHS), "epochs", "5");
}

/* Whole numbers: between 2 and 4 lies 3, between 3 and 4 nothing; below 1 nothing. */
static void whole_numbers(void **state)
{
    (void)state;
    static const char *const batch[] = {"batch_size"}, *const texts[] = {"1", "2", "4"},
                             *const close[] = {"3", "4", "5"};
    static const double numbers[] = {1, 2, 4}, near[] = {3, 4, 5};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.sweeps = batch;
    s.batch_size = 2;
    s.numbers = numbers;
    s.values = texts;
    size_t count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_REFINE), "batch_size", "3");
    s.batch_size = 4;
    s.numbers = near;
    s.values = close;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_REFINE));
    s.numbers = numbers;
    s.values = texts;
    s.setting = r.best = 0;
    s.batch_size = 1;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_EXTEND));
}

/* In a grid only settings that differ in the one key are neighbours. Best: rate 2e-5 with batch 8, whose only
 * partner in batch 8 is 1e-5; so the rate is at an edge, though batch 4 has a higher one. */
static void neighbours_in_a_grid(void **state)
{
    (void)state;
    static const char *const keys[] = {"learning_rate", "batch_size"};
    static const char *const texts[] = {"1e-05", "8", "2e-05", "8", "4e-05", "4"};
    static const double numbers[] = {1e-5, 8, 2e-5, 8, 4e-5, 4};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.sweeps = keys;
    s.sweep_count = 2;
    s.numbers = numbers;
    s.values = texts;
    size_t count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_EXTEND), "learning_rate", "4e-5, 8e-5");
    assert_values(find(advice, count, ADVICE_SWEEP_NEXT), "epochs", "2, 5");
}

/* Urgent things first: pending, failed; few runs and unstable ones are named. */
static void urgency(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.pending = 1;
    s.failed = 1;
    s.n = 2;
    s.apart = true;
    size_t count = advice_give(&s, advice);
    assert_int_equal(advice[0].kind, ADVICE_FINISH_RUNS);
    assert_int_equal(advice[1].kind, ADVICE_LOOK_AT_FAILURES);
    assert_string_equal(find(advice, count, ADVICE_MORE_REPEATS)->values, "3");
    assert_non_null(find(advice, count, ADVICE_STEADY));
}

/* Runs that are asked for and not there are no reason to ask for as many: they failed, or are copies. */
static void enough_repeats_were_asked_for(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.n = 2;
    s.failed = 1;
    s.repeats = 3;
    size_t count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_MORE_REPEATS));
    s.failed = 0;
    s.twins = 1;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_MORE_REPEATS));
    assert_non_null(find(advice, count, ADVICE_VARY_SEEDS));
    s.repeats = s.n = 2;
    s.twins = 0;
    count = advice_give(&s, advice);
    assert_string_equal(find(advice, count, ADVICE_MORE_REPEATS)->values, "3");
}

static void timeouts(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.timeout = 90;
    assert_null(find(advice, advice_give(&s, advice), ADVICE_MORE_TIME));
    s.timed_out = 1;
    assert_values(find(advice, advice_give(&s, advice), ADVICE_MORE_TIME), "timeout", "180");
}

/* Overfit curves of runs that give every sample the same class do not ask for fewer epochs. */
static void one_class(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.overfit = 3;
    s.one_class = 2;
    size_t count = advice_give(&s, advice);
    assert_non_null(find(advice, count, ADVICE_ONE_CLASS));
    assert_null(find(advice, count, ADVICE_FEWER_EPOCHS));
    s.steps = 49;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_ONE_CLASS));
    assert_non_null(find(advice, count, ADVICE_TRAIN_LONGER));
    s.one_class = 1;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_ONE_CLASS));
    assert_non_null(find(advice, count, ADVICE_FEWER_EPOCHS));
}

/* 25 steps in 3 epochs are 100 in 12. From 50 on the rate is to blame. */
static void stalled_in_a_few_steps(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 2);
    s.stalled = 3;
    s.steps = 25;
    size_t count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_TRAIN_LONGER), "epochs", "12");
    assert_null(find(advice, count, ADVICE_RAISE_RATE));
    s.steps = 50;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_TRAIN_LONGER));
    assert_non_null(find(advice, count, ADVICE_RAISE_RATE));
}

/* Repeats with the same seeds: more of them would not help. */
static void the_same_seeds(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.n = 1;
    s.twins = 2;
    size_t count = advice_give(&s, advice);
    assert_non_null(find(advice, count, ADVICE_VARY_SEEDS));
    assert_null(find(advice, count, ADVICE_MORE_REPEATS));
}

/* Runs that share seeds by design give no verdict, however many: others are asked for. */
static void seeds_shared_by_design(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.shared = true;
    s.n = 22;
    size_t count = advice_give(&s, advice);
    assert_string_equal(find(advice, count, ADVICE_VARY_JOINTLY)->values, "3");
    assert_null(find(advice, count, ADVICE_STEADY));
    s.shared = false;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_VARY_JOINTLY));
}

/* Fewer is fewer and more is more: one epoch becomes two thirds of one, never one; what the keys would refuse
 * is not advised. */
static void values_go_where_the_advice_points(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.overfit = 3;
    s.epochs = 1;
    size_t count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_FEWER_EPOCHS), "epochs", "0.67");
    s.epochs = 0.5;
    count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_FEWER_EPOCHS), "epochs", "0.33");
    s.overfit = 0;
    s.still_improving = 3;
    s.epochs = 8000;
    count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_MORE_EPOCHS), "epochs", "10000");
    s.epochs = 10000;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_MORE_EPOCHS));
    s.still_improving = 0;
    s.stalled = 3;
    s.sweep_count = 0;
    s.learning_rate = 0.5;
    count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_RAISE_RATE), "learning_rate", "1");
    s.learning_rate = 1;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_RAISE_RATE));
}

/* The upper edge of 0.001, 0.01, 0.1: 1 is the last rate that there is. */
static void the_edge_of_what_is_allowed(void **state)
{
    (void)state;
    static const char *const texts[] = {"0.001", "0.01", "0.1"};
    static const double numbers[] = {0.001, 0.01, 0.1};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 2);
    s.numbers = numbers;
    s.values = texts;
    s.learning_rate = 0.1;
    size_t count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_EXTEND), "learning_rate", "1");
}

/* A rate of 3e-5 that oscillates would become 3e-6 and 1e-5; the sweep has 1e-5. When it has both, the other
 * remedies are named alone; fewer epochs than 3 are 2, which a sweep over 2 and 3 has. */
static void what_was_tried_is_not_advised(void **state)
{
    (void)state;
    static const char *const texts[] = {"1e-05", "3e-05", "3e-06"};
    static const double numbers[] = {1e-5, 3e-5, 3e-6}, passes[] = {2, 3, 5};
    static const char *const epochs[] = {"epochs"}, *const pass_texts[] = {"2", "3", "5"};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.oscillating = 3;
    size_t count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_CALM_DOWN), "learning_rate", "3e-6");
    s.numbers = numbers;
    s.values = texts;
    count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_CALM_DOWN), "learning_rate", "");
    s.oscillating = 0;
    s.overfit = 3;
    s.sweeps = epochs;
    s.numbers = passes;
    s.values = pass_texts;
    count = advice_give(&s, advice);
    assert_values(find(advice, count, ADVICE_FEWER_EPOCHS), "epochs", "");
}

/* Values that are no numbers have no edge. */
static void words_have_no_neighbours(void **state)
{
    (void)state;
    static const double none[] = {NAN, NAN, NAN};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.numbers = none;
    size_t count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_EXTEND));
    assert_null(find(advice, count, ADVICE_REFINE));
}

/* The runs differ because the validation set is small: another batch would change little. */
static void validation_data_before_a_larger_batch(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.apart = true;
    size_t count = advice_give(&s, advice);
    assert_non_null(find(advice, count, ADVICE_STEADY));
    assert_null(find(advice, count, ADVICE_MORE_VALIDATION));
    s.churned = true;
    s.examples_needed = 1234;
    count = advice_give(&s, advice);
    assert_int_equal(advice[0].kind, ADVICE_MORE_VALIDATION);
    assert_string_equal(advice[0].values, "1234");
    assert_null(find(advice, count, ADVICE_STEADY));
}

/* Where a neighbour has no finished run, the best value is not known to be at an edge or inside. */
static void a_pending_neighbour_is_waited_for(void **state)
{
    (void)state;
    static const bool last[] = {true, true, false}, all[] = {true, true, true};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 0);
    s.finished = all;
    size_t count = advice_give(&s, advice);
    assert_non_null(find(advice, count, ADVICE_EXTEND));
    assert_non_null(find(advice, count, ADVICE_SWEEP_NEXT));
    s.finished = last;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_EXTEND));
    assert_null(find(advice, count, ADVICE_REFINE));
    assert_null(find(advice, count, ADVICE_SWEEP_NEXT));
}

/* A few runs more are proposed, many are not. */
static void runs_that_decide(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.repeats = 3;
    s.further = 4;
    size_t count = advice_give(&s, advice);
    assert_non_null(find(advice, count, ADVICE_DECIDE));
    assert_string_equal(find(advice, count, ADVICE_DECIDE)->values, "7");
    s.further = 11;
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_DECIDE));
    s.further = 4;
    s.pending = 1; /* first those that were asked for */
    count = advice_give(&s, advice);
    assert_null(find(advice, count, ADVICE_DECIDE));
}

static void one_label(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = sweep(&r, 1);
    s.one_label = true;
    assert_int_equal(advice_give(&s, advice), 1);
    assert_int_equal(advice[0].kind, ADVICE_BOTH_CLASSES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edge_is_extended),
        cmocka_unit_test(the_inside_is_refined),
        cmocka_unit_test(the_recipes_order),
        cmocka_unit_test(what_the_curves_ask_for),
        cmocka_unit_test(when_all_stalled),
        cmocka_unit_test(curves_overrule_the_edge_of_epochs),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(neighbours_in_a_grid),
        cmocka_unit_test(urgency),
        cmocka_unit_test(values_go_where_the_advice_points),
        cmocka_unit_test(the_edge_of_what_is_allowed),
        cmocka_unit_test(what_was_tried_is_not_advised),
        cmocka_unit_test(words_have_no_neighbours),
        cmocka_unit_test(enough_repeats_were_asked_for),
        cmocka_unit_test(one_class),
        cmocka_unit_test(validation_data_before_a_larger_batch),
        cmocka_unit_test(a_pending_neighbour_is_waited_for),
        cmocka_unit_test(runs_that_decide),
        cmocka_unit_test(one_label),
        cmocka_unit_test(timeouts),
        cmocka_unit_test(stalled_in_a_few_steps),
        cmocka_unit_test(the_same_seeds),
        cmocka_unit_test(seeds_shared_by_design),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
