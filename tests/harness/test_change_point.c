/* Where series moved: by hand, and how often they are said to have when they did not, and when they did. */
#include "base/memory.h"
#include "harness/stats/change_point.h"
#include "harness/stats/stats.h"
#include "tests/harness/support_simulation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { NIGHTS = 60, SERIES = 3 };

static struct error error;

static void find(const double *values, size_t count, struct change_points *found)
{
    const struct change_series series = {values, count};
    const struct change_question question = change_question_default();
    assert_int_equal(change_points_find(&series, 1, &question, found, &error), STATUS_OK);
}

static void a_still_series_moves_exactly_where_it_does(void **state)
{
    (void)state;
    double values[NIGHTS];
    struct change_points found;
    for (int i = 0; i < NIGHTS; i++)
        values[i] = i < 40 ? 0.85 : 0.84;
    values[10] = NAN; /* a night without a result */
    find(values, NIGHTS, &found);
    assert_int_equal(found.values, NIGHTS - 1);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.items[0].first, 40);
    assert_int_equal(found.items[0].from, 39);
    assert_int_equal(found.items[0].to, 40);
    assert_int_equal(found.items[0].before.n, 39);
    assert_true(fabs(found.items[0].difference.value + 0.01) < 1e-12);
    assert_true(isnan(found.items[0].difference.interval.low)); /* nothing varies */
    assert_true(found.items[0].p <= 0.0001);
    change_points_free(&found);
    /* Without any move nothing is said, however often the same value is seen. */
    for (int i = 0; i < NIGHTS; i++)
        values[i] = 0.85;
    find(values, NIGHTS, &found);
    assert_int_equal(found.count, 0);
    assert_true(found.p == 1);
    change_points_free(&found);
}

/* Of 23 values 1771 ways to choose three, two of them at an end: p is near 2 / 1771 at the third night, and
 * 2 / 231 at the second. */
static void a_move_is_seen_after_a_few_nights(void **state)
{
    (void)state;
    double values[23];
    struct change_points found;
    for (int i = 0; i < 23; i++)
        values[i] = i < 20 ? 1 : 2;
    find(values, 23, &found);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.items[0].from, 19);
    assert_true(fabs(found.p - 2 / 1771.0) < 0.001);
    change_points_free(&found);
    find(values, 22, &found);
    assert_true(fabs(found.p - 2 / 231.0) < 0.003);
    change_points_free(&found);
    find(values, 21, &found); /* a single night may be chance */
    assert_int_equal(found.count, 0);
    change_points_free(&found);
}

static void two_moves_are_told_apart(void **state)
{
    (void)state;
    double values[NIGHTS];
    struct change_points found;
    struct draws draws = draws_begin(3, DRAWS_SIMULATION);
    simulation_fill(&draws, 0, 1, values, NIGHTS);
    for (int i = 0; i < NIGHTS; i++)
        values[i] += i < 20 ? 0 : i < 45 ? 10 : 4;
    find(values, NIGHTS, &found);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.items[0].first, 20);
    assert_int_equal(found.items[1].first, 45);
    assert_int_equal(found.items[1].before.n, 25);
    assert_true(found.items[0].difference.interval.low < 10 && found.items[0].difference.interval.high > 10);
    assert_true(found.items[1].difference.interval.low < -6 && found.items[1].difference.interval.high > -6);
    change_points_free(&found);
}

static void one_wild_night_is_no_move(void **state)
{
    (void)state;
    double values[NIGHTS];
    struct change_points found;
    struct draws draws = draws_begin(4, DRAWS_SIMULATION);
    simulation_fill(&draws, 0, 1, values, NIGHTS);
    values[NIGHTS - 1] = 1e6;
    find(values, NIGHTS, &found);
    assert_int_equal(found.count, 0);
    change_points_free(&found);
    for (int i = 30; i < NIGHTS; i++)
        values[i] += 2.5;
    find(values, NIGHTS, &found); /* nor does it hide one */
    assert_int_equal(found.count, 1);
    change_points_free(&found);
}

