#include "harness/logs/log_value.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static double number(const char *text)
{
    double value = 12345;
    assert_int_equal(log_value_parse(text, &value), LOG_NUMBER);
    return value;
}

static void numbers(void **state)
{
    (void)state;
    assert_true(number("0.5") == 0.5);
    assert_true(number(" 2e-5\r") == 2e-5);
    assert_true(number("-3") == -3);
}

static void not_finite(void **state)
{
    (void)state;
    assert_true(isnan(number("NaN")) && isnan(number("nan")) && isnan(number("-nan")));
    assert_true(number("Infinity") > 0 && isinf(number("Infinity")));
    assert_true(number("-inf") < 0 && isinf(number("-inf")));
    assert_true(number("+inf") > 0);
}

static void missing(void **state)
{
    (void)state;
    static const char *const words[] = {"", "   ", "No log", "none", "null", "NA", "n/a", "-"};
    double value = 7;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_int_equal(log_value_parse(words[i], &value), LOG_MISSING);
    assert_true(value == 7);
}

static void wrong(void **state)
{
    (void)state;
    static const char *const words[] = {
        "abc",     "1,5",   "0x10",
        "0.5 0.6", "--1",   "- inf",
        "1e999",   "-none", "000000000000000000000000000000000000000000000000000000000000000000000001"};
    double value = 7;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_int_equal(log_value_parse(words[i], &value), LOG_WRONG);
    assert_true(value == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(not_finite),
        cmocka_unit_test(missing),
        cmocka_unit_test(wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
