/* The list of backends, opening and the memory operations. */
#include "kernels/ops.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_list_ends_with_portable(void **state)
{
    int count = 0;
    (void)state;
    while (ops_list[count] != NULL)
        count++;
    assert_true(count >= 1);
    assert_string_equal(ops_list[count - 1]->name, "cpu");
    assert_string_equal(ops_list[count - 1]->isa, "portable");
    assert_true(ops_list[count - 1]->usable());
}

static void test_find(void **state)
{
    const struct ops *ops = NULL;
    struct error error = {0};
    (void)state;
    assert_int_equal(ops_find("cpu", "portable", &ops, &error), STATUS_OK);
    assert_string_equal(ops->isa, "portable");
    assert_int_equal(ops_find("cpu", "auto", &ops, &error), STATUS_OK);
    assert_true(ops->usable());
    for (int i = 0; ops_list[i] != ops; i++)
        assert_true(!ops_list[i]->usable() ||
                    strcmp(ops_list[i]->name, "cpu") != 0); /* the first that can be used */
}

static void test_find_says_what_there_is(void **state)
{
    const struct ops *ops = NULL;
    struct error error = {0};
    (void)state;
    assert_int_equal(ops_find("abacus", "auto", &ops, &error), STATUS_UNSUPPORTED);
    assert_null(ops);
    assert_non_null(strstr(error.text, "device abacus: this build has no such backend; it has "));
    assert_non_null(strstr(error.text, "cpu/portable"));
    assert_int_equal(ops_find("cpu", "mmx", &ops, &error), STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.text, "mmx"));
    assert_null(strchr(error.text, '\n'));
}

static void test_tables_are_complete(void **state)
{
    (void)state;
    for (int i = 0; ops_list[i] != NULL; i++) {
        /* name and isa aside, every member is a function; none may be missing */
        const unsigned char *bytes = (const unsigned char *)ops_list[i];
        for (size_t at = offsetof(struct ops, usable); at < sizeof(struct ops);
             at += sizeof(void (*)(void))) {
            void (*function)(void);
            memcpy(&function, bytes + at, sizeof function);
            assert_true(function != NULL);
        }
    }
}

static void test_memory(void **state)
{
    const struct ops *ops = NULL;
    struct device_options options = {.threads = 1};
    struct device *device = NULL;
    struct error error = {0};
    void *block = NULL, *other = NULL;
    char text[16] = "hello, world", back[16] = "";
    long before = memory_blocks_alive();
    (void)state;
    assert_int_equal(ops_find("cpu", "auto", &ops, &error), STATUS_OK);
    assert_int_equal(ops->open(&options, &device, &error), STATUS_OK);
    assert_int_equal(ops->allocate(device, 16, &block, &error), STATUS_OK);
    assert_int_equal(ops->allocate(device, 16, &other, &error), STATUS_OK);
    ops->download(device, back, block, 16);
    assert_memory_equal(back, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    ops->upload(device, block, text, 16);
    ops->copy(device, other, block, 16);
    ops->zero(device, block, 5);
    ops->download(device, back, other, 16);
    assert_string_equal(back, "hello, world");
    ops->download(device, back, block, 16);
    assert_int_equal(back[4], 0);
    assert_int_equal(back[5], ',');
    assert_int_equal(ops->synchronize(device, &error), STATUS_OK);
    memory_fail_from(1);
    void *none = NULL;
    assert_int_equal(ops->allocate(device, 1000, &none, &error), STATUS_NO_MEMORY);
    memory_fail_from(0);
    ops->release(device, block);
    ops->release(device, other);
    ops->release(device, NULL);
    ops->close(device);
    ops->close(NULL);
    assert_int_equal(memory_blocks_alive(), before);
}

static void test_open_survives_every_failed_allocation(void **state)
{
    const struct ops *ops = NULL;
    struct device_options options = {.threads = 3};
    struct error error = {0};
    long before = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    int failures = 0;
    (void)state;
    assert_int_equal(ops_find("cpu", "auto", &ops, &error), STATUS_OK);
    for (long n = 1; status != STATUS_OK; n++) {
        struct device *device = NULL;
        memory_fail_from(n);
        status = ops->open(&options, &device, &error);
        memory_fail_from(0);
        if (status == STATUS_OK) {
            ops->close(device);
        } else {
            assert_int_equal(status, STATUS_NO_MEMORY);
            assert_null(device);
            failures++;
        }
        assert_int_equal(memory_blocks_alive(), before);
    }
    assert_in_range(failures, 2, 10);
}

static void test_find_survives_a_failed_allocation(void **state)
{
    const struct ops *ops = NULL;
    struct error error = {0};
    long before = memory_blocks_alive();
    (void)state;
    memory_fail_from(1);
    assert_int_equal(ops_find("abacus", "auto", &ops, &error), STATUS_NO_MEMORY);
    memory_fail_from(0);
    assert_int_equal(memory_blocks_alive(), before);
}

static void test_open_needs_a_thread(void **state)
{
    const struct ops *ops = NULL;
    struct device_options options = {.threads = 0};
    struct device *device = NULL;
    struct error error = {0};
    (void)state;
    assert_int_equal(ops_find("cpu", "auto", &ops, &error), STATUS_OK);
    assert_int_equal(ops->open(&options, &device, &error), STATUS_USAGE);
    assert_non_null(strstr(error.text, "threads = 0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list_ends_with_portable),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_find_says_what_there_is),
        cmocka_unit_test(test_tables_are_complete),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_open_survives_every_failed_allocation),
        cmocka_unit_test(test_find_survives_a_failed_allocation),
        cmocka_unit_test(test_open_needs_a_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