static void what_cannot_be_asked_has_no_p(void **state)
{
    (void)state;
    const double few[] = {1, 1, NAN, 2, 2};
    struct change_points found;
    find(few, 5, &found);
    assert_true(isnan(found.p) && isnan(found.adjusted_p));
    change_points_free(&found);
    find(few, 0, &found);
    assert_true(isnan(found.p));
    change_points_free(&found);
    const struct change_series series = {few, 5};
    struct change_question question = change_question_default();
    question.alpha = 0.5;
    assert_int_equal(change_points_find(&series, 1, &question, &found, &error), STATUS_INTERNAL);
    change_points_free(&found);
}

static void without_memory_it_says_so(void **state)
{
    (void)state;
    double values[NIGHTS];
    for (int i = 0; i < NIGHTS; i++)
        values[i] = i < 40;
    const struct change_series series = {values, NIGHTS};
    const struct change_question question = change_question_default();
    const long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    for (long n = 1; status == STATUS_NO_MEMORY; n++) {
        struct change_points found;
        memory_fail_from(n);
        status = change_points_find(&series, 1, &question, &found, &error);
        memory_fail_from(0);
        change_points_free(&found);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(status, STATUS_OK);
}

/* How often a family of three series, in which the first moves by `shift` SDs `after` nights before its end,
 * is said to have moved anywhere. Of those that were seen: how often the range holds the true place. */
static int families_seen(double shift, int after, int families, double alpha, uint32_t seed, int *held)
{
    static double values[SERIES][NIGHTS];
    struct draws draws = draws_begin(seed, DRAWS_SIMULATION);
    struct change_question question = change_question_default();
    int seen = 0;
    question.alpha = alpha;
    *held = 0;
    for (int i = 0; i < families; i++) {
        struct change_series series[SERIES];
        struct change_points found[SERIES];
        int count = 0;
        for (int j = 0; j < SERIES; j++) {
            simulation_fill(&draws, 0, 1, values[j], NIGHTS);
            series[j] = (struct change_series){values[j], NIGHTS};
        }
        for (int j = NIGHTS - after; j < NIGHTS; j++)
            values[0][j] += shift;
        question.seed = (uint32_t)i;
        assert_int_equal(change_points_find(series, SERIES, &question, found, &error), STATUS_OK);
        for (int j = 0; j < SERIES; j++)
            count += found[j].count > 0;
        seen += count > 0;
        if (found[0].count > 0)
            *held += found[0].items[0].from < (size_t)(NIGHTS - after) &&
                     found[0].items[0].to >= (size_t)(NIGHTS - after);
        for (int j = 0; j < SERIES; j++)
            change_points_free(&found[j]);
    }
    return seen;
}

static void false_alarms_keep_their_rate(void **state)
{
    (void)state;
    int held, families = simulation_count(400);
    simulation_assert_rate("families of 3 series, nothing moved, alpha 0.05",
                           families_seen(0, 0, families, 0.05, 11, &held), families, 0.05, 0.01);
    simulation_assert_at_most("the same, alpha 0.01", families_seen(0, 0, families, 0.01, 12, &held),
                              families, 0.01);
}

/* docs/nightly.md says these. */
static void moves_are_found(void **state)
{
    (void)state;
    static const struct {
        double shift;
        int after;
        double least;
    } cases[] = {{2, 5, 0.4}, {2, 7, 0.7}, {2, 10, 0.9}, {1, 20, 0.4}, {3, 4, 0.7}};
    int families = simulation_count(200);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int held,
            seen = families_seen(cases[i].shift, cases[i].after, families, 0.01, 20 + (uint32_t)i, &held);
        print_message("a move of %g SD, %d nights ago, of %d nights: seen %.3f, range holds it %.3f\n",
                      cases[i].shift, cases[i].after, NIGHTS, seen / (double)families, held / (double)seen);
        assert_true(seen >= cases[i].least * families);
        assert_true(held >= 0.9 * seen);
    }
}

static int start(void **state)
{
    (void)state;
    stats_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_still_series_moves_exactly_where_it_does),
        cmocka_unit_test(a_move_is_seen_after_a_few_nights),
        cmocka_unit_test(two_moves_are_told_apart),
        cmocka_unit_test(one_wild_night_is_no_move),
        cmocka_unit_test(what_cannot_be_asked_has_no_p),
        cmocka_unit_test(without_memory_it_says_so),
        cmocka_unit_test(false_alarms_keep_their_rate),
        cmocka_unit_test(moves_are_found),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
