/* The fixed orders of summation, against sums written out and values whose rounding shows the order. */
#include "kernels/common/tree_sum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* 2^24 absorbs a 1 but not a 2: the sum shows who met whom first. */
#define BIG 16777216.0f

static void test_lanes_take_every_32nd(void **state)
{
    float x[96] = {0};
    (void)state;
    x[5] = BIG;
    x[37] = 1; /* lane 5 too: absorbed */
    assert_true(ft_lanes_sum(x, 96) == BIG);
    x[37] = 0;
    x[69] = 1;
    x[21] = 1; /* lane 21 joins lane 5 at distance 16: absorbed, after lane 5 has absorbed x[69] */
    assert_true(ft_lanes_sum(x, 96) == BIG);
    x[69] = 0;
    x[53] = 1; /* now lane 21 holds 2 before it joins */
    assert_true(ft_lanes_sum(x, 96) == BIG + 2);
    assert_true(ft_lanes_sum(x, 5) == 0.0f);
    assert_true(ft_lanes_sum(x, 0) == 0.0f);
}

static void test_join_halves_the_distance(void **state)
{
    float lane[32] = {0};
    (void)state;
    lane[0] = BIG;
    lane[1] = 1; /* joined last: absorbed */
    assert_true(ft_lanes_join(lane) == BIG);
    float late[32] = {0};
    late[0] = BIG;
    late[1] = 1;
    late[3] = 1; /* joins lane 1 at distance 2 */
    assert_true(ft_lanes_join(late) == BIG + 2);
}

static void test_dot_uses_fma(void **state)
{
    float a[33] = {0}, b[33] = {0};
    (void)state;
    a[0] = 1.0f + 0x1p-12f;
    b[0] = 1.0f + 0x1p-12f;
    a[32] =
        -1.0f -
        0x1p-11f; /* minus the rounded square: what is left is the square's error, with fma only the last */
    b[32] = 1.0f;
    assert_true(ft_lanes_dot(a, b, 33) == 0.0f);
    a[0] = -1.0f - 0x1p-11f;
    b[0] = 1.0f;
    a[32] = b[32] = 1.0f + 0x1p-12f;
    assert_true(ft_lanes_dot(a, b, 33) == 0x1p-24f);
}

/* Level by level, as the header says it. */
static float by_levels(const float *leaves, int count)
{
    float level[64];
    for (int i = 0; i < count; i++)
        level[i] = leaves[i];
    for (; count > 1; count = (count + 1) / 2) {
        for (int i = 0; i < count; i += 2)
            level[i / 2] = i + 1 < count ? level[i] + level[i + 1] : level[i];
    }
    return count == 0 ? 0.0f : level[0];
}

static void test_tree_equals_levels(void **state)
{
    float leaves[64];
    (void)state;
    for (int i = 0; i < 64; i++)
        leaves[i] = 1.0f / (float)(i * i % 29 + 3) - 0.1f;
    for (int count = 0; count <= 64; count++) {
        struct tree_sum tree = {.leaves = 0};
        for (int i = 0; i < count; i++)
            tree_sum_add(&tree, leaves[i]);
        assert_true(tree_sum_result(&tree) == by_levels(leaves, count));
    }
}

static void test_tree_shape(void **state)
{
    struct tree_sum tree = {.leaves = 0};
    (void)state;
    /* (BIG + 1) + (1 + 1) = BIG + 2; from left to right it would be BIG */
    tree_sum_add(&tree, BIG);
    tree_sum_add(&tree, 1);
    tree_sum_add(&tree, 1);
    assert_true(tree_sum_result(&tree) == BIG);
    tree_sum_add(&tree, 1);
    assert_true(tree_sum_result(&tree) == BIG + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lanes_take_every_32nd),
        cmocka_unit_test(test_join_halves_the_distance),
        cmocka_unit_test(test_dot_uses_fma),
        cmocka_unit_test(test_tree_equals_levels),
        cmocka_unit_test(test_tree_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
