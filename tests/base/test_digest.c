/* Digests: XXH3's own vectors, values and not bit patterns for floats, chains, files of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"
#include "tests/support_temporary.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void assert_digest(struct digest digest, const char *expected)
{
    char text[DIGEST_TEXT];
    digest_text(digest, text);
    assert_string_equal(text, expected);
}

static void assert_same(struct digest left, struct digest right)
{
    assert_true(left.high == right.high && left.low == right.low);
}

static void assert_different(struct digest left, struct digest right)
{
    assert_false(left.high == right.high && left.low == right.low);
}

/* XXH3_128bits, seed 0, of no bytes: the vector of xxHash's specification. */
static void test_bytes(void **state)
{
    (void)state;
    assert_digest(digest_bytes("", 0), "99aa06d3014798d86001c324468d497f");
    assert_different(digest_bytes("a", 1), digest_bytes("b", 1));
    assert_different(digest_bytes("a", 1), digest_bytes("a", 2));
}

static void test_text_is_big_endian(void **state)
{
    (void)state;
    assert_digest((struct digest){.high = 1, .low = 0xabcdef}, "00000000000000010000000000abcdef");
}

/* 1.0f is 3f800000, written as little-endian words. */
static void test_floats(void **state)
{
    (void)state;
    const float ones[] = {1, 1};
    assert_same(digest_floats(ones, 2), digest_bytes("\0\0\x80\x3f\0\0\x80\x3f", 8));
    const float zero = 0, minus_zero = -0.0f;
    assert_same(digest_floats(&zero, 1), digest_floats(&minus_zero, 1));
    assert_same(digest_floats(&zero, 1), digest_bytes("\0\0\0\0", 4));
    uint32_t patterns[] = {0x7fc00000u, 0xffc00000u, 0x7f800001u};
    float nans[3];
    memcpy(nans, patterns, sizeof nans);
    for (int i = 0; i < 3; i++)
        assert_same(digest_floats(&nans[i], 1), digest_bytes("\0\0\xc0\x7f", 4));
    const float infinity = INFINITY, minus_infinity = -INFINITY;
    assert_different(digest_floats(&infinity, 1), digest_floats(&minus_infinity, 1));
}

/* More than one piece of the inner buffer: the same as all words at once. */
static void test_many_floats(void **state)
{
    (void)state;
    enum { COUNT = 2500 };
    static float values[COUNT];
    static unsigned char bytes[COUNT * 4];
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t word;
        values[i] = (float)i * 0.25f;
        memcpy(&word, &values[i], sizeof word);
        for (uint32_t j = 0; j < 4; j++)
            bytes[4 * i + j] = (unsigned char)(word >> (8 * j) & 0xff);
    }
    assert_same(digest_floats(values, COUNT), digest_bytes(bytes, sizeof bytes));
}

static void test_chain(void **state)
{
    (void)state;
    struct digest a = digest_bytes("a", 1), b = digest_bytes("b", 1), start = {0};
    assert_different(digest_chain(a, b), digest_chain(b, a));
    assert_same(digest_chain(digest_chain(start, a), b), digest_chain(digest_chain(start, a), b));
    assert_different(digest_chain(digest_chain(start, a), b), digest_chain(digest_chain(start, b), a));
    char text[2 * DIGEST_TEXT];
    digest_text(a, text);
    digest_text(b, text + DIGEST_TEXT - 1);
    assert_same(digest_chain(a, b), digest_bytes(text, 64));
}

static void test_file(void **state)
{
    (void)state;
    static char content[150000];
    char folder[256], path[512];
    struct digest digest;
    struct error error = {0};
    temporary_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/content", folder);
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (char)(i * 7);
    assert_int_equal(file_write(path, content, sizeof content, NULL), STATUS_OK);
    assert_int_equal(digest_file(path, &digest, NULL), STATUS_OK);
    assert_same(digest, digest_bytes(content, sizeof content));
    temporary_remove(folder);
    assert_int_equal(digest_file(path, &digest, &error), STATUS_IO);
    assert_non_null(strstr(error.text, ": cannot be opened: No such file"));
    assert_int_equal(digest_file("/dev/zero", &digest, &error), STATUS_IO); /* it has no end */
    assert_string_equal(error.text, "/dev/zero: is a device, a regular file is needed");
}

/* However it is cut: at the start, within and at the end of XXH3's blocks. */
static void test_stream(void **state)
{
    (void)state;
    static char content[5000];
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (char)(i * 11);
    for (size_t step = 1; step < sizeof content; step = 3 * step + 1) {
        struct digest_stream *stream = digest_stream_create();
        assert_non_null(stream);
        assert_same(digest_stream_value(stream), digest_bytes("", 0));
        for (size_t done = 0; done < sizeof content; done += step) {
            size_t now = sizeof content - done < step ? sizeof content - done : step;
            digest_stream_add(stream, content + done, now);
            assert_same(digest_stream_value(stream), digest_bytes(content, done + now));
        }
        digest_stream_free(stream);
    }
    memory_fail_from(1);
    struct digest_stream *none = digest_stream_create();
    memory_fail_from(0);
    assert_null(none);
    digest_stream_free(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),  cmocka_unit_test(test_text_is_big_endian),
        cmocka_unit_test(test_floats), cmocka_unit_test(test_many_floats),
        cmocka_unit_test(test_chain),  cmocka_unit_test(test_file),
        cmocka_unit_test(test_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
