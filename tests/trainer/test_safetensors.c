/* The safetensors format: every rule of it has a file that breaks it, made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/trainer/support_folder.h"
#include "tests/trainer/support_weights.h"
#include "trainer/weights/safetensors.h"

#include <json-c/json.h>

#include <stdio.h>
#include <string.h>

static struct folder folder;
static char path[1024];

static int set_up(void **state)
{
    (void)state;
    folder_make(&folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(&folder);
    return 0;
}

/* 12 bytes: three numbers of 4 bytes, little-endian. */
static const unsigned char three[] = {0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0x20, 0x41}; /* 1, -2, 10 */

static enum status open_header(const char *header, size_t bytes, struct safetensors *file,
                               struct error *error)
{
    weights_write(&folder, "a.safetensors", header, three, bytes, path);
    return safetensors_open(path, file, error);
}

static void refuse_bytes(const char *header, size_t bytes, const char *expected)
{
    struct safetensors file;
    struct error error = {0};
    assert_int_equal(open_header(header, bytes, &file, &error), STATUS_BAD_INPUT);
    assert_null(file.map);
    if (strstr(error.text, path) != error.text) fail_msg("the file is not named: %s", error.text);
    if (strstr(error.text, expected) == NULL)
        fail_msg("%s: \"%s\" does not say \"%s\"", header, error.text, expected);
}

static void refuse(const char *header, const char *expected)
{
    refuse_bytes(header, sizeof three, expected);
}

static void accept(const char *header, size_t bytes, size_t tensors)
{
    struct safetensors file;
    struct error error = {0};
    if (open_header(header, bytes, &file, &error) != STATUS_OK) fail_msg("%s: %s", header, error.text);
    assert_int_equal(file.count, tensors);
    safetensors_close(&file);
}

#define WHOLE "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}"

static void test_reads(void **state)
{
    (void)state;
    struct safetensors file;
    struct error error = {0};
    float values[3] = {0};
    if (open_header("{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],"
                    "\"data_offsets\":[4,12]},\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
                    12, &file, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(file.count, 2);
    assert_null(safetensors_find(&file, "c"));
    const struct safetensors_tensor *a = safetensors_find(&file, "a"), *b = safetensors_find(&file, "b");
    assert_non_null(a);
    assert_non_null(b);
    assert_int_equal(a->rank, 0);
    assert_int_equal(a->count, 1);
    assert_int_equal(b->rank, 2);
    assert_int_equal(b->shape[0], 1);
    assert_int_equal(b->shape[1], 2);
    assert_int_equal(safetensors_read(&file, a, values, &error), STATUS_OK);
    assert_int_equal(safetensors_read(&file, b, values + 1, &error), STATUS_OK);
    const float expected[] = {1.0f, -2.0f, 10.0f};
    assert_memory_equal(values, expected, sizeof expected);
    char shape[SAFETENSORS_SHAPE_TEXT];
    safetensors_shape_text(b->shape, b->rank, shape);
    assert_string_equal(shape, "(1, 2)");
    safetensors_close(&file);
}

/* 16-bit numbers at an odd byte: alignment is not assumed. */
static void test_halves_and_others(void **state)
{
    (void)state;
    const unsigned char data[] = {7, 0x00, 0x3c, 0x01, 0x00, 0x80, 0x3f, 1, 2, 3, 4, 5, 6, 7, 8};
    struct safetensors file;
    struct error error = {0};
    float values[2];
    weights_write(&folder, "a.safetensors",
                  "{\"u\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                  "\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[1,5]},"
                  "\"g\":{\"dtype\":\"BF16\",\"shape\":[1,1],\"data_offsets\":[5,7]},"
                  "\"i\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[7,15]}}",
                  data, sizeof data, path);
    assert_int_equal(safetensors_open(path, &file, &error), STATUS_OK);
    assert_int_equal(safetensors_read(&file, safetensors_find(&file, "h"), values, &error), STATUS_OK);
    assert_true(values[0] == 1.0f && values[1] == 0x1p-24f);
    assert_int_equal(safetensors_read(&file, safetensors_find(&file, "g"), values, &error), STATUS_OK);
    assert_true(values[0] == 1.0f);
    assert_int_equal(safetensors_read(&file, safetensors_find(&file, "i"), values, &error),
                     STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.text, "tensor \"i\" has dtype I64; weights are read as F32, F16 or BF16"));
    safetensors_close(&file);
}

