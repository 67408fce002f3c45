/* Lines of a trace: written and read back, or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "trainer/spec/trace_line.h"

static char digest_a[] = "0123456789abcdef0123456789abcdef", digest_b[] = "fedcba9876543210fedcba9876543210";

/* Write, compare with the text, read back. */
static void round_trip(const struct trace_line *line, const char *expected, struct trace_line *back)
{
    struct text text = {0};
    struct error error = {0};
    assert_int_equal(trace_line_write(line, &text, NULL), STATUS_OK);
    assert_string_equal(text_string(&text), expected);
    text.data[text.length - 1] = '\0';
    if (trace_line_read(text_string(&text), back, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(back->kind, line->kind);
    text_free(&text);
}

static void test_state(void **state)
{
    (void)state;
    struct trace_line line = {.kind = TRACE_STATE, .as.state = {.evaluation = true, .step = 12}}, back;
    memcpy(line.as.state.chain, digest_a, sizeof digest_a);
    memcpy(line.as.state.weights, digest_b, sizeof digest_b);
    round_trip(&line,
               "{\"trace\": \"state\", \"after\": \"evaluation\", \"step\": 12, \"chain\": "
               "\"0123456789abcdef0123456789abcdef\", \"weights\": \"fedcba9876543210fedcba9876543210\"}\n",
               &back);
    assert_true(back.as.state.evaluation);
    assert_int_equal(back.as.state.step, 12);
    assert_string_equal(back.as.state.weights, digest_b);
    trace_line_free(&back);
}

static void fill_output(struct trace_line *line, int64_t *values, char (*digests)[DIGEST_TEXT])
{
    *line = (struct trace_line){.kind = TRACE_OUTPUT};
    struct trace_output *output = &line->as.output;
    snprintf(output->key, sizeof output->key, "step.12.0");
    snprintf(output->op, sizeof output->op, "gelu_forward");
    snprintf(output->tensor, sizeof output->tensor, "layer 0 inner");
    output->by_sample = true;
    output->columns = 24;
    output->parts = 2;
    output->values = values;
    output->digests = digests;
    values[0] = 48;
    values[1] = 24;
    memcpy(digests[0], digest_a, sizeof digest_a);
    memcpy(digests[1], digest_b, sizeof digest_b);
}

static void test_output(void **state)
{
    (void)state;
    struct trace_line line, back;
    int64_t values[2];
    char digests[2][DIGEST_TEXT];
    fill_output(&line, values, digests);
    round_trip(
        &line,
        "{\"trace\": \"output\", \"key\": \"step.12.0\", \"op\": \"gelu_forward\", \"tensor\": "
        "\"layer 0 inner\", \"integers\": false, \"by_sample\": true, \"columns\": 24, \"values\": [48, 24], "
        "\"digests\": \"0123456789abcdef0123456789abcdeffedcba9876543210fedcba9876543210\"}\n",
        &back);
    assert_int_equal(back.as.output.parts, 2);
    assert_int_equal(back.as.output.values[1], 24);
    assert_string_equal(back.as.output.digests[1], digest_b);
    assert_string_equal(back.as.output.tensor, "layer 0 inner");
    trace_line_free(&back);
}

static void test_values(void **state)
{
    (void)state;
    static struct trace_line line, back;
    line = (struct trace_line){.kind = TRACE_VALUES,
                               .as.values = {.key = "step.12.0.1", .at = 4096, .count = 2}};
    line.as.values.words[0] = 0x3f800000u;
    line.as.values.words[1] = 0xff80000au;
    round_trip(
        &line,
        "{\"trace\": \"values\", \"key\": \"step.12.0.1\", \"at\": 4096, \"words\": \"3f800000ff80000a\"}\n",
        &back);
    assert_int_equal(back.as.values.count, 2);
    assert_true(back.as.values.words[1] == 0xff80000au);
    trace_line_free(&back);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "[]",
        "{\"event\": \"step\"}",
        "{\"trace\": \"nothing\"}",
        "{\"trace\": \"state\", \"after\": \"lunch\", \"step\": 1, \"chain\": \"\", \"weights\": \"\"}",
        "{\"trace\": \"state\", \"after\": \"step\", \"step\": -1, \"chain\": \"\", \"weights\": \"\"}",
        "{\"trace\": \"values\", \"key\": \"a\", \"at\": 0, \"words\": \"3f8\"}",
        "{\"trace\": \"values\", \"key\": \"a\", \"at\": 0, \"words\": \"3F800000\"}",
        "{\"trace\": \"output\", \"key\": \"a\", \"op\": \"b\", \"tensor\": \"c\", \"integers\": false, "
        "\"by_sample\": "
        "true, \"columns\": 1, \"values\": [1], \"digests\": \"\"}",
        "{\"trace\": \"output\", \"key\": \"a\", \"op\": \"b\", \"tensor\": \"c\", \"integers\": false, "
        "\"by_sample\": "
        "true, \"columns\": 1, \"values\": [-1], \"digests\": \"0123456789abcdef0123456789abcdef\"}",
        "{\"trace\": \"output\", \"key\": \"a\", \"op\": \"an operation with a name that is much too long "
        "for it\", "
        "\"tensor\": \"c\", \"integers\": false, \"by_sample\": true, \"columns\": 1, \"values\": [], "
        "\"digests\": \"\"}",
    };
    long alive = memory_blocks_alive();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct trace_line line;
        struct error error = {0};
        if (trace_line_read(cases[i], &line, &error) != STATUS_BAD_INPUT) fail_msg("taken: %s", cases[i]);
        assert_true(error.text[0] != '\0');
    }
    assert_int_equal(memory_blocks_alive(), alive);
}

static void test_failing_allocations(void **state)
{
    (void)state;
    struct trace_line line, back;
    struct text text = {0};
    int64_t values[2];
    char digests[2][DIGEST_TEXT];
    fill_output(&line, values, digests);
    assert_int_equal(trace_line_write(&line, &text, NULL), STATUS_OK);
    text.data[text.length - 1] = '\0';
    long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    for (long n = 1; n < 20 && status != STATUS_OK; n++) {
        memory_fail_from(n);
        status = trace_line_read(text.data, &back, NULL);
        memory_fail_from(0);
        if (status == STATUS_OK)
            trace_line_free(&back);
        else
            assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(status, STATUS_OK);
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state),
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
