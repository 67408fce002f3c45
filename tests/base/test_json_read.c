/* JSON read strictly: what json-c would take without a word is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_read.h"

#include <string.h>

static enum status read_text(const char *json, size_t length, struct error *error)
{
    struct json_object *object = NULL;
    enum status status = json_read_object(json, length, &object, error);
    if (status != STATUS_OK) {
        assert_null(object);
        return status;
    }
    status = json_read_check_names(json, object, error);
    json_object_put(object);
    return status;
}

static void accept(const char *json)
{
    struct error error = {0};
    if (read_text(json, strlen(json), &error) != STATUS_OK) fail_msg("%s: %s", json, error.text);
}

static void refuse(const char *json, const char *expected)
{
    struct error error = {0};
    if (read_text(json, strlen(json), &error) != STATUS_BAD_INPUT) fail_msg("%s is taken", json);
    if (strstr(error.text, expected) == NULL) fail_msg("%s: \"%s\", not \"%s\"", json, error.text, expected);
}

static void test_objects(void **state)
{
    (void)state;
    accept("{}");
    accept(" {\"a\": 1} \n ");
    accept("{\"a\": {\"a\": [{\"a\": 1}, {\"a\": \"b:c\"}]}, \"b\": \"\\\"a\\\": \"}");
    refuse("", "not JSON");
    refuse("[]", "not a JSON object");
    refuse("{\"a\": 1} x", "not JSON");
    refuse("{\"a\": 1,}", "not JSON");
    refuse("{'a': 1}", "not JSON: a single quote at byte 1");
    accept("{\"it's\": \"\\\"'\"}");
    refuse("{/* a */}", "not JSON");
    refuse("{\"a\": 1", "not JSON");
    refuse("{\"\xff\": 1}", "not JSON");
}

/* json-c would take these: it looks at the first byte of a character and counts the others. */
static void test_characters(void **state)
{
    (void)state;
    accept("{\"\xe4\xb8\x80\": \"\xf0\x9f\x98\x80 \\\\\", \"b\": \"\x7f\"}");
    refuse("{\"a\xc0\xbc\": 1}", "not JSON: no UTF-8 at byte 3");
    refuse("{\"\xed\xa0\x80\": 1}", "not JSON: no UTF-8 at byte 2");
    refuse("{\"\xf4\x90\x80\x80\": 1}", "not JSON: no UTF-8 at byte 2");
    refuse("{\"a\": \"\\\"\x1f\"}", "not JSON: a control character in a string at byte 9");
    refuse("{\"a\nb\": 1}", "not JSON: a control character in a string at byte 3");
    accept("{\n\t\"a\":\r 1}");
}

static void test_names_twice(void **state)
{
    (void)state;
    refuse("{\"a\": 1, \"a\": 1}", "given twice");
    refuse("{\"a\": 1, \"\\u0061\": 1}", "given twice");
    refuse("{\"a\": {\"b\": 1, \"b\": 2}}", "given twice");
    refuse("{\"a\": {\"b\": 1, \"c\": 2}, \"a\": {\"b\": 1, \"c\": 2, \"d\": 3}}", "given twice");
    refuse("{\"a\": [0, {\"b\": 1, \"c\": 1, \"b\": 2}]}", "given twice");
}

static void test_nuls(void **state)
{
    (void)state;
    struct error error = {0};
    refuse("{\"a\\u0000b\": 1}", "has a NUL");
    refuse("{\"x\": {\"a\\u0000\": 1}}", "has a NUL");
    accept("{\"a\\\\u0000b\": 1}"); /* an escaped backslash, and no NUL */
    accept("{\"a\": \"\\u0000\", \"b\": 2}");
    assert_int_equal(read_text("{}\0{}", 5, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "a NUL at byte 2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_names_twice),
        cmocka_unit_test(test_nuls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
