/* Which rows are held out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/memory.h"
#include "trainer/data/split.h"

#include <string.h>

/* Every row is in exactly one part, and both are in rising order. */
static void check_partition(const struct split *split, int rows)
{
    assert_int_equal(split->train_count + split->validation_count, rows);
    int train = 0, validation = 0;
    for (int32_t i = 0; i < rows; i++) {
        if (train < split->train_count && split->train[train] == i)
            train++;
        else if (validation < split->validation_count && split->validation[validation] == i)
            validation++;
        else
            fail_msg("row %d is in no part", (int)i);
    }
}

static int held_out(int rows, double fraction)
{
    struct split split;
    assert_int_equal(split_draw(rows, fraction, 1, &split, NULL), STATUS_OK);
    check_partition(&split, rows);
    int count = split.validation_count;
    split_free(&split);
    return count;
}

static void test_counts(void **state)
{
    (void)state;
    assert_int_equal(held_out(1000, 0.2), 200);
    assert_int_equal(held_out(10, 0.25), 3); /* 2.5 is rounded away from zero */
    assert_int_equal(held_out(10, 0.01), 1); /* at least one */
    assert_int_equal(held_out(10, 0.99), 9); /* at most all but one */
    assert_int_equal(held_out(2, 0.5), 1);
    assert_int_equal(held_out(3, 0.9), 2);
}

/* Drawn once with an independent implementation of Philox4x32-10 and of the shuffle (Python). */
static void test_golden(void **state)
{
    (void)state;
    static const int32_t expected[] = {2, 4, 8, 14, 19};
    struct split split;
    assert_int_equal(split_draw(20, 0.25, 42, &split, NULL), STATUS_OK);
    assert_int_equal(split.validation_count, 5);
    assert_memory_equal(split.validation, expected, sizeof expected);
    split_free(&split);
}

static void test_seeds(void **state)
{
    (void)state;
    struct split first, same, other;
    assert_int_equal(split_draw(100, 0.3, 7, &first, NULL), STATUS_OK);
    assert_int_equal(split_draw(100, 0.3, 7, &same, NULL), STATUS_OK);
    assert_int_equal(split_draw(100, 0.3, 8, &other, NULL), STATUS_OK);
    assert_memory_equal(first.validation, same.validation, 30 * sizeof(int32_t));
    assert_true(memcmp(first.validation, other.validation, 30 * sizeof(int32_t)) != 0);
    split_free(&first);
    split_free(&same);
    split_free(&other);
}

/* Each of 10 rows is held out about equally often: 2000 draws of 3, expected 600 each with a standard
 * deviation of about 20. */
static void test_fair(void **state)
{
    (void)state;
    int counts[10] = {0};
    for (uint32_t seed = 0; seed < 2000; seed++) {
        struct split split;
        assert_int_equal(split_draw(10, 0.3, seed, &split, NULL), STATUS_OK);
        for (int i = 0; i < split.validation_count; i++)
            counts[split.validation[i]]++;
        split_free(&split);
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(counts[i], 500, 700);
}

static void test_none(void **state)
{
    (void)state;
    struct split split;
    assert_int_equal(split_none(4, &split, NULL), STATUS_OK);
    check_partition(&split, 4);
    assert_int_equal(split.validation_count, 0);
    split_free(&split);
}

static void test_allocation_failures(void **state)
{
    (void)state;
    long alive = memory_blocks_alive();
    for (long n = 1; n <= 4; n++) {
        struct split split;
        memory_fail_from(n);
        assert_int_equal(split_draw(10, 0.3, 1, &split, NULL), STATUS_NO_MEMORY);
        memory_fail_from(0);
        assert_int_equal(memory_blocks_alive(), alive);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts), cmocka_unit_test(test_golden),
        cmocka_unit_test(test_seeds),  cmocka_unit_test(test_fair),
        cmocka_unit_test(test_none),   cmocka_unit_test(test_allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
