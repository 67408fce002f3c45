/* The members of observations that have a value for each validation row: what is written, read and refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "trainer/spec/observation.h"

#include <stdio.h>
#include <string.h>

#define BEGIN                                                                                                \
    "{\"event\":\"begin\",\"protocol\":1,\"run_id\":\"0123456789abcdef\",\"train_samples\":1,"               \
    "\"validation_samples\":3,\"labels\":2,\"total_steps\":1"

/* The losses' text is the bits of each one, most significant digit first: 1.0f is 3f800000. */
static void test_evaluation_text(void **state)
{
    (void)state;
    int32_t predictions[] = {1, 0};
    float losses[] = {1.0f, -2.0f};
    struct observation written = {.kind = OBSERVATION_EVALUATION};
    written.as.evaluation.count = 2;
    written.as.evaluation.predictions = predictions;
    written.as.evaluation.losses = losses;
    struct text line = {0};
    assert_int_equal(observation_write(&written, &line, NULL), STATUS_OK);
    assert_non_null(strstr(line.data, "\"predictions\": [1, 0], \"losses\": \"3f800000c0000000\"}\n"));
    assert_ptr_equal(strstr(line.data, "{\"event\": \"evaluation\", \"step\": 0, "), line.data);
    text_free(&line);
}

static void test_labels(void **state)
{
    (void)state;
    int32_t labels[] = {1, 0, 2147483647};
    struct observation written = {.kind = OBSERVATION_BEGIN}, read;
    written.as.begin = (struct observed_begin){
        .run_id = "0123456789abcdef", .labels = 2, .labelled = 3, .validation_labels = labels};
    struct text line = {0};
    assert_int_equal(observation_write(&written, &line, NULL), STATUS_OK);
    assert_non_null(strstr(line.data, ", \"validation_labels\": [1, 0, 2147483647]}\n"));
    line.data[line.length - 1] = '\0';
    assert_int_equal(observation_read(line.data, &read, NULL), STATUS_OK);
    assert_int_equal(read.as.begin.labelled, 3);
    assert_memory_equal(read.as.begin.validation_labels, labels, sizeof labels);
    observation_free(&read);
    assert_null(read.as.begin.validation_labels);
    observation_free(&read);
    text_free(&line);
}

/* A trainer need not say them. */
static void test_labels_are_left_out(void **state)
{
    (void)state;
    struct observation read;
    struct text line = {0};
    assert_int_equal(observation_read(BEGIN "}", &read, NULL), STATUS_OK);
    assert_int_equal(read.as.begin.labelled, 0);
    assert_null(read.as.begin.validation_labels);
    assert_int_equal(observation_write(&read, &line, NULL), STATUS_OK);
    assert_null(strstr(line.data, "validation_labels"));
    text_free(&line);
}

static void expect_refusal(const char *line, const char *text)
{
    long alive = memory_blocks_alive();
    struct observation read;
    struct error error = {0};
    assert_int_equal(observation_read(line, &read, &error), STATUS_BAD_INPUT);
    assert_string_equal(error.text, text);
    assert_int_equal(memory_blocks_alive(), alive);
}

static void test_refused_arrays(void **state)
{
    (void)state;
    static const struct {
        const char *members, *text;
    } cases[] = {
        {"\"predictions\":[1]",
         "\"predictions\" (an array) and \"losses\" (a string) come together or not at all"},
        {"\"predictions\":[1,1],\"losses\":\"3f800000\"",
         "\"losses\" must be 8 hexadecimal digits for each of the 2 predictions"},
        {"\"predictions\":[1],\"losses\":\"3F800000\"",
         "\"losses\" must be 8 hexadecimal digits for each of the 1 predictions"},
        {"\"predictions\":[1,-1],\"losses\":\"3f8000003f800000\"",
         "\"predictions\"[1] must be a class, 0 or more, not -1"},
        {"\"predictions\":[0.5],\"losses\":\"3f800000\"",
         "\"predictions\"[0] must be a class, 0 or more, not 0.5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[512];
        snprintf(line, sizeof line,
                 "{\"event\":\"evaluation\",\"step\":0,\"loss\":1,\"accuracy\":1,\"f1\":1,\"f1_macro\":1,%s}",
                 cases[i].members);
        expect_refusal(line, cases[i].text);
    }
}

static void test_refused_labels(void **state)
{
    (void)state;
    expect_refusal(BEGIN ",\"validation_labels\":\"100\"}",
                   "\"validation_labels\" must be an array of classes");
    expect_refusal(BEGIN ",\"validation_labels\":null}", "\"validation_labels\" must be an array of classes");
    expect_refusal(BEGIN ",\"validation_labels\":[0,\"1\"]}",
                   "\"validation_labels\"[1] must be a class, 0 or more, not \"1\"");
    expect_refusal(BEGIN ",\"validation_labels\":[0,1,2147483648]}",
                   "\"validation_labels\"[2] must be a class, 0 or more, not 2147483648");
}

static void expect_allocations(const char *line, long expected)
{
    long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    long allocations = 0;
    while (status != STATUS_OK) {
        struct observation read;
        struct error error = {0};
        memory_fail_from(++allocations);
        status = observation_read(line, &read, &error);
        memory_fail_from(0);
        if (status == STATUS_OK) observation_free(&read);
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(allocations, expected + 1); /* then all is well */
}

static void test_failing_allocations(void **state)
{
    (void)state;
    expect_allocations(
        "{\"event\":\"evaluation\",\"step\":0,\"loss\":1,\"accuracy\":1,\"f1\":1,\"f1_macro\":1,"
        "\"predictions\":[1],\"losses\":\"3f800000\"}",
        2);
    expect_allocations(BEGIN ",\"validation_labels\":[1,0,1]}", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_evaluation_text),     cmocka_unit_test(test_labels),
        cmocka_unit_test(test_labels_are_left_out), cmocka_unit_test(test_refused_arrays),
        cmocka_unit_test(test_refused_labels),      cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
