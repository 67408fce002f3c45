/* The one source of heap memory: zeros, alignment, overflow, counting, and failing on purpose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"

#include <string.h>

static void assert_zero(const unsigned char *block, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(block[i], 0);
}

static void test_zeroed_and_aligned(void **state)
{
    (void)state;
    for (size_t count = 1; count < 300; count += 37) {
        unsigned char *plain = memory_zeroed(count, 3), *aligned = memory_aligned(count, 3);
        assert_non_null(plain);
        assert_non_null(aligned);
        assert_zero(plain, count * 3);
        assert_zero(aligned, count * 3);
        assert_int_equal((uintptr_t)aligned % 64, 0);
        memory_free(plain);
        memory_free(aligned);
    }
}

static void test_sizes(void **state)
{
    (void)state;
    long alive = memory_blocks_alive();
    assert_null(memory_zeroed(SIZE_MAX, 2));
    assert_null(memory_zeroed(SIZE_MAX / 2, 3));
    assert_null(memory_aligned(SIZE_MAX / 4, 8));
    assert_null(memory_resize(NULL, SIZE_MAX / 2, 4));
    assert_int_equal(memory_blocks_alive(), alive);
    void *empty = memory_zeroed(0, 8), *aligned = memory_aligned(0, 8);
    assert_non_null(empty);
    assert_non_null(aligned);
    memory_free(empty);
    memory_free(aligned);
    memory_free(NULL);
    assert_int_equal(memory_blocks_alive(), alive);
}

static void test_resize_keeps_the_content(void **state)
{
    (void)state;
    long alive = memory_blocks_alive();
    int *numbers = memory_resize(NULL, 2, sizeof *numbers);
    assert_non_null(numbers);
    assert_int_equal(memory_blocks_alive(), alive + 1);
    numbers[0] = 7;
    numbers[1] = 8;
    numbers = memory_resize(numbers, 1000, sizeof *numbers);
    assert_non_null(numbers);
    assert_int_equal(numbers[0], 7);
    assert_int_equal(numbers[1], 8);
    memory_fail_from(1);
    assert_null(memory_resize(numbers, 2000, sizeof *numbers));
    memory_fail_from(0);
    assert_int_equal(numbers[1], 8); /* the old block stays */
    memory_free(numbers);
    assert_int_equal(memory_blocks_alive(), alive);
}

static void test_copy(void **state)
{
    (void)state;
    char *copy = memory_copy_string("word");
    assert_string_equal(copy, "word");
    memory_free(copy);
    copy = memory_copy_string("");
    assert_string_equal(copy, "");
    memory_free(copy);
}

/* The N-th and each one after it. */
static void test_failing_from(void **state)
{
    (void)state;
    long alive = memory_blocks_alive();
    memory_fail_from(3);
    void *first = memory_zeroed(1, 1), *second = memory_aligned(1, 1), *third = memory_zeroed(1, 1);
    void *fourth = memory_copy_string("x");
    memory_fail_from(0);
    void *fifth = memory_zeroed(1, 1);
    assert_non_null(first);
    assert_non_null(second);
    assert_null(third);
    assert_null(fourth);
    assert_non_null(fifth);
    assert_int_equal(memory_blocks_alive(), alive + 3);
    memory_free(first);
    memory_free(second);
    memory_free(fifth);
    assert_int_equal(memory_blocks_alive(), alive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed_and_aligned),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_resize_keeps_the_content),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_failing_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
