#include "harness/stats/draws.h"
#include "support_simulation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void a_copy_repeats_the_numbers(void **state)
{
    (void)state;
    struct draws draws = draws_begin(42, DRAWS_BOOTSTRAP);
    for (int i = 0; i < 5; i++)
        draws_uniform(&draws);
    struct draws copy = draws;
    for (int i = 0; i < 100; i++)
        assert_int_equal(draws_below(&draws, 1000000), draws_below(&copy, 1000000));
}

/* Two purposes, two seeds: 100 numbers below 2^31 have no more than chance in common (an equal pair at the
 * same place has probability 5e-8). */
static void purposes_and_seeds_do_not_meet(void **state)
{
    (void)state;
    struct draws a = draws_begin(42, DRAWS_BOOTSTRAP), b = draws_begin(42, DRAWS_SECOND),
                 c = draws_begin(43, DRAWS_BOOTSTRAP);
    for (int i = 0; i < 100; i++) {
        uint32_t x = draws_below(&a, 1u << 31), y = draws_below(&b, 1u << 31), z = draws_below(&c, 1u << 31);
        assert_true(x != y && x != z && y != z);
    }
}

/* The carry of the block counter: the numbers go on, they do not start again. */
static void the_counter_carries(void **state)
{
    (void)state;
    struct draws start = draws_begin(1, DRAWS_BOOTSTRAP), late = start;
    late.block = UINT32_MAX;
    for (int i = 0; i < 4; i++)
        draws_uniform(&late);
    assert_int_equal(late.high, 1);
    assert_int_equal(late.block, 0);
    assert_true(draws_uniform(&late) != draws_uniform(&start));
}

static void every_number_is_as_likely(void **state)
{
    (void)state;
    struct draws draws = draws_begin(7, DRAWS_SIMULATION);
    int count = simulation_count(60000), hits[6] = {0};
    for (int i = 0; i < count; i++)
        hits[draws_below(&draws, 6)]++;
    for (int face = 0; face < 6; face++)
        simulation_assert_rate("a face", hits[face], count, 1.0 / 6, 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(draws_below(&draws, 1), 0);
}

/* P(z < 0) = 1/2, P(|z| < 1) = .6827, P(|z| < 1.96) = .95; uniforms below 1/4 are a quarter. */
static void normals_and_uniforms(void **state)
{
    (void)state;
    struct draws draws = draws_begin(8, DRAWS_SIMULATION);
    int count = simulation_count(50000), negative = 0, inner = 0, outer = 0, quarter = 0;
    for (int i = 0; i < count; i++) {
        double z = draws_normal(&draws), u = draws_uniform(&draws);
        assert_true(u > 0 && u < 1);
        negative += z < 0;
        inner += fabs(z) < 1;
        outer += fabs(z) < 1.959964;
        quarter += u < 0.25;
    }
    simulation_assert_rate("negative", negative, count, 0.5, 0);
    simulation_assert_rate("within one SD", inner, count, 0.682689, 0);
    simulation_assert_rate("within 1.96 SD", outer, count, 0.95, 0);
    simulation_assert_rate("a quarter", quarter, count, 0.25, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_repeats_the_numbers), cmocka_unit_test(purposes_and_seeds_do_not_meet),
        cmocka_unit_test(the_counter_carries),        cmocka_unit_test(every_number_is_as_likely),
        cmocka_unit_test(normals_and_uniforms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
