/* Whether a mean is as good as it was: worked examples, the three answers, and how often they are wrong. */
#include "harness/stats/noninferiority.h"

#include "harness/stats/stats.h"
#include "tests/harness/support_simulation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct error error;
static struct welch_tests welch_tests;
static const uint64_t seeds[] = {1, 2, 3, 4, 5};
static const uint64_t others[] = {11, 12, 13, 14, 15};

static struct noninferiority judge(const double *now, const double *then, size_t count,
                                   const uint64_t *seeds_now, double margin, bool higher)
{
    struct noninferiority result;
    const struct compare_side a = {now, seeds_now, count}, b = {then, seeds, count};
    const struct noninferiority_question question = {
        .alpha = 0.05, .margin = margin, .higher_is_better = higher, .tests = &welch_tests};
    assert_int_equal(noninferiority_judge(&a, &b, &question, &result, &error), STATUS_OK);
    return result;
}

/* Differences -1, -2, -3, -2, -2 points: mean -2, s = 0.7071, standard error 0.3162; t(4; 0.95) = 2.1318. */
static void bounds_are_students(void **state)
{
    const double then[] = {0.85, 0.86, 0.84, 0.85, 0.83}, now[] = {0.84, 0.84, 0.81, 0.83, 0.81};
    (void)state;
    struct noninferiority result = judge(now, then, 5, seeds, 0.01, true);
    assert_int_equal(result.basis, COMPARE_BY_PAIRS);
    assert_int_equal(result.pairs, 5);
    assert_true(fabs(result.difference + 0.02) < 1e-12);
    assert_true(fabs(result.bounds.low - (-0.02 - 2.131847 * 0.003162278)) < 1e-8);
    assert_true(fabs(result.bounds.high - (-0.02 + 2.131847 * 0.003162278)) < 1e-8);
    assert_true(fabs(result.p - 0.0015991) < 1e-6); /* P(t(4) > 6.3246) */
    assert_int_equal(result.answer, NONINFERIORITY_WORSE);
    assert_int_equal(judge(now, then, 5, seeds, 0.03, true).answer,
                     NONINFERIORITY_WITHIN); /* worse, and no matter */
    assert_int_equal(judge(now, then, 5, seeds, 0.0001, false).answer,
                     NONINFERIORITY_WITHIN); /* a loss that fell */
    result = judge(then, now, 5, seeds, 0, true);
    assert_int_equal(result.answer, NONINFERIORITY_WITHIN);
    assert_true(fabs(result.p - (1 - 0.0015991)) < 1e-6);
    result = judge(now, then, 5, others, 0.01, true);
    assert_int_equal(result.basis, COMPARE_BY_WELCH);
    assert_int_equal(result.pairs, 0);
    assert_int_equal(result.answer, NONINFERIORITY_WORSE); /* t = 2.648, df = 7.8, p 0.015 */
}

static void few_runs_decide_nothing(void **state)
{
    const double then[] = {0.85, 0.86, NAN}, now[] = {0.5, 0.5, 0.5}, noisy[] = {0.80, 0.9, 0.84, 0.86, 0.85};
    const double calm[] = {0.85, 0.86, 0.84, 0.85, 0.83};
    (void)state;
    struct noninferiority result = judge(now, then, 3, seeds, 0.01, true);
    assert_int_equal(result.basis, COMPARE_BY_NOTHING);
    assert_int_equal(result.answer, NONINFERIORITY_UNDECIDED);
    assert_true(isnan(result.p) && isnan(result.bounds.low));
    assert_int_equal(judge(noisy, calm, 5, seeds, 0.01, true).answer, NONINFERIORITY_UNDECIDED);
}

/* Where nothing varies there is no t: the difference itself is judged, with the slack of rounding. */
static void equal_differences_are_judged_as_they_are(void **state)
{
    const double then[] = {0.85, 0.86, 0.84}, one_less[] = {0.84, 0.85, 0.83},
                 two_less[] = {0.83, 0.84, 0.82};
    (void)state;
    assert_int_equal(judge(then, then, 3, seeds, 0, true).answer, NONINFERIORITY_WITHIN);
    assert_int_equal(judge(one_less, then, 3, seeds, 0.01, true).answer, NONINFERIORITY_WITHIN);
    struct noninferiority result = judge(two_less, then, 3, seeds, 0.01, true);
    assert_int_equal(result.answer, NONINFERIORITY_WORSE);
    assert_true(isnan(result.p));
}

