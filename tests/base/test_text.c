/* Texts that grow, and what a failed growth leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

static void test_adding(void **state)
{
    (void)state;
    struct text text = {0};
    assert_string_equal(text_string(&text), "");
    text_add(&text, "one");
    text_addf(&text, " %d %s", 2, "three");
    text_add_bytes(&text, " four and more", 5);
    assert_string_equal(text.data, "one 2 three four");
    assert_int_equal(text.length, strlen("one 2 three four"));
    text_add_bytes(&text, "\0x", 2);
    assert_int_equal(text.length, strlen("one 2 three four") + 2);
    assert_int_equal(text.data[text.length], '\0');
    assert_int_equal(text_status(&text, NULL), STATUS_OK);
    text_clear(&text);
    assert_string_equal(text.data, "");
    assert_int_equal(text.length, 0);
    text_free(&text);
    assert_null(text.data);
}

/* 1000 pieces of 7 bytes through every growth. */
static void test_growing(void **state)
{
    (void)state;
    struct text text = {0};
    for (int i = 0; i < 1000; i++)
        text_addf(&text, "%06d,", i);
    assert_int_equal(text.length, 7000);
    assert_memory_equal(text.data, "000000,000001,", 14);
    assert_string_equal(text.data + 6993, "000999,");
    text_free(&text);
}

static void test_adding_nothing(void **state)
{
    (void)state;
    struct text text = {0};
    text_add(&text, "");
    text_add_bytes(&text, NULL, 0);
    assert_string_equal(text_string(&text), "");
    text_free(&text);
}

/* After a failure nothing is added any more, so that no hole in the middle goes unseen. */
static void test_failure_sticks(void **state)
{
    (void)state;
    struct text text = {0};
    struct error error = {0};
    long alive = memory_blocks_alive();
    text_add(&text, "start");
    memory_fail_from(1);
    for (int i = 0; i < 100; i++)
        text_add(&text, "more");
    memory_fail_from(0);
    size_t length = text.length;
    assert_true(length < 5 + 400);
    text_add(&text, "x");
    text_addf(&text, "%d", 1);
    assert_int_equal(text.length, length);
    assert_int_equal(text_status(&text, &error), STATUS_NO_MEMORY);
    assert_string_equal(error.text, "out of memory");
    text_clear(&text); /* a fresh start */
    text_add(&text, "again");
    assert_int_equal(text_status(&text, &error), STATUS_OK);
    assert_string_equal(text.data, "again");
    text_free(&text);
    assert_int_equal(memory_blocks_alive(), alive);
}

static void test_shell_words(void **state)
{
    (void)state;
    static const struct {
        const char *word, *quoted;
    } cases[] = {
        {"run", "run"},
        {"training.epochs=2", "training.epochs=2"},
        {"", "''"},
        {"a b", "'a b'"},
        {"it's", "'it'\\''s'"},
        {"$HOME;rm", "'$HOME;rm'"},
        {"\xe8\xaf\x84", "'\xe8\xaf\x84'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text text = {0};
        text_add_shell_word(&text, cases[i].word);
        assert_string_equal(text.data, cases[i].quoted);
        text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adding),         cmocka_unit_test(test_growing),
        cmocka_unit_test(test_adding_nothing), cmocka_unit_test(test_failure_sticks),
        cmocka_unit_test(test_shell_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