static void test_what_is_allowed(void **state)
{
    (void)state;
    accept(WHOLE, 12, 1);
    accept(WHOLE "   ", 12, 1);
    accept("{}", 0, 0);
    accept("{\"__metadata__\":{}}", 0, 0);
    /* nothing in it: an empty tensor, before, between or behind others */
    accept("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
           "\"b\":{\"dtype\":\"F32\",\"shape\":[5,0],\"data_offsets\":[12,12]},"
           "\"c\":{\"dtype\":\"F64\",\"shape\":[0,9223372036854775806],\"data_offsets\":[0,0]}}",
           12, 3);
    accept("{\"a\":{\"dtype\":\"F4\",\"shape\":[24],\"data_offsets\":[0,12]}}", 12, 1);
    accept("{\"a\":{\"dtype\":\"F6_E2M3\",\"shape\":[16],\"data_offsets\":[0,12]}}", 12, 1);
    accept("{\"a\":{\"dtype\":\"BOOL\",\"shape\":[1,1,1,1,1,1,1,12],\"data_offsets\":[0,12]}}", 12, 1);
}

static void test_header(void **state)
{
    (void)state;
    refuse_bytes("", 0, "the header must begin with {");
    refuse(" " WHOLE, "the header must begin with {");
    refuse("{", "the header: not JSON");
    refuse(WHOLE "x", "the header: not JSON");
    refuse(WHOLE "{}", "the header: not JSON");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
           "\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
           "the header: a member is given twice");
    refuse("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
           "the header: a member is given twice");
    refuse("{\"a\\u0000\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", "has a NUL");
    refuse("{\"a\xff\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", "the header: not JSON");
    refuse("{\"__metadata__\":[]}", "__metadata__ must be an object of strings");
    refuse("{\"__metadata__\":{\"format\":1}}", "__metadata__ must be an object of strings");
    refuse("{\"__metadata__\":null}", "__metadata__ must be an object of strings");
}

static void test_header_length(void **state)
{
    (void)state;
    struct safetensors file;
    struct error error = {0};
    folder_write(&folder, "a.safetensors", "\2\0\0\0\0\0\0", 7, path);
    assert_int_equal(safetensors_open(path, &file, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "has 7 bytes"));
    folder_write(&folder, "a.safetensors", "\x01\xe1\xf5\x05\0\0\0\0{}", 10, path); /* 100000001 */
    assert_int_equal(safetensors_open(path, &file, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "more than the format's limit of 100000000"));
    folder_write(&folder, "a.safetensors", "\xff\xff\xff\xff\xff\xff\xff\xff{}", 10, path);
    assert_int_equal(safetensors_open(path, &file, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "limit"));
    folder_write(&folder, "a.safetensors", "\3\0\0\0\0\0\0\0{}", 10, path);
    assert_int_equal(safetensors_open(path, &file, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "should have 3 bytes, and 2 follow; the file is cut off"));
    assert_int_equal(safetensors_open("/nowhere/a.safetensors", &file, &error), STATUS_IO);
    assert_int_equal(safetensors_open(folder.path, &file, &error), STATUS_IO);
}

static void test_entries(void **state)
{
    (void)state;
    refuse("{\"a\":1}", "tensor \"a\" must be an object");
    refuse("{\"a\":{\"shape\":[3],\"data_offsets\":[0,12]}}", "tensor \"a\" must have dtype");
    refuse("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,12]}}", "tensor \"a\" must have dtype");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[3]}}", "tensor \"a\" must have dtype");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12],\"more\":1}}",
           "and nothing else");
    refuse("{\"a\":{\"dtype\":\"F31\",\"shape\":[3],\"data_offsets\":[0,12]}}",
           "\"dtype\" is \"F31\", which is none of the format's");
    refuse("{\"a\":{\"dtype\":\"F32\\u0000\",\"shape\":[3],\"data_offsets\":[0,12]}}",
           "none of the format's");
    refuse("{\"a\":{\"dtype\":32,\"shape\":[3],\"data_offsets\":[0,12]}}", "none of the format's");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":3,\"data_offsets\":[0,12]}}", "\"shape\" must be a list");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[-3],\"data_offsets\":[0,12]}}", "whole numbers >= 0");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[3.0],\"data_offsets\":[0,12]}}", "whole numbers >= 0");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999999],\"data_offsets\":[0,12]}}",
           "whole numbers >= 0");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[3,1,1,1,1,1,1,1,1],\"data_offsets\":[0,12]}}",
           "at most 8 sizes");
    /* 2^32 * 2^32 = 0 in 64 bits, and 2^62 numbers of 4 bytes are 0 bytes */
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
           "of fewer than 2^64 numbers");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}}",
           "do not take the 0 bytes");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,12]}}",
           "(2) numbers of dtype F32 do not take the 12 bytes");
    refuse("{\"a\":{\"dtype\":\"F4\",\"shape\":[23],\"data_offsets\":[0,12]}}", "do not take the 12 bytes");
}

