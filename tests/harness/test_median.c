/* Medians and their bounds by the binomial distribution. */
#include "harness/stats/median.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct error error;

static struct median of(const double *values, size_t count)
{
    struct median median;
    assert_int_equal(median_compute(values, count, 0.05, &median, &error), STATUS_OK);
    return median;
}

/* P(0 of 5) = 1/32 <= 0.05 < P(at most 1 of 5) = 6/32; P(at most 1 of 10) = 11/1024, at most 2: 56/1024. */
static void bounds_are_order_statistics(void **state)
{
    const double values[] = {3, 1, 9, 4, 5, 2, 8, 7, 6, 10};
    (void)state;
    struct median median = of(values, 5); /* 1 3 4 5 9 */
    assert_true(median.value == 4 && median.bounds.low == 1 && median.bounds.high == 9);
    median = of(values, 10);
    assert_true(median.value == 5.5 && median.bounds.low == 2 && median.bounds.high == 9);
    median = of(values, 4);
    assert_true(median.value == 3.5 && isnan(median.bounds.low) && isnan(median.bounds.high));
    assert_true(isnan(of(values, 0).value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bounds_are_order_statistics)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
