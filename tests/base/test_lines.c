/* Lines of files of every shape. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/lines.h"
#include "base/memory.h"
#include "tests/support_temporary.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT = 40000 };

static char folder[256], path[512];

static int set_up(void **state)
{
    (void)state;
    temporary_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    temporary_remove(folder);
    return 0;
}

/* Each line of the file in brackets, into `seen`. */
static enum status read_all(const char *bytes, size_t length, struct text *seen, struct error *error)
{
    struct lines lines = {.path = "here", .limit = LIMIT};
    const char *line = NULL;
    size_t got = 0;
    assert_int_equal(file_write(path, bytes, length, NULL), STATUS_OK);
    assert_int_equal(file_open(path, &lines.descriptor, NULL), STATUS_OK);
    enum status status;
    long number = 0;
    while ((status = lines_next(&lines, &line, &got, error)) == STATUS_OK && line != NULL) {
        text_add(seen, "[");
        text_add_bytes(seen, line, got);
        text_add(seen, "]");
        assert_int_equal(lines.number, ++number);
    }
    close(lines.descriptor);
    lines_free(&lines);
    return status;
}

static void every_shape(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *lines;
    } cases[] = {{"", ""},
                 {"\n", "[]"},
                 {"a", "[a]"},
                 {"a\n", "[a]"},
                 {"a\n\nb", "[a][][b]"},
                 {"a\r\n\r\nb\r", "[a][][b]"},
                 {"a\rb\n", "[a\rb]"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text seen = {0};
        assert_int_equal(read_all(cases[i].bytes, strlen(cases[i].bytes), &seen, NULL), STATUS_OK);
        assert_string_equal(text_string(&seen), cases[i].lines);
        text_free(&seen);
    }
}

/* Longer than what is read at once, and cut at every place by it. */
static void long_lines(void **state)
{
    (void)state;
    struct text file = {0}, expected = {0}, seen = {0};
    for (int i = 0; i < 60; i++) {
        struct text line = {0};
        for (int c = 0; c < i * 641 % LIMIT; c++)
            text_addf(&line, "%c", 'a' + (c + i) % 26);
        text_addf(&file, "%s\n", text_string(&line));
        text_addf(&expected, "[%s]", text_string(&line));
        text_free(&line);
    }
    assert_int_equal(read_all(file.data, file.length, &seen, NULL), STATUS_OK);
    assert_string_equal(text_string(&seen), text_string(&expected));
    text_free(&file);
    text_free(&expected);
    text_free(&seen);
}

static void limits(void **state)
{
    (void)state;
    struct error error = {0};
    struct text file = {0}, seen = {0};
    text_add(&file, "a\n");
    for (int i = 0; i < LIMIT; i++)
        text_add(&file, "b");
    assert_int_equal(read_all(file.data, file.length, &seen, &error), STATUS_OK);
    assert_int_equal(seen.length, 3 + LIMIT + 2);
    text_clear(&seen);
    text_add(&file, "b\nc");
    assert_int_equal(read_all(file.data, file.length, &seen, &error), STATUS_BAD_INPUT);
    assert_string_equal(text_string(&seen), "[a]");
    assert_string_equal(error.text, "here:2: the line is longer than 40000 bytes");
    text_free(&file);
    text_free(&seen);
}

static void no_memory(void **state)
{
    (void)state;
    struct lines lines = {.path = "here", .limit = LIMIT};
    const char *line = NULL;
    size_t got = 0;
    long before = memory_blocks_alive();
    assert_int_equal(file_write(path, "a\n", 2, NULL), STATUS_OK);
    assert_int_equal(file_open(path, &lines.descriptor, NULL), STATUS_OK);
    memory_fail_from(1);
    assert_int_equal(lines_next(&lines, &line, &got, NULL), STATUS_NO_MEMORY);
    memory_fail_from(0);
    close(lines.descriptor);
    lines_free(&lines);
    assert_int_equal(memory_blocks_alive(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_shape, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
