/* Numbers as text: round trips to the bit, strict reading, and no dependence on the locale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void assert_shortest(double value, const char *expected)
{
    char text[NUMBER_TEXT];
    number_shortest(value, text);
    assert_string_equal(text, expected);
}

static void test_shortest(void **state)
{
    (void)state;
    assert_shortest(0, "0");
    assert_shortest(-0.0, "-0");
    assert_shortest(0.1, "0.1");
    assert_shortest(2e-5, "2e-5");
    assert_shortest(1e22, "1e22");
    assert_shortest(1.5e-10, "1.5e-10");
    assert_shortest(100000, "100000");
    assert_shortest(0.1 + 0.2, "0.30000000000000004"); /* needs 17 digits */
    assert_shortest(1.0 / 3.0, "0.3333333333333333");  /* 16 suffice */
    assert_shortest(DBL_MAX, "1.7976931348623157e308");
    assert_shortest(-4.9406564584124654e-324, "-4.94065645841247e-324");
    assert_shortest((double)NAN, "NaN");
    assert_shortest((double)INFINITY, "Infinity");
    assert_shortest(-(double)INFINITY, "-Infinity");
}

/* A linear congruential walk over bit patterns: each finite double comes back. */
static void test_every_double_comes_back(void **state)
{
    (void)state;
    uint64_t bits = 12345;
    for (int i = 0; i < 20000; i++) {
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        double value, back = 0;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        char text[NUMBER_TEXT];
        number_shortest(value, text);
        assert_true(number_parse(text, &back));
        assert_memory_equal(&value, &back, sizeof value);
    }
}

static void test_every_float_comes_back(void **state)
{
    (void)state;
    uint32_t bits = 1;
    for (int i = 0; i < 20000; i++) {
        bits = bits * 1664525u + 1013904223u;
        float value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        char text[NUMBER_TEXT];
        double read = 0;
        number_shortest_float(value, text);
        assert_true(strlen(text) <= 15); /* sign, 9 digits, point, exponent */
        assert_true(number_parse(text, &read));
        float back = (float)read;
        assert_memory_equal(&value, &back, sizeof value);
    }
    char text[NUMBER_TEXT];
    number_shortest_float(0.1f, text);
    assert_string_equal(text, "0.1");
    number_shortest_float(1.0f / 3.0f, text);
    assert_string_equal(text, "0.33333334");
    number_shortest_float(NAN, text);
    assert_string_equal(text, "NaN");
}

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0},         {"2e-5", 2e-5}, {".5", 0.5}, {"5.", 5},          {"+1.5E+3", 1500},
                {"-0.25", -0.25}, {"0e999", 0},   {"007", 7},  {"1e-310", 1e-310}, {"0.0000", 0}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double value = 99;
        assert_true(number_parse(good[i].text, &value));
        assert_true(value == good[i].value);
    }
    static const char *const bad[] = {"",         " 1",    "1 ",  "1,5",    "nan",    "NaN",   "inf",
                                      "Infinity", "0x10",  "1e",  "1e+",    ".",      "-",     "+.",
                                      "1.2.3",    "1e5.0", "--1", "1e999",  "1e-999", "1_000", "five",
                                      "1d5",      "1f",    "e5",  "-1e400", "1.5e--3"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double value = 99;
        if (number_parse(bad[i], &value)) fail_msg("'%s' was read", bad[i]);
        assert_true(value == 99);
    }
}

static void test_parse_integer(void **state)
{
    (void)state;
    int64_t value = 0;
    assert_true(number_parse_integer("9223372036854775807", &value));
    assert_true(value == INT64_MAX);
    assert_true(number_parse_integer("-9223372036854775808", &value));
    assert_true(value == INT64_MIN);
    assert_true(number_parse_integer("+012", &value));
    assert_true(value == 12);
    static const char *const bad[] = {"", "-", " 1", "1 ", "1.0", "1e3", "0x1", "9223372036854775808", "one"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        value = 99;
        if (number_parse_integer(bad[i], &value)) fail_msg("'%s' was read", bad[i]);
        assert_true(value == 99);
    }
}

/* In a locale that writes a comma, texts still have a point. Skipped where no such locale is installed. */
static void test_locale_does_not_matter(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8", "de_DE"};
    const char *found = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && found == NULL; i++)
        found = setlocale(LC_NUMERIC, names[i]);
    if (found == NULL) {
        print_message("no locale with a decimal comma is installed: skipped\n");
        skip();
    }
    double value = 0;
    assert_shortest(0.5, "0.5");
    bool read = number_parse("0.5", &value), comma = number_parse("0,5", &value);
    setlocale(LC_NUMERIC, "C");
    assert_true(read && !comma);
    assert_true(value == 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shortest),
        cmocka_unit_test(test_every_double_comes_back),
        cmocka_unit_test(test_every_float_comes_back),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_integer),
        cmocka_unit_test(test_locale_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
