/* The size of the largest batch: enough for what can meet in it, and not more than it must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/memory.h"
#include "trainer/data/capacity.h"

#include <string.h>

enum { MANY = 300 };

/* Samples of the given lengths; only `begin` matters here. */
static struct samples with_lengths(int64_t *begin, int count, int shortest, int longest)
{
    begin[0] = 0;
    for (int i = 0; i < count; i++)
        begin[i + 1] = begin[i] + shortest + i % (longest - shortest + 1);
    return (struct samples){.count = count, .begin = begin};
}

static void choose(const struct samples *train, const struct samples *validation, int pass, int padding,
                   struct batch_limits *limits)
{
    struct capacity_request request = {.pass_samples = pass, .max_length = 512, .padding = padding};
    assert_int_equal(capacity_choose(train, validation, &request, limits, NULL), STATUS_OK);
}

static void test_training_fits_exactly(void **state)
{
    (void)state;
    int64_t a[5] = {0, 700, 703, 1203, 1210}, b[2] = {0, 3};
    struct samples train = {.count = 4, .begin = a}, validation = {.count = 1, .begin = b};
    struct batch_limits limits;
    choose(&train, &validation, 2, PADDING_NONE, &limits); /* the two longest: 700 and 500 */
    assert_int_equal(limits.tokens, 1200);
    assert_int_equal(limits.rows, 1200);
    assert_int_equal(limits.squares, 700 * 700 + 500 * 500);
    assert_int_equal(limits.samples, 2);
    choose(&train, &validation, 3, PADDING_LONGEST, &limits);
    assert_int_equal(limits.rows, 3 * 700);
    assert_int_equal(limits.tokens, 1207);
}

static void test_memory_does_not_fall_as_the_pass_grows(void **state)
{
    (void)state;
    int64_t a[MANY + 1], b[MANY + 1];
    struct samples train = with_lengths(a, MANY, 10, 512), validation = with_lengths(b, MANY, 10, 512);
    for (int padding = PADDING_NONE; padding <= PADDING_MAX; padding++) {
        struct batch_limits before = {0}, limits;
        for (int pass = 1; pass <= 128; pass *= 2) {
            choose(&train, &validation, pass, padding, &limits);
            assert_true(limits.tokens >= before.tokens && limits.rows >= before.rows &&
                        limits.squares >= before.squares && limits.samples >= before.samples);
            before = limits;
        }
    }
}

/* Evaluating may not need more than a few long samples at once: at batch size 1 it decides the memory. */
static void test_evaluation_is_modest(void **state)
{
    (void)state;
    int64_t a[MANY + 1], b[MANY + 1];
    struct samples train = with_lengths(a, MANY, 10, 309), validation = with_lengths(b, MANY, 10, 309);
    for (int padding = PADDING_NONE; padding <= PADDING_MAX; padding++) {
        struct batch_limits limits;
        choose(&train, &validation, 1, padding, &limits);
        assert_true(limits.tokens <= 512);
        assert_true(limits.rows <= 512);
        assert_true(limits.squares <= 512 * 309);
        for (int from = 0; from < MANY;) {
            int count = capacity_fitting(&limits, &validation, from);
            int64_t tokens = b[from + count] - b[from], squares = 0, longest = 0;
            for (int i = from; i < from + count; i++) {
                int64_t length = b[i + 1] - b[i];
                squares += length * length;
                longest = length > longest ? length : longest;
            }
            int64_t width = padding == PADDING_MAX ? 512 : longest;
            assert_true(count >= 1 && count <= limits.samples && tokens <= limits.tokens);
            assert_true(squares <= limits.squares);
            assert_true((padding == PADDING_NONE ? tokens : count * width) <= limits.rows);
            from += count;
        }
    }
}

static void test_too_large_is_refused(void **state)
{
    (void)state;
    int64_t begin[MANY + 1];
    struct samples train = with_lengths(begin, MANY, 4000000, 4000000);
    struct capacity_request request = {.pass_samples = MANY, .max_length = 512};
    struct batch_limits limits;
    struct error error = {0};
    assert_int_equal(capacity_choose(&train, &train, &request, &limits, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "batch_size"));
}

static void test_no_memory(void **state)
{
    (void)state;
    int64_t begin[3] = {0, 4, 8};
    struct samples train = {.count = 2, .begin = begin};
    struct capacity_request request = {.pass_samples = 1, .max_length = 8};
    struct batch_limits limits;
    for (long n = 1; n <= 2; n++) {
        memory_fail_from(n);
        enum status status = capacity_choose(&train, &train, &request, &limits, NULL);
        memory_fail_from(0);
        assert_int_equal(status, STATUS_NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_training_fits_exactly),
        cmocka_unit_test(test_memory_does_not_fall_as_the_pass_grows),
        cmocka_unit_test(test_evaluation_is_modest),
        cmocka_unit_test(test_too_large_is_refused),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
