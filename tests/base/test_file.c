/* Whole files: read at once, replaced at once, folders, paths, and refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/support_temporary.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[256];

static int set_up(void **state)
{
    (void)state;
    temporary_folder(folder, sizeof folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    temporary_remove(folder);
    return 0;
}

static const char *in_folder(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void test_write_and_read(void **state)
{
    (void)state;
    static char big[200000];
    struct text content = {0};
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 31);
    assert_int_equal(file_write(in_folder("a"), "old", 3, NULL), STATUS_OK);
    assert_int_equal(file_write(in_folder("a"), big, sizeof big, NULL), STATUS_OK);
    assert_int_equal(file_read(in_folder("a"), 0, &content, NULL), STATUS_OK);
    assert_int_equal(content.length, sizeof big);
    assert_memory_equal(content.data, big, sizeof big);
    text_free(&content);
    assert_int_equal(file_write(in_folder("a"), "", 0, NULL), STATUS_OK);
    assert_int_equal(file_read(in_folder("a"), 0, &content, NULL), STATUS_OK);
    assert_int_equal(content.length, 0);
    text_free(&content);
}

/* Nothing but the file itself is left behind, also when writing fails. */
static void test_no_temporary_files_stay(void **state)
{
    (void)state;
    struct error error = {0};
    assert_int_equal(file_make_directories(in_folder("taken"), NULL), STATUS_OK);
    assert_int_equal(file_write(in_folder("a"), "x", 1, NULL), STATUS_OK);
    assert_int_equal(file_write(in_folder("taken"), "x", 1, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "taken: cannot be replaced"));
    DIR *open = opendir(folder);
    int entries = 0;
    while (readdir(open) != NULL)
        entries++;
    closedir(open);
    assert_int_equal(entries, 4); /* . .. a taken */
}

/* Until the commit the old file is there; a stream that is given up leaves it and nothing else. */
static void test_streams(void **state)
{
    (void)state;
    struct file_stream stream = {0};
    struct text content = {0};
    struct error error = {0};
    file_stream_discard(&stream); /* of zeros: nothing to do */
    assert_int_equal(file_write(in_folder("a"), "old", 3, NULL), STATUS_OK);
    assert_int_equal(file_stream_open(in_folder("a"), &stream, NULL), STATUS_OK);
    assert_int_equal(file_stream_add(&stream, "ne", 2, NULL), STATUS_OK);
    file_stream_discard(&stream);
    file_stream_discard(&stream);
    assert_false(file_exists(stream.temporary));
    assert_int_equal(file_stream_open(in_folder("a"), &stream, NULL), STATUS_OK);
    assert_int_equal(file_stream_add(&stream, "n\0", 2, NULL), STATUS_OK);
    assert_int_equal(file_stream_add(&stream, "", 0, NULL), STATUS_OK);
    assert_int_equal(file_stream_add(&stream, "ew", 2, NULL), STATUS_OK);
    assert_int_equal(file_read(in_folder("a"), 0, &content, NULL), STATUS_OK);
    assert_string_equal(content.data, "old");
    assert_int_equal(file_stream_commit(&stream, NULL), STATUS_OK);
    file_stream_discard(&stream);
    assert_false(file_exists(stream.temporary));
    text_clear(&content);
    assert_int_equal(file_read(in_folder("a"), 0, &content, NULL), STATUS_OK);
    assert_int_equal(content.length, 4);
    assert_memory_equal(content.data, "n\0ew", 4);
    text_free(&content);
    assert_int_equal(file_stream_open(in_folder("none/a"), &stream, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "cannot be created"));
    file_stream_discard(&stream);
}

static void test_read_exactly(void **state)
{
    (void)state;
    char bytes[4] = {0};
    struct error error = {0};
    assert_int_equal(file_write(in_folder("a"), "abcde", 5, NULL), STATUS_OK);
    int descriptor = open(in_folder("a"), O_RDONLY);
    assert_int_equal(file_read_exactly(descriptor, bytes, 3, "a", NULL), STATUS_OK);
    assert_memory_equal(bytes, "abc", 4);
    assert_int_equal(file_read_exactly(descriptor, bytes, 3, "a", &error), STATUS_BAD_INPUT);
    assert_string_equal(error.text, "a: ends too early");
    close(descriptor);
    assert_int_equal(file_read_exactly(-1, bytes, 3, "a", &error), STATUS_IO);
}

static void test_refusals(void **state)
{
    (void)state;
    struct text content = {0};
    struct error error = {0};
    assert_int_equal(file_read(in_folder("none"), 0, &content, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "none: cannot be opened: No such file"));
    assert_int_equal(file_read(folder, 0, &content, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "is a folder, a file is needed"));
    assert_int_equal(file_write(in_folder("none/a"), "x", 1, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "cannot be created: No such file"));
    assert_int_equal(file_write(in_folder("b"), "12345", 5, NULL), STATUS_OK);
    assert_int_equal(file_read(in_folder("b"), 4, &content, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "b: larger than the limit of 4 bytes"));
    text_clear(&content);
    assert_int_equal(file_read(in_folder("b"), 5, &content, &error), STATUS_OK);
    assert_string_equal(content.data, "12345");
    text_free(&content);
}

