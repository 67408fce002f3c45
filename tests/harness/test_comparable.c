/* Whether the bits of two runs can be held against each other. */
#include "harness/verify/comparable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct observed_begin begin_on(const char *overrides, const char *gpu, const char *libraries)
{
    struct observed_begin begin = {.total_steps = 1};
    snprintf(begin.overrides, sizeof begin.overrides, "%s", overrides);
    snprintf(begin.gpu, sizeof begin.gpu, "%s", gpu);
    snprintf(begin.libraries, sizeof begin.libraries, "%s", libraries);
    return begin;
}

static enum status check(struct observed_begin left, struct observed_begin right, struct error *error)
{
    const struct comparable a = {&left, "A"}, b = {&right, "B"};
    return comparable_check(&a, &b, error);
}

static void test_strict_runs_always_are(void **state)
{
    struct error error = {0};
    (void)state;
    assert_int_equal(check(begin_on("", "H100", "driver 13.0"), begin_on("", "", ""), &error), STATUS_OK);
}

static void test_fast_runs_are_in_one_place(void **state)
{
    struct error error = {0};
    const struct observed_begin here = begin_on("linear_forward", "H100", "cuBLAS 13.1.0");
    (void)state;
    assert_int_equal(check(here, here, &error), STATUS_OK);
    assert_int_equal(check(here, begin_on("linear_forward", "A100", "cuBLAS 13.1.0"), &error),
                     STATUS_UNSUPPORTED);
    assert_string_equal(error.text,
                        "not comparable bit by bit: fast arithmetic has the bits of one GPU and its "
                        "libraries; A: H100, cuBLAS 13.1.0; B: A100, cuBLAS 13.1.0");
    assert_int_equal(check(here, begin_on("linear_forward", "H100", "cuBLAS 13.0.0"), &error),
                     STATUS_UNSUPPORTED);
}

static void test_fast_and_strict_never_are(void **state)
{
    static const char expected[] =
        "not comparable bit by bit: the arithmetic of %s is fast (linear_forward), and "
        "that of %s is not the same; ftbench compare compares results";
    struct error error = {0};
    char text[256];
    const struct observed_begin fast = begin_on("linear_forward", "H100", "driver"),
                                strict = begin_on("", "H100", "driver");
    (void)state;
    assert_int_equal(check(fast, strict, &error), STATUS_UNSUPPORTED);
    snprintf(text, sizeof text, expected, "A", "B");
    assert_string_equal(error.text, text);
    assert_int_equal(check(strict, fast, &error), STATUS_UNSUPPORTED);
    snprintf(text, sizeof text, expected, "B", "A");
    assert_string_equal(error.text, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strict_runs_always_are),
        cmocka_unit_test(test_fast_runs_are_in_one_place),
        cmocka_unit_test(test_fast_and_strict_never_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
