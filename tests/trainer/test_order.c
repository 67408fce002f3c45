/* The order of an epoch: a permutation, a function of seed and epoch alone, evenly spread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "trainer/fit/order.h"

#include <stdio.h>
#include <string.h>

static void test_is_a_permutation(void **state)
{
    (void)state;
    int32_t order[101];
    int seen[101] = {0};
    order_of_epoch(5, 3, order, 101);
    for (int i = 0; i < 101; i++)
        seen[order[i]]++;
    for (int i = 0; i < 101; i++)
        assert_int_equal(seen[i], 1);
    order_of_epoch(5, 3, order, 1);
    assert_int_equal(order[0], 0);
}

static void test_depends_on_seed_and_epoch_alone(void **state)
{
    (void)state;
    int32_t a[50], b[50], c[50], d[50];
    order_of_epoch(1, 0, a, 50);
    order_of_epoch(1, 1, b, 50);
    order_of_epoch(2, 0, c, 50);
    order_of_epoch(1, 0, d, 50);
    assert_memory_equal(a, d, sizeof a);
    assert_memory_not_equal(a, b, sizeof a);
    assert_memory_not_equal(a, c, sizeof a);
}

/* Golden: a change of these numbers changes every run's bits, and needs a new FTBENCH_NUMERIC_VERSION. */
static void test_golden(void **state)
{
    (void)state;
    int32_t order[8];
    char text[64];
    order_of_epoch(42, 0, order, 8);
    snprintf(text, sizeof text, "%d %d %d %d %d %d %d %d", order[0], order[1], order[2], order[3], order[4],
             order[5], order[6], order[7]);
    assert_string_equal(text, "2 6 4 5 7 3 0 1");
}

/* 4 elements have 24 orders; over 2400 epochs each is expected 100 times, SD about 9.8. */
static void test_orders_are_equally_likely(void **state)
{
    (void)state;
    int counts[256] = {0}, kinds = 0;
    for (uint32_t epoch = 0; epoch < 2400; epoch++) {
        int32_t o[4];
        order_of_epoch(9, epoch, o, 4);
        counts[o[0] * 64 + o[1] * 16 + o[2] * 4 + o[3]]++;
    }
    for (int k = 0; k < 256; k++) {
        if (counts[k] == 0) continue;
        kinds++;
        assert_in_range(counts[k], 55, 145);
    }
    assert_int_equal(kinds, 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_a_permutation),
        cmocka_unit_test(test_depends_on_seed_and_epoch_alone),
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_orders_are_equally_likely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
