/* Strings as JSON writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_text.h"

/* RFC 8259, 7: quotes, backslashes and control characters are escaped; Chinese text stays as it is. */
static void strings(void **state)
{
    (void)state;
    struct text out = {0};
    json_text_string(&out, "a\"b\\c\n\x01\x7f \xe7\x94\xb5\xe5\xbd\xb1 \xf0\x9f\x8e\xac");
    assert_string_equal(out.data,
                        "\"a\\\"b\\\\c\\u000a\\u0001\\u007f \xe7\x94\xb5\xe5\xbd\xb1 \xf0\x9f\x8e\xac\"");
    text_clear(&out);
    json_text_string(&out, "");
    assert_string_equal(out.data, "\"\"");
    text_free(&out);
}

/* Every byte that is no UTF-8 becomes U+FFFD: a lone continuation, an overlong form, a surrogate, beyond
 * U+10FFFF, and a character that the string's end cuts. */
static void strings_are_valid_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        int replaced;
    } cases[] = {{"\x80", 1},     {"\xc0\xaf", 2}, {"\xed\xa0\x80", 3}, {"\xf4\x90\x80\x80", 4},
                 {"\xe7\x94", 2}, {"\xff", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text out = {0}, expected = {0};
        json_text_string(&out, cases[i].bytes);
        text_add(&expected, "\"");
        for (int j = 0; j < cases[i].replaced; j++)
            text_add(&expected, "\xef\xbf\xbd");
        text_add(&expected, "\"");
        assert_string_equal(out.data, expected.data);
        text_free(&out);
        text_free(&expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings),
        cmocka_unit_test(strings_are_valid_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