static void test_offsets(void **state)
{
    (void)state;
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0]}}", "begin <= end");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12,12]}}", "begin <= end");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[12,0]}}", "begin <= end");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[-12,0]}}", "begin <= end");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,\"12\"]}}", "begin <= end");
    refuse_bytes(WHOLE, 11, "tensor \"a\" ends at byte 12 of the data, which have 11");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
           "4 bytes follow the last tensor");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
           "begins at byte 4 of the data, not at 0, where the one before ends: a hole");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
           "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}",
           "tensor \"b\" begins at byte 8 of the data, not at 4, where the one before ends: a hole");
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
           "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
           "tensor \"b\" begins at byte 4 of the data, not at 8, where the one before ends: they overlap");
    refuse("{}", "12 bytes follow the last tensor");
}

/* Every way to cut a small file short is refused. */
static void test_truncation(void **state)
{
    (void)state;
    struct text content = {0};
    struct safetensors file;
    char cut[1024];
    weights_write(&folder, "a.safetensors", WHOLE, three, sizeof three, path);
    assert_int_equal(file_read(path, 0, &content, NULL), STATUS_OK);
    for (size_t length = 0; length < content.length; length++) {
        folder_write(&folder, "cut.safetensors", content.data, length, cut);
        assert_int_equal(safetensors_open(cut, &file, NULL), STATUS_BAD_INPUT);
    }
    text_free(&content);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct safetensors file;
    long before = memory_blocks_alive();
    weights_write(&folder, "a.safetensors", WHOLE, three, sizeof three, path);
    bool opened = false;
    for (long n = 1; !opened; n++) {
        struct error error = {0};
        memory_fail_from(n);
        enum status status = safetensors_open(path, &file, &error);
        memory_fail_from(0);
        opened = status == STATUS_OK;
        if (!opened) assert_int_equal(status, STATUS_NO_MEMORY);
        if (!opened) assert_int_equal(memory_blocks_alive(), before);
        assert_true(n < 100);
    }
    safetensors_close(&file);
    assert_int_equal(memory_blocks_alive(), before);
}

static void test_written_is_read(void **state)
{
    (void)state;
    const float weight[] = {1.5f, -0.0f, 3.25f, 4, 5, 6}, bias[] = {0x1p-149f, 2};
    const struct safetensors_source sources[] = {
        {.name = "layer.weight", .rank = 2, .shape = {3, 2}, .values = weight},
        {.name = "layer.bias", .rank = 1, .shape = {2}, .values = bias}};
    struct safetensors file;
    struct error error = {0};
    float values[6];
    snprintf(path, sizeof path, "%s/w.safetensors", folder.path);
    assert_int_equal(safetensors_write(path, sources, 2, &error), STATUS_OK);
    if (safetensors_open(path, &file, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(file.count, 2);
    assert_int_equal((file.data - file.map) % 8, 0);
    for (size_t i = 0; i < 2; i++) {
        const struct safetensors_tensor *tensor = safetensors_find(&file, sources[i].name);
        assert_non_null(tensor);
        assert_int_equal(tensor->rank, sources[i].rank);
        assert_memory_equal(tensor->shape, sources[i].shape, sizeof(uint64_t) * (size_t)tensor->rank);
        assert_int_equal(safetensors_read(&file, tensor, values, &error), STATUS_OK);
        assert_memory_equal(values, sources[i].values, tensor->count * sizeof *values);
    }
    /* in the order of names, as the format's own writer has tensors of one dtype */
    assert_true(safetensors_find(&file, "layer.bias")->begin <
                safetensors_find(&file, "layer.weight")->begin);
    assert_non_null(json_object_object_get(json_object_object_get(file.header, "__metadata__"), "format"));
    safetensors_close(&file);
}

static void test_writing_fails(void **state)
{
    (void)state;
    const float one[] = {1};
    const struct safetensors_source source = {.name = "a", .rank = 1, .shape = {1}, .values = one};
    struct error error = {0};
    long before = memory_blocks_alive();
    assert_int_equal(safetensors_write("/nowhere/w.safetensors", &source, 1, &error), STATUS_IO);
    snprintf(path, sizeof path, "%s/w.safetensors", folder.path);
    bool written = false;
    for (long n = 1; !written; n++) {
        memory_fail_from(n);
        enum status status = safetensors_write(path, &source, 1, &error);
        memory_fail_from(0);
        written = status == STATUS_OK;
        if (!written) assert_int_equal(status, STATUS_NO_MEMORY);
        if (!written) assert_int_equal(folder_count(&folder), 0);
        assert_int_equal(memory_blocks_alive(), before);
        assert_true(n < 100);
    }
    assert_int_equal(folder_count(&folder), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_reads),           TEST(test_halves_and_others), TEST(test_what_is_allowed),
        TEST(test_header),          TEST(test_header_length),     TEST(test_entries),
        TEST(test_offsets),         TEST(test_truncation),        TEST(test_no_memory),
        TEST(test_written_is_read), TEST(test_writing_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
