/* Ratios of SDs against tables of F, and counts against Fisher's. */
#include "harness/stats/fisher.h"
#include "harness/stats/spread_ratio.h"
#include "harness/stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct error error;

static struct summary of(int n, double sd)
{
    return (struct summary){.n = n, .sd = sd, .variance = sd * sd};
}

static void the_interval_is_that_of_f(void **state)
{
    (void)state;
    struct spread_ratio result;
    struct summary now = of(5, 0.03), then = of(3, 0.01);
    stats_init();
    /* F(0.95; 4, 2) = 19.2468, F(0.95; 2, 4) = 6.94427 */
    assert_int_equal(spread_ratio_compute(&now, &then, 0.05, &result, &error), STATUS_OK);
    assert_true(fabs(result.ratio - 3) < 1e-12);
    assert_true(fabs(result.bounds.low - 3 / sqrt(19.24679)) < 1e-5);
    assert_true(fabs(result.bounds.high - 3 * sqrt(6.944272)) < 1e-5);
    assert_true(result.p > 0.05 && result.p < 0.11); /* P(F(4, 2) > 9) = 0.1025 */
    now = then;
    assert_int_equal(spread_ratio_compute(&now, &then, 0.05, &result, &error), STATUS_OK);
    assert_true(fabs(result.p - 0.5) < 1e-12);
    assert_true(fabs(result.bounds.low * result.bounds.high - 1) < 1e-12);
}

static void without_a_spread_there_is_no_ratio(void **state)
{
    (void)state;
    struct spread_ratio result;
    struct summary now = of(5, 0.03), still = of(3, 0), one = of(1, NAN);
    assert_int_equal(spread_ratio_compute(&now, &still, 0.05, &result, &error), STATUS_OK);
    assert_true(isnan(result.ratio) && isnan(result.p));
    assert_int_equal(spread_ratio_compute(&one, &now, 0.05, &result, &error), STATUS_OK);
    assert_true(isnan(result.bounds.high));
    assert_int_equal(spread_ratio_compute(&still, &now, 0.05, &result, &error), STATUS_OK);
    assert_true(result.ratio == 0 && result.p == 1);
    assert_int_equal(spread_ratio_compute(&now, &now, 0.5, &result, &error), STATUS_INTERNAL);
}

static void fisher_counts_the_ways(void **state)
{
    (void)state;
    /* 5 of 5 where it was 0 of 5: one way of 252 to choose five of ten */
    assert_true(fabs(fisher_more((struct fisher_count){5, 5}, (struct fisher_count){0, 5}) - 1.0 / 252) <
                1e-12);
    /* the lady tasting tea: 3 of 4 and 1 of 4: 17 of 70 */
    assert_true(fabs(fisher_more((struct fisher_count){3, 4}, (struct fisher_count){1, 4}) - 17.0 / 70) <
                1e-12);
    assert_true(fisher_more((struct fisher_count){0, 4}, (struct fisher_count){3, 4}) == 1);
    assert_true(fisher_more((struct fisher_count){2, 4}, (struct fisher_count){0, 0}) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_is_that_of_f),
        cmocka_unit_test(without_a_spread_there_is_no_ratio),
        cmocka_unit_test(fisher_counts_the_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
