/* Ratios of times: by hand, and as often right as they say. */
#include "harness/stats/draws.h"
#include "harness/stats/stats.h"
#include "harness/stats/time_ratio.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct error error;

static struct time_ratio judge(const struct time_kind *kinds, size_t count, double alpha)
{
    struct time_ratio result;
    stats_init();
    if (time_ratio_compute(kinds, count, alpha, &result, &error) != STATUS_OK) fail_msg("%s", error.text);
    return result;
}

/* Logarithms 0.1, 0.2, 0.3 and 0, 0.1: means 0.2 and 0.05, squares 0.02 + 0.005 over 3 degrees of freedom,
 * t(0.95; 3) = 2.353363. */
static void by_hand(void **state)
{
    (void)state;
    const double now[] = {exp(0.1), exp(0.2), exp(0.3)}, then[] = {1, exp(0.1)};
    const struct time_kind kind = {now, then, 3, 2, false};
    struct time_ratio result = judge(&kind, 1, 0.05);
    assert_true(result.now == 3 && result.then == 2 && !result.pairs);
    assert_true(fabs(result.ratio - exp(0.15)) < 1e-12);
    const double reach = 2.353363 * sqrt(0.025 / 3 * (1.0 / 3 + 1.0 / 2));
    assert_true(fabs(log(result.bounds.low) - (0.15 - reach)) < 1e-6);
    assert_true(fabs(log(result.bounds.high) - (0.15 + reach)) < 1e-6);
}

/* Differences 0.1 and 0.2, t(0.95; 1) = 6.313752; what both sides have in common does not widen the bounds.
 */
static void pairs_by_hand(void **state)
{
    (void)state;
    const double now[] = {exp(0.1), exp(7.2)}, then[] = {1, exp(7)};
    struct time_kind kinds[2] = {{now, then, 2, 2, true}, {NULL, NULL, 0, 0, false}};
    struct time_ratio result = judge(kinds, 2, 0.05);
    assert_true(result.pairs && result.now == 2 && result.then == 2);
    assert_true(fabs(result.ratio - exp(0.15)) < 1e-12);
    const double reach = 6.313752 * sqrt(0.005 / 2);
    assert_true(fabs(log(result.bounds.high) - (0.15 + reach)) < 1e-6);
    kinds[1] = (struct time_kind){now, then, 1, 2, false}; /* one kind is no pairs: then none is */
    assert_false(judge(kinds, 2, 0.05).pairs);
}

static void kinds_count_alike(void **state)
{
    (void)state;
    const double two[] = {2, 2}, one[] = {1, 1}, eight[] = {8};
    const struct time_kind kinds[] = {{two, one, 2, 2, false}, {eight, one, 1, 1, false}};
    struct time_ratio result = judge(kinds, 2, 0.05);
    assert_true(fabs(result.ratio - 4) < 1e-12); /* the geometric mean of 2 and 8 */
    assert_true(fabs(result.bounds.low - 4) < 1e-12);
    assert_true(isnan(judge(kinds + 1, 1, 0.05).bounds.low)); /* one run says nothing of its error */
    assert_true(isnan(judge(kinds, 0, 0.05).ratio));
    assert_int_equal(time_ratio_compute(kinds, 2, 0.5, &result, &error), STATUS_INTERNAL);
}

enum { NIGHTS = 4000, RUNS = 3, KINDS = 2 };

/* Two kinds of work, one ten times the other, true ratio 1.2, noise of 3% (and, of pairs, 20% in common). */
static double share_above(bool pairs, uint32_t seed, double *below)
{
    int above = 0, under = 0;
    struct draws draws = draws_begin(seed, DRAWS_SIMULATION);
    for (int night = 0; night < NIGHTS; night++) {
        double now[KINDS][RUNS], then[KINDS][RUNS];
        struct time_kind kinds[KINDS];
        for (int k = 0; k < KINDS; k++) {
            kinds[k] = (struct time_kind){now[k], then[k], RUNS, RUNS, pairs};
            for (int i = 0; i < RUNS; i++) {
                double common = pairs ? 0.2 * draws_normal(&draws) : 0;
                now[k][i] = 1.2 * pow(10, k) * exp(common + 0.03 * draws_normal(&draws));
                then[k][i] = pow(10, k) * exp(common + 0.03 * draws_normal(&draws));
            }
        }
        struct time_ratio result = judge(kinds, KINDS, 0.05);
        above += result.bounds.low > 1.2;
        under += result.bounds.high < 1.2;
    }
    *below = (double)under / NIGHTS;
    return (double)above / NIGHTS;
}

/* Each bound is wrong one time in twenty: 4000 nights lie within 0.0114 of it but for one time in a thousand.
 */
static void bounds_are_as_often_wrong_as_they_say(void **state)
{
    (void)state;
    for (int pairs = 0; pairs < 2; pairs++) {
        double below, above = share_above(pairs == 1, 7, &below);
        assert_true(fabs(above - 0.05) < 0.0114 && fabs(below - 0.05) < 0.0114);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(pairs_by_hand),
        cmocka_unit_test(kinds_count_alike),
        cmocka_unit_test(bounds_are_as_often_wrong_as_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
