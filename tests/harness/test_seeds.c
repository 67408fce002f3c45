/* Seeds of repeats: golden values, distinctness, and what varies when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/plan/seeds.h"

#include <stdlib.h>

/* From a second implementation of the formula in seeds.h, whose Philox gives Random123's vector 6627e8d5 for
 * zeros. */
static void test_golden(void **state)
{
    (void)state;
    static const struct {
        uint32_t base, stream, repeat, seed;
    } golden[] = {
        {42, 1, 0, 442056125u},
        {42, 1, 1, 1765463535u},
        {42, 1, 2, 2783398695u},
        {42, 2, 0, 101063252u},
        {42, 3, 0, 388730982u},
        {0, 1, 0, 2378474567u},
        {4294967295u, 3, 9999, 3219771370u},
    };
    for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++)
        assert_int_equal(seed_derive(golden[i].base, golden[i].stream, golden[i].repeat), golden[i].seed);
}

static int by_value(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* A permutation has no two equal values: all repeats that an experiment may have, under a few bases. */
static void test_repeats_never_share_a_seed(void **state)
{
    (void)state;
    enum { REPEATS = 10000 };
    static uint32_t seeds[REPEATS];
    for (uint32_t base = 0; base < 5; base++) {
        for (uint32_t i = 0; i < REPEATS; i++)
            seeds[i] = seed_derive(base * 1000003u, 1, i);
        qsort(seeds, REPEATS, sizeof seeds[0], by_value);
        for (uint32_t i = 1; i < REPEATS; i++)
            assert_true(seeds[i - 1] < seeds[i]);
    }
}

static void test_only_what_varies_changes(void **state)
{
    (void)state;
    static struct experiment experiment;
    for (unsigned vary = 0; vary < 8; vary++) {
        struct plan_run first = {0}, second = {0};
        experiment.seed = 42;
        experiment.vary = vary;
        seeds_of_repeat(&experiment, 0, &first);
        seeds_of_repeat(&experiment, 1, &second);
        assert_int_equal(first.seed_init, 442056125u);
        assert_int_equal(first.seed_order, 101063252u);
        assert_int_equal(first.seed_dropout, 388730982u);
        assert_int_equal(first.seed_init != second.seed_init, (vary & VARY_INIT) != 0);
        assert_int_equal(first.seed_order != second.seed_order, (vary & VARY_ORDER) != 0);
        assert_int_equal(first.seed_dropout != second.seed_dropout, (vary & VARY_DROPOUT) != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_repeats_never_share_a_seed),
        cmocka_unit_test(test_only_what_varies_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
