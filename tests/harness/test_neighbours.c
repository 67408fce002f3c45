/* Which values of a swept key to try next: beyond an edge, between two, and only where there is a value. */
#include "tests/harness/support_advice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* At the upper edge: 1e-4 x (1e-4 / 3e-5) = 3.3e-4, again 1.1e-3. */
static void an_edge_is_extended(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 2);
    size_t count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_EXTEND), "learning_rate", "0.00033, 0.0011");
    assert_null(advice_find(advice, count, ADVICE_REFINE));
    s = advice_sweep(&r, 0);
    count = advice_give(&s, advice);
    /* 1e-5 / 3 and / 9 */
    advice_assert_values(advice_find(advice, count, ADVICE_EXTEND), "learning_rate", "3.3e-6, 1.1e-6");
}

/* Inside: sqrt(3e-5 x 1e-5) = 1.7e-5, sqrt(3e-5 x 1e-4) = 5.5e-5. */
static void the_inside_is_refined(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    size_t count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_REFINE), "learning_rate", "1.7e-5, 5.5e-5");
    assert_null(advice_find(advice, count, ADVICE_EXTEND));
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
    struct situation s = advice_sweep(&r, 1);
    s.sweeps = batch;
    s.batch_size = 2;
    s.numbers = numbers;
    s.values = texts;
    size_t count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_REFINE), "batch_size", "3");
    s.batch_size = 4;
    s.numbers = near;
    s.values = close;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_REFINE));
    s.numbers = numbers;
    s.values = texts;
    s.setting = r.best = 0;
    s.batch_size = 1;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_EXTEND));
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
    struct situation s = advice_sweep(&r, 1);
    s.sweeps = keys;
    s.sweep_count = 2;
    s.numbers = numbers;
    s.values = texts;
    size_t count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_EXTEND), "learning_rate", "4e-5, 8e-5");
    advice_assert_values(advice_find(advice, count, ADVICE_SWEEP_NEXT), "epochs", "2, 5");
}

/* Fewer is fewer and more is more: one epoch becomes two thirds of one, never one; what the keys would refuse
 * is not advised. */
static void values_go_where_the_advice_points(void **state)
{
    (void)state;
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.overfit = 3;
    s.epochs = 1;
    size_t count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_FEWER_EPOCHS), "epochs", "0.67");
    s.epochs = 0.5;
    count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_FEWER_EPOCHS), "epochs", "0.33");
    s.overfit = 0;
    s.still_improving = 3;
    s.epochs = 8000;
    count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_MORE_EPOCHS), "epochs", "10000");
    s.epochs = 10000;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_MORE_EPOCHS));
    s.still_improving = 0;
    s.stalled = 3;
    s.sweep_count = 0;
    s.learning_rate = 0.5;
    count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_RAISE_RATE), "learning_rate", "1");
    s.learning_rate = 1;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_RAISE_RATE));
}

/* The upper edge of 0.001, 0.01, 0.1: 1 is the last rate that there is. */
static void the_edge_of_what_is_allowed(void **state)
{
    (void)state;
    static const char *const texts[] = {"0.001", "0.01", "0.1"};
    static const double numbers[] = {0.001, 0.01, 0.1};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 2);
    s.numbers = numbers;
    s.values = texts;
    s.learning_rate = 0.1;
    size_t count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_EXTEND), "learning_rate", "1");
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
    struct situation s = advice_sweep(&r, 1);
    s.oscillating = 3;
    size_t count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_CALM_DOWN), "learning_rate", "3e-6");
    s.numbers = numbers;
    s.values = texts;
    count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_CALM_DOWN), "learning_rate", "");
    s.oscillating = 0;
    s.overfit = 3;
    s.sweeps = epochs;
    s.numbers = passes;
    s.values = pass_texts;
    count = advice_give(&s, advice);
    advice_assert_values(advice_find(advice, count, ADVICE_FEWER_EPOCHS), "epochs", "");
}

/* Values that are no numbers have no edge. */
static void words_have_no_neighbours(void **state)
{
    (void)state;
    static const double none[] = {NAN, NAN, NAN};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 1);
    s.numbers = none;
    size_t count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_EXTEND));
    assert_null(advice_find(advice, count, ADVICE_REFINE));
}

/* Where a neighbour has no finished run, the best value is not known to be at an edge or inside. */
static void a_pending_neighbour_is_waited_for(void **state)
{
    (void)state;
    static const bool last[] = {true, true, false}, all[] = {true, true, true};
    struct recommendation r;
    struct advice advice[ADVICE_MOST];
    struct situation s = advice_sweep(&r, 0);
    s.finished = all;
    size_t count = advice_give(&s, advice);
    assert_non_null(advice_find(advice, count, ADVICE_EXTEND));
    assert_non_null(advice_find(advice, count, ADVICE_SWEEP_NEXT));
    s.finished = last;
    count = advice_give(&s, advice);
    assert_null(advice_find(advice, count, ADVICE_EXTEND));
    assert_null(advice_find(advice, count, ADVICE_REFINE));
    assert_null(advice_find(advice, count, ADVICE_SWEEP_NEXT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edge_is_extended),
        cmocka_unit_test(the_inside_is_refined),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(neighbours_in_a_grid),
        cmocka_unit_test(values_go_where_the_advice_points),
        cmocka_unit_test(the_edge_of_what_is_allowed),
        cmocka_unit_test(what_was_tried_is_not_advised),
        cmocka_unit_test(words_have_no_neighbours),
        cmocka_unit_test(a_pending_neighbour_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
