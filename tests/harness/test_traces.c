/* Traces made by hand: where two of them part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "harness/verify/locate.h"
#include "harness/verify/traces.h"

static void take(struct traces *traces, const char *text)
{
    static struct trace_line line;
    struct error error = {0};
    if (trace_line_read(text, &line, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(traces_take(traces, &line, &error), STATUS_OK);
    trace_line_free(&line);
}

static void take_state(struct traces *traces, const char *after, long step, const char *chain,
                       const char *weights)
{
    char text[256];
    snprintf(
        text, sizeof text,
        "{\"trace\": \"state\", \"after\": \"%s\", \"step\": %ld, \"chain\": \"%s\", \"weights\": \"%s\"}",
        after, step, chain, weights);
    take(traces, text);
}

/* An output of two samples of `first` and 3 values, with a digest of equal digits each. */
static void take_output(struct traces *traces, const char *key, const char *tensor, int first, char a, char b)
{
    char text[512], digests[2 * DIGEST_TEXT];
    memset(digests, a, DIGEST_TEXT - 1);
    memset(digests + DIGEST_TEXT - 1, b, DIGEST_TEXT - 1);
    digests[2 * (DIGEST_TEXT - 1)] = '\0';
    snprintf(
        text, sizeof text,
        "{\"trace\": \"output\", \"key\": \"%s\", \"op\": \"add\", \"tensor\": \"%s\", \"integers\": false, "
        "\"by_sample\": true, \"columns\": 3, \"values\": [%d, 3], \"digests\": \"%s\"}",
        key, tensor, first, digests);
    take(traces, text);
}

static void states(void **state)
{
    (void)state;
    struct traces a = {.kind = TRACE_STATE}, b = {.kind = TRACE_STATE};
    long step = -1;
    for (int i = 0; i < 2; i++) {
        struct traces *side = i == 0 ? &a : &b;
        take_state(side, "evaluation", 0, "c0", "w0");
        take_state(side, "step", 1, "c1", "w1");
        take_state(side, "step", 2, "c2", "w2");
    }
    assert_false(traces_differing_step(&a, &b, &step));
    take_state(&a, "evaluation", 2, "e2", "w2");
    assert_true(traces_differing_step(&a, &b, &step)); /* one goes on */
    assert_int_equal(step, 2);
    assert_true(traces_differing_step(&b, &a, &step));
    assert_int_equal(step, 2);
    take_state(&b, "evaluation", 2, "other", "w2"); /* the losses of the evaluation */
    assert_true(traces_differing_step(&a, &b, &step));
    assert_int_equal(step, 2);
    traces_free(&b);
    take_state(&b, "evaluation", 0, "c0", "w0");
    take_state(&b, "step", 1, "c1", "other"); /* the weights, before any digest of the chain */
    assert_true(traces_differing_step(&a, &b, &step));
    assert_int_equal(step, 1);
    traces_free(&a);
    traces_free(&b);
}

static void states_of_a_record(void **state)
{
    (void)state;
    struct traces a = {.kind = TRACE_STATE};
    float losses[2] = {0.5f, 0.25f};
    char chain[DIGEST_TEXT];
    struct observed_step steps[] = {{.step = 1, .digest = "c1"}, {.step = 2, .digest = "c2"}};
    struct observed_evaluation evaluation = {.step = 2, .count = 2, .losses = losses, .digest = "w2"};
    struct run_record record = {
        .steps = steps, .step_count = 2, .evaluations = &evaluation, .evaluation_count = 1};
    long step = -1;
    digest_text(digest_floats(losses, 2), chain);
    take_state(&a, "step", 1, "c1", "w1");
    assert_true(traces_match(&a, &record, &step)); /* as far as it goes */
    take_state(&a, "step", 2, "c2", "w2");
    take_state(&a, "evaluation", 2, chain, "w2");
    assert_true(traces_match(&a, &record, &step));
    losses[1] = 0.125f;
    assert_false(traces_match(&a, &record, &step));
    assert_int_equal(step, 2);
    memcpy(steps[0].digest, "c0", 3);
    assert_false(traces_match(&a, &record, &step));
    assert_int_equal(step, 1);
    traces_free(&a);
}