static void many_settings_are_corrected(void **state)
{
    const double then[] = {0.85, 0.86, 0.84, 0.85, 0.83}, now[] = {0.84, 0.84, 0.83, 0.85, 0.81};
    (void)state;
    struct noninferiority results[4];
    for (int i = 0; i < 4; i++)
        results[i] = judge(i == 0 ? now : then, then, 5, seeds, 0.005, true);
    results[1].p = results[2].p = results[3].p = 0.9;
    assert_int_equal(results[0].answer, NONINFERIORITY_WORSE); /* alone: p 0.0163 */
    assert_int_equal(noninferiority_adjust(results, 4, &error), STATUS_OK);
    assert_true(fabs(results[0].adjusted_p - 4 * results[0].p) < 1e-12);
    assert_int_equal(results[0].answer, NONINFERIORITY_UNDECIDED);
    assert_int_equal(results[3].answer, NONINFERIORITY_WITHIN);
}

/* How often an answer is given when `shift` is the truth: five runs on each side, SD 1 point, a margin of 1.
 */
static int count_answers(double shift, enum noninferiority_answer wanted, const uint64_t *seeds_now,
                         int count)
{
    enum { RUNS = 5 };
    int hits = 0;
    struct draws draws = draws_begin(7, DRAWS_SIMULATION);
    for (int i = 0; i < count; i++) {
        double now[RUNS], then[RUNS];
        simulation_fill(&draws, 0.85, 0.01, then, RUNS);
        simulation_fill(&draws, 0.85 + shift, 0.01, now, RUNS);
        hits += judge(now, then, RUNS, seeds_now, 0.01, true).answer == wanted;
    }
    return hits;
}

/* With pairs t is exact; Welch's test keeps 5% at any SDs, and has less at equal ones. A loss that is worse
 * and yet within the margin is no claim of worse, which hardly ever comes about with five runs. */
static void wrong_answers_are_as_rare_as_promised(void **state)
{
    int count = simulation_count(3000);
    (void)state;
    simulation_assert_rate("pairs, the margin is lost: within",
                           count_answers(-0.01, NONINFERIORITY_WITHIN, seeds, count), count, 0.05, 0);
    simulation_assert_rate("pairs, nothing is lost: worse",
                           count_answers(0, NONINFERIORITY_WORSE, seeds, count), count, 0.05, 0.002);
    simulation_assert_rate("Welch, the margin is lost: within",
                           count_answers(-0.01, NONINFERIORITY_WITHIN, others, count), count, 0.045, 0.003);
    simulation_assert_rate("Welch, nothing is lost: worse",
                           count_answers(0, NONINFERIORITY_WORSE, others, count), count, 0.045, 0.003);
}

/* Three runs against ten in four settings, whose SD is 2.2 times what it was: by Welch's own test one in
 * eleven such checks would call a setting worse that lost nothing. */
static void few_runs_against_many_keep_the_promise(void **state)
{
    enum { FEW = 3, MANY = 10, SETTINGS = 4 };
    int count = simulation_count(3000), worse = 0, within = 0;
    struct draws draws = draws_begin(8, DRAWS_SIMULATION);
    const struct noninferiority_question question = {
        .alpha = 0.05, .margin = 0.01, .higher_is_better = true, .tests = &welch_tests};
    (void)state;
    for (int i = 0; i < count; i++) {
        struct noninferiority same[SETTINGS], lost;
        double now[FEW], then[MANY];
        bool any = false;
        for (int k = 0; k < SETTINGS; k++) {
            simulation_fill(&draws, 0.85, 0.05, then, MANY);
            simulation_fill(&draws, 0.85, 0.11, now, FEW);
            const struct compare_side a = {now, NULL, FEW}, b = {then, NULL, MANY};
            assert_int_equal(noninferiority_judge(&a, &b, &question, &same[k], &error), STATUS_OK);
        }
        for (int run = 0; run < FEW; run++)
            now[run] -= question.margin;
        const struct compare_side a = {now, NULL, FEW}, b = {then, NULL, MANY};
        assert_int_equal(noninferiority_judge(&a, &b, &question, &lost, &error), STATUS_OK);
        assert_int_equal(noninferiority_adjust(same, SETTINGS, &error), STATUS_OK);
        for (int k = 0; k < SETTINGS; k++)
            any = any || same[k].answer == NONINFERIORITY_WORSE;
        worse += any;
        within += lost.answer == NONINFERIORITY_WITHIN;
    }
    simulation_assert_at_most("3 against 10, nothing is lost in four settings: worse", worse, count, 0.05);
    simulation_assert_at_most("3 against 10, the margin is lost: within", within, count, 0.05);
    assert_true(worse > count / 40 && within > count / 40); /* and not by saying nothing */
}

static int initialise(void **state)
{
    (void)state;
    stats_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_are_students),
        cmocka_unit_test(few_runs_decide_nothing),
        cmocka_unit_test(equal_differences_are_judged_as_they_are),
        cmocka_unit_test(many_settings_are_corrected),
        cmocka_unit_test(wrong_answers_are_as_rare_as_promised),
        cmocka_unit_test(few_runs_against_many_keep_the_promise),
    };
    return cmocka_run_group_tests(tests, initialise, NULL);
}
