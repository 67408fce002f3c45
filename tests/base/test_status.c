/* Failures: the text is written once, on one line, and passed up unchanged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/status.h"

#include <stdio.h>
#include <string.h>

static void test_text_and_status(void **state)
{
    (void)state;
    struct error error = {0};
    assert_int_equal(error_set(&error, STATUS_IO, "%s:%d: %s", "a.ini", 3, "wrong"), STATUS_IO);
    assert_int_equal(error.status, STATUS_IO);
    assert_string_equal(error.text, "a.ini:3: wrong");
    assert_int_equal(error_set(NULL, STATUS_USAGE, "unheard"), STATUS_USAGE);
}

static void test_text_stays_on_one_line(void **state)
{
    (void)state;
    struct error error = {0};
    error_set(&error, STATUS_BAD_INPUT, "a\nb\tc\x1b[31m\x7f%s", "\xe8\xaf\x84");
    assert_string_equal(error.text, "a?b?c?[31m?\xe8\xaf\x84");
}

/* C1 controls, a cut and an overlong form, a surrogate, beyond U+10FFFF, a stray continuation: all are '?'.
 */
static void test_text_is_printable(void **state)
{
    (void)state;
    struct error error = {0};
    error_set(&error, STATUS_BAD_INPUT, "a%sb",
              "\xc2\x9b\xc2\xa0\xe8\xaf \xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\x80");
    assert_string_equal(error.text, "a??\xc2\xa0?? ??????????b");
    error_set(&error, STATUS_BAD_INPUT, "%s", "\xf0\x9f\x98\x80\xd0\xb6\xff\xe2\x82");
    assert_string_equal(error.text, "\xf0\x9f\x98\x80\xd0\xb6???");
}

static void test_a_cut_keeps_characters_whole(void **state)
{
    (void)state;
    struct error error = {0};
    char word[4000];
    for (size_t before = 0; before < 3; before++) {
        memset(word, 'x', before);
        for (size_t at = before; at + 3 < sizeof word; at += 3)
            memcpy(word + at, "\xe8\xaf\x84", 4);
        error_set(&error, STATUS_BAD_INPUT, "%s", word);
        size_t room = sizeof error.text - 1 - before;
        assert_int_equal(strlen(error.text), before + room / 3 * 3);
        assert_null(strchr(error.text, '?'));
    }
}

static void test_long_text_is_cut(void **state)
{
    (void)state;
    struct error error = {0};
    char word[4000];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    error_set(&error, STATUS_BAD_INPUT, "%s", word);
    assert_int_equal(strlen(error.text), sizeof error.text - 1);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct error error = {0};
    assert_int_equal(error_no_memory(&error, 0), STATUS_NO_MEMORY);
    assert_string_equal(error.text, "out of memory");
    static const struct {
        unsigned long long bytes;
        const char *amount;
    } cases[] = {{1023, "1023 bytes"},      {1024, "1.0 KiB"},
                 {4096, "4.0 KiB"},         {(1 << 20) - 1, "1.0 MiB"}, /* never 1024.0 KiB */
                 {27497582600, "25.6 GiB"}, {18446744073709551615ull, "16.0 EiB"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "out of memory: %s were asked for", cases[i].amount);
        assert_int_equal(error_no_memory(&error, cases[i].bytes), STATUS_NO_MEMORY);
        assert_string_equal(error.text, expected);
    }
}

static void test_every_status_has_a_name(void **state)
{
    (void)state;
    for (int i = STATUS_OK; i <= STATUS_INTERNAL; i++) {
        assert_string_not_equal(status_name((enum status)i), "unknown status");
        for (int j = STATUS_OK; j < i; j++)
            assert_string_not_equal(status_name((enum status)i), status_name((enum status)j));
    }
    assert_string_equal(status_name((enum status)(STATUS_INTERNAL + 1)), "unknown status");
}

static enum status counted(enum status result, int *calls)
{
    ++*calls;
    return result;
}

static enum status twice(enum status first, int *calls)
{
    TRY(counted(first, calls));
    TRY(counted(STATUS_OK, calls));
    return STATUS_OK;
}

static enum status twice_with_cleanup(enum status first, int *calls, int *cleanups)
{
    enum status status;
    TRY_TO(done, counted(first, calls));
    TRY_TO(done, counted(STATUS_OK, calls));
done:
    ++*cleanups;
    return status;
}

static void test_try(void **state)
{
    (void)state;
    int calls = 0, cleanups = 0;
    assert_int_equal(twice(STATUS_IO, &calls), STATUS_IO);
    assert_int_equal(calls, 1);
    assert_int_equal(twice(STATUS_OK, &calls), STATUS_OK);
    assert_int_equal(calls, 3);
    assert_int_equal(twice_with_cleanup(STATUS_BUSY, &calls, &cleanups), STATUS_BUSY);
    assert_int_equal(calls, 4);
    assert_int_equal(twice_with_cleanup(STATUS_OK, &calls, &cleanups), STATUS_OK);
    assert_int_equal(calls, 6);
    assert_int_equal(cleanups, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_and_status),         cmocka_unit_test(test_text_stays_on_one_line),
        cmocka_unit_test(test_text_is_printable),       cmocka_unit_test(test_a_cut_keeps_characters_whole),
        cmocka_unit_test(test_long_text_is_cut),        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_every_status_has_a_name), cmocka_unit_test(test_try),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
