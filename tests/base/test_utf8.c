/* Characters of UTF-8, valid and not, and their widths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"

#include <string.h>

/* The first and the last character of each length (RFC 3629, 3), and those beside the surrogates. */
static void valid_characters(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        uint32_t point;
    } cases[] = {{"\x01", 0x1},
                 {"\x7f", 0x7f},
                 {"\xc2\x80", 0x80},
                 {"\xdf\xbf", 0x7ff},
                 {"\xe0\xa0\x80", 0x800},
                 {"\xed\x9f\xbf", 0xd7ff},
                 {"\xee\x80\x80", 0xe000},
                 {"\xef\xbf\xbf", 0xffff},
                 {"\xf0\x90\x80\x80", 0x10000},
                 {"\xf4\x8f\xbf\xbf", 0x10ffff}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t point = 0;
        size_t length = strlen(cases[i].bytes);
        assert_int_equal(utf8_decode(cases[i].bytes, length, &point), length);
        assert_int_equal(point, cases[i].point);
        assert_int_equal(utf8_decode(cases[i].bytes, length + 1, NULL), length);
        assert_int_equal(utf8_decode(cases[i].bytes, length - 1, NULL), 0); /* cut */
    }
}

/* A lone continuation, overlong forms of '/', NUL and U+7FF, the first and last surrogate, beyond U+10FFFF,
 * lengths that do not exist, and a continuation that is none. */
static void malformed_bytes(void **state)
{
    (void)state;
    static const char *const cases[] = {"\x80",
                                        "\xc0\xaf",
                                        "\xc1\x81",
                                        "\xe0\x80\x80",
                                        "\xe0\x9f\xbf",
                                        "\xf0\x8f\xbf\xbf",
                                        "\xed\xa0\x80",
                                        "\xed\xbf\xbf",
                                        "\xf4\x90\x80\x80",
                                        "\xf8\x88\x80\x80\x80",
                                        "\xff",
                                        "\xe4\xb8"
                                        "a"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t point = 7;
        assert_int_equal(utf8_decode(cases[i], strlen(cases[i]), &point), 0);
        assert_int_equal(point, 7);
    }
    assert_int_equal(utf8_decode("a", 0, NULL), 0);
}

/* Chinese is two columns wide, an accent that combines none; broken bytes take one each. */
static void columns(void **state)
{
    (void)state;
    assert_int_equal(utf8_columns(""), 0);
    assert_int_equal(utf8_columns("abc"), 3);
    assert_int_equal(utf8_columns("\xe4\xb8\xad\xe6\x96\x87"), 4);
    assert_int_equal(utf8_columns("e\xcc\x81"), 1);
    assert_int_equal(utf8_columns("\xc3\xa9\xf0\x9f\x8e\xac"), 3);
    assert_int_equal(utf8_columns("\xff\xe4\xb8"), 3);
    assert_int_equal(utf8_width(0xffe5), 2);
    assert_int_equal(utf8_width(0xffe7), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_characters),
        cmocka_unit_test(malformed_bytes),
        cmocka_unit_test(columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