/* What may have no end, or keep us waiting for its beginning. */
static void test_only_regular_files_are_read(void **state)
{
    (void)state;
    struct text content = {0};
    struct error error = {0};
    int descriptor;
    assert_int_equal(file_read("/dev/zero", 0, &content, &error), STATUS_IO);
    assert_string_equal(error.text, "/dev/zero: is a device, a regular file is needed");
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    assert_int_equal(file_read(in_folder("pipe"), 10, &content, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "pipe: is a pipe, a regular file is needed"));
    assert_int_equal(content.length, 0);
    assert_int_equal(file_open("/dev/null", &descriptor, &error), STATUS_IO);
    assert_int_equal(descriptor, -1);
    assert_int_equal(file_write(in_folder("a"), "x", 1, NULL), STATUS_OK);
    assert_int_equal(symlink("a", in_folder("link")), 0);
    assert_int_equal(file_read(in_folder("link"), 0, &content, NULL), STATUS_OK);
    assert_string_equal(content.data, "x");
    text_free(&content);
}

static void test_kinds(void **state)
{
    (void)state;
    assert_int_equal(file_write(in_folder("a"), "x", 1, NULL), STATUS_OK);
    assert_true(file_exists(in_folder("a")));
    assert_false(file_is_directory(in_folder("a")));
    assert_true(file_exists(folder));
    assert_true(file_is_directory(folder));
    assert_false(file_exists(in_folder("none")));
    assert_false(file_is_directory(in_folder("none")));
}

static void test_make_directories(void **state)
{
    (void)state;
    struct error error = {0};
    assert_int_equal(file_make_directories(in_folder("a/b/c"), NULL), STATUS_OK);
    assert_true(file_is_directory(in_folder("a/b/c")));
    assert_int_equal(file_make_directories(in_folder("a/b/c"), NULL), STATUS_OK);
    assert_int_equal(file_make_directories(in_folder("a/d/"), NULL), STATUS_OK);
    assert_true(file_is_directory(in_folder("a/d")));
    assert_int_equal(file_write(in_folder("file"), "x", 1, NULL), STATUS_OK);
    assert_int_equal(file_make_directories(in_folder("file"), &error), STATUS_IO);
    assert_non_null(strstr(error.text, "file: is not a folder"));
    assert_int_equal(file_make_directories(in_folder("file/below"), &error), STATUS_IO);
    assert_int_equal(file_make_folder_of(in_folder("e/f/name"), &error), STATUS_OK);
    assert_true(file_is_directory(in_folder("e/f")));
    assert_false(file_exists(in_folder("e/f/name")));
    assert_int_equal(file_make_folder_of("name", &error), STATUS_OK);
}

static void test_join(void **state)
{
    (void)state;
    char path[16];
    struct error error = {0};
    assert_int_equal(file_join("a", "b", path, sizeof path, NULL), STATUS_OK);
    assert_string_equal(path, "a/b");
    assert_int_equal(file_join("a/", "b", path, sizeof path, NULL), STATUS_OK);
    assert_string_equal(path, "a/b");
    assert_int_equal(file_join("", "b", path, sizeof path, NULL), STATUS_OK);
    assert_string_equal(path, "b");
    assert_int_equal(file_join("a", "/b", path, sizeof path, NULL), STATUS_OK);
    assert_string_equal(path, "/b");
    assert_int_equal(file_join("0123456789", "abcd", path, sizeof path, NULL), STATUS_OK); /* 15 bytes fit */
    assert_int_equal(file_join("0123456789", "abcde", path, sizeof path, &error), STATUS_BAD_INPUT);
    assert_string_equal(error.text, "abcde: the path is too long");
}

static void test_failing_allocations(void **state)
{
    (void)state;
    struct text content = {0};
    assert_int_equal(file_write(in_folder("a"), "content", 7, NULL), STATUS_OK);
    long alive = memory_blocks_alive();
    memory_fail_from(1);
    enum status status = file_read(in_folder("a"), 0, &content, NULL);
    memory_fail_from(0);
    assert_int_equal(status, STATUS_NO_MEMORY);
    text_free(&content);
    assert_int_equal(memory_blocks_alive(), alive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_write_and_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_temporary_files_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_streams, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_read_exactly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_regular_files_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kinds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_make_directories, set_up, tear_down),
        cmocka_unit_test(test_join),
        cmocka_unit_test_setup_teardown(test_failing_allocations, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