static void outputs(void **state)
{
    (void)state;
    struct traces a = {.kind = TRACE_OUTPUT}, b = {.kind = TRACE_OUTPUT};
    struct output_difference difference;
    take_output(&a, "step.0.0", "x", 6, '1', '2');
    take_output(&a, "step.1.0", "y", 6, '3', '4');
    take_output(&b, "step.0.0", "x", 6, '1', '2');
    take_output(&b, "step.1.0", "y", 6, '3', '4');
    traces_compare_outputs(&a, &b, &difference);
    assert_false(difference.found);
    take_output(&a, "step.2.0", "z", 6, '5', '6');
    traces_compare_outputs(&a, &b, &difference);
    assert_true(difference.found && difference.structure);
    assert_string_equal(difference.what, "add, z of 9 values in 2 samples beside nothing");
    take_output(&b, "step.2.0", "z", 9, '5', '6'); /* another number of tokens */
    traces_compare_outputs(&a, &b, &difference);
    assert_string_equal(difference.what,
                        "add, z of 9 values in 2 samples beside add, z of 12 values in 2 samples");
    traces_free(&b);
    take_output(&b, "step.0.0", "x", 6, '1', '2');
    take_output(&b, "step.1.0", "y", 6, '3', '9');
    take_output(&b, "step.2.0", "z", 6, '9', '6');
    traces_compare_outputs(&a, &b, &difference);
    assert_true(difference.found && !difference.structure);
    assert_string_equal(difference.left->key, "step.1.0");
    assert_int_equal(difference.part, 1);
    traces_free(&a);
    traces_free(&b);
}

static void values(void **state)
{
    (void)state;
    struct traces a = {.kind = TRACE_VALUES}, b = {.kind = TRACE_VALUES};
    struct value_difference difference;
    take(&a, "{\"trace\": \"values\", \"key\": \"k\", \"at\": 0, \"words\": \"3f800000000000007fc00000\"}");
    take(&b, "{\"trace\": \"values\", \"key\": \"k\", \"at\": 0, \"words\": \"3f80000080000000ffc00001\"}");
    assert_false(traces_compare_values(&a, &b, false, &difference)); /* -0 and NaNs */
    assert_true(traces_compare_values(&a, &b, true, &difference));   /* are whole numbers like others */
    assert_int_equal(difference.element, 1);
    take(&a, "{\"trace\": \"values\", \"key\": \"k\", \"at\": 4096, \"words\": \"3f8000003f800000\"}");
    take(&b, "{\"trace\": \"values\", \"key\": \"k\", \"at\": 4096, \"words\": \"3f8000003f800001\"}");
    assert_true(traces_compare_values(&a, &b, false, &difference));
    assert_int_equal(difference.element, 4097);
    assert_int_equal(difference.left, 0x3f800000u);
    assert_int_equal(difference.right, 0x3f800001u);
    traces_free(&a);
    traces_free(&b);
}

static void places_in_words(void **state)
{
    (void)state;
    struct text text = {0};
    const struct side a = {.name = "store"}, b = {.name = "re-run"};
    struct place place = {.kind = PLACE_ELEMENT,
                          .step = 7,
                          .op = "gelu_forward",
                          .tensor = "layer 0 inner",
                          .element = 137,
                          .by_sample = true,
                          .sample = 1,
                          .row = 0,
                          .column = 17,
                          .left = 0x3f000000u,
                          .right = 0x3e800000u};
    place_describe(&place, &a, &b, &text);
    assert_string_equal(text.data,
                        "step 7: gelu_forward, layer 0 inner, element 137 (sample 1, token 0, column 17): "
                        "store 0.5 (3f000000), re-run 0.25 (3e800000)");
    text_clear(&text);
    place.by_sample = false;
    place_describe(&place, &a, &b, &text);
    assert_non_null(strstr(text.data, "element 137 (row 0, column 17): store"));
    text_clear(&text);
    place.row = -1;
    place_describe(&place, &a, &b, &text);
    assert_non_null(strstr(text.data, "element 137: store"));
    text_clear(&text);
    place = (struct place){.kind = PLACE_STRUCTURE, .step = 1, .what = "x beside y"};
    place_describe(&place, &a, &b, &text);
    assert_string_equal(text.data, "step 1: not alike: x beside y");
    text_free(&text);
}

static void failing_allocations(void **state)
{
    (void)state;
    long alive = memory_blocks_alive();
    static struct trace_line line;
    for (long n = 1; n <= 2; n++) {
        struct traces a = {.kind = TRACE_VALUES};
        line = (struct trace_line){.kind = TRACE_VALUES};
        memory_fail_from(n);
        enum status status = traces_take(&a, &line, NULL);
        memory_fail_from(0);
        assert_int_equal(status, n == 1 ? STATUS_NO_MEMORY : STATUS_OK);
        line.kind = TRACE_STATE;
        assert_int_equal(traces_take(&a, &line, NULL), STATUS_BAD_INPUT);
        traces_free(&a);
    }
    assert_int_equal(memory_blocks_alive(), alive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states), cmocka_unit_test(states_of_a_record), cmocka_unit_test(outputs),
        cmocka_unit_test(values), cmocka_unit_test(places_in_words),    cmocka_unit_test(failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
