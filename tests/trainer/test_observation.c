/* Observations: what is written reads back to the same bits; what is no observation is refused with its
 * reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "trainer/spec/observation.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define HEX32 "0123456789abcdef0123456789abcdef"

/* Writes, checks that it is one line, reads. */
static struct observation pass(const struct observation *written)
{
    struct text line = {0};
    struct error error = {0};
    struct observation read;
    assert_int_equal(observation_write(written, &line, &error), STATUS_OK);
    assert_ptr_equal(strchr(line.data, '\n'), line.data + line.length - 1);
    line.data[line.length - 1] = '\0';
    if (observation_read(line.data, &read, &error) != STATUS_OK) fail_msg("%s: %s", line.data, error.text);
    text_free(&line);
    assert_int_equal(read.kind, written->kind);
    return read;
}

static void assert_same_double(double left, double right)
{
    if (isnan(left) && isnan(right)) return;
    assert_memory_equal(&left, &right, sizeof left);
}

static void test_begin(void **state)
{
    (void)state;
    struct observation written = {.kind = OBSERVATION_BEGIN};
    written.as.begin = (struct observed_begin){
        .run_id = "0123456789abcdef",
        .train_samples = 800,
        .validation_samples = 200,
        .labels = 2,
        .label_names = "\xe5\xb7\xae, \"good\"",
        .total_steps = LONG_MAX,
        .epoch_steps = 100,
        .warmup_steps = 30,
        .resumed_step = 12,
        .resumed_seconds = 0.3,
        .parameters = INT64_MAX,
        .memory_bytes = 5000000000,
        .device_memory_bytes = 31,
        .device_free_bytes = INT64_MAX,
        .weights_bytes = 1,
        .gradients_bytes = 2,
        .moments_bytes = 3,
        .best_bytes = 4,
        .activations_bytes = 5,
        .batch_bytes = 6,
        .step_seconds = 0.1,
        .evaluation_seconds = 1.0 / 3.0,
        .program = "ftbench-trainer 0.1.0",
        .compiler = "gcc \"quoted\" \\ back",
        .flags = "-O2\t-g",
        .backend = "cpu",
        .isa = "avx2",
        .cpu = "\xe5\xb7\xa5 CPU",
        .host = "",
        .commit = "abc",
        .threads = 3,
    };
    struct observation read = pass(&written);
    assert_memory_equal(&read.as.begin, &written.as.begin, sizeof read.as.begin);
}

/* An array outside, one text inside: the comma and blank that part two names stand in neither. */
static void test_label_names(void **state)
{
    (void)state;
    struct observed_begin begin = {.labels = 3};
    observed_begin_name(&begin, "bad, very");
    observed_begin_name(&begin, "so,  so");
    observed_begin_name(&begin, "good");
    assert_string_equal(begin.label_names, "bad,very, so,so, good");
    struct observation written = {.kind = OBSERVATION_BEGIN, .as.begin = begin};
    memcpy(written.as.begin.run_id, "0123456789abcdef", RUN_ID_BYTES);
    struct text line = {0};
    assert_int_equal(observation_write(&written, &line, NULL), STATUS_OK);
    assert_non_null(strstr(line.data, "\"label_names\": [\"bad,very\", \"so,so\", \"good\"], "));
    text_free(&line);
    assert_string_equal(pass(&written).as.begin.label_names, begin.label_names);
    written.as.begin.label_names[0] = '\0';
    assert_string_equal(pass(&written).as.begin.label_names, "");
}

/* 511 bytes hold 101 names of 3 bytes, each with 2 between, and ", ...". */
static void test_many_label_names(void **state)
{
    (void)state;
    struct observed_begin begin = {.labels = 300};
    for (int c = 100; c < 400; c++) {
        char name[16];
        snprintf(name, sizeof name, "%d", c);
        observed_begin_name(&begin, name);
    }
    assert_int_equal(strlen(begin.label_names), 508);
    assert_string_equal(begin.label_names + 500, "200, ...");
    begin.label_names[0] = '\0';
    char endless[600];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    observed_begin_name(&begin, endless);
    observed_begin_name(&begin, "good");
    assert_string_equal(begin.label_names, "...");
}

static void test_step(void **state)
{
    (void)state;
    static const float losses[] = {0.1f, 1.0f / 3.0f, FLT_MAX, FLT_TRUE_MIN, 0, -0.0f, INFINITY, -INFINITY};
    static const double rates[] = {2e-5, 1.0 / 3.0, DBL_MAX, 4.9406564584124654e-324,
                                   0,    0.1 + 0.2, 5e-5,    1e22};
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        struct observation written = {.kind = OBSERVATION_STEP};
        written.as.step = (struct observed_step){.step = (long)i + 1,
                                                 .epoch = rates[i],
                                                 .loss = losses[i],
                                                 .grad_norm = -losses[i],
                                                 .learning_rate = rates[i],
                                                 .logged = i % 2 == 0,
                                                 .train_loss = -rates[i],
                                                 .skipped = i % 3 == 0,
                                                 .loss_scale = 0x1p+16 * (double)(i + 1),
                                                 .digest = HEX32};
        struct observation read = pass(&written);
        assert_memory_equal(&read.as.step.loss, &written.as.step.loss, sizeof(float));
        assert_memory_equal(&read.as.step.grad_norm, &written.as.step.grad_norm, sizeof(float));
        assert_same_double(read.as.step.epoch, written.as.step.epoch);
        assert_same_double(read.as.step.learning_rate, written.as.step.learning_rate);
        assert_same_double(read.as.step.train_loss, written.as.step.train_loss);
        assert_int_equal(read.as.step.step, written.as.step.step);
        assert_int_equal(read.as.step.logged, written.as.step.logged);
        assert_int_equal(read.as.step.skipped, written.as.step.skipped);
        assert_same_double(read.as.step.loss_scale, written.as.step.loss_scale);
        assert_string_equal(read.as.step.digest, HEX32);
    }
}

static void test_step_not_a_number(void **state)
{
    (void)state;
    struct observation written = {.kind = OBSERVATION_STEP};
    written.as.step =
        (struct observed_step){.step = 1, .loss = NAN, .grad_norm = NAN, .train_loss = (double)NAN};
    struct observation read = pass(&written);
    assert_true(isnan(read.as.step.loss) && isnan(read.as.step.grad_norm) && isnan(read.as.step.train_loss));
}

static void test_evaluation(void **state)
{
    (void)state;
    int32_t predictions[] = {0, 1, 2147483647, 1};
    float losses[] = {0.6931472f, NAN, -0.0f, FLT_TRUE_MIN};
    struct observation written = {.kind = OBSERVATION_EVALUATION};
    written.as.evaluation = (struct observed_evaluation){.step = 0,
                                                         .epoch = 0,
                                                         .loss = 0.69314718055994531,
                                                         .accuracy = 0.5,
                                                         .precision = (double)NAN,
                                                         .recall = 0,
                                                         .f1 = 2.0 / 3.0,
                                                         .f1_macro = 0.1,
                                                         .best = true,
                                                         .count = 4,
                                                         .predictions = predictions,
                                                         .losses = losses,
                                                         .digest = HEX32};
    struct observation read = pass(&written);
    const struct observed_evaluation *evaluation = &read.as.evaluation;
    assert_int_equal(evaluation->count, 4);
    assert_memory_equal(evaluation->predictions, predictions, sizeof predictions);
    assert_memory_equal(evaluation->losses, losses, sizeof losses);
    assert_same_double(evaluation->loss, 0.69314718055994531);
    assert_same_double(evaluation->f1, 2.0 / 3.0);
    assert_true(isnan(evaluation->precision) && evaluation->recall == 0 && evaluation->best);
    observation_free(&read);
    assert_null(read.as.evaluation.predictions);
    observation_free(&read);
}

static void test_end_and_note(void **state)
{
    (void)state;
    for (int reason = END_COMPLETED; reason <= END_REFUSED; reason++) {
        struct observation written = {.kind = OBSERVATION_END};
        written.as.end = (struct observed_end){.reason = reason,
                                               .message = "line one\nline two",
                                               .steps = 12,
                                               .best_step = -1,
                                               .loss = (double)NAN,
                                               .f1 = 0.9,
                                               .digest = HEX32,
                                               .seconds = 1.25,
                                               .peak_memory_bytes = 1};
        struct observation read = pass(&written);
        assert_int_equal(read.as.end.reason, reason);
        assert_string_equal(read.as.end.message, "line one\nline two");
        assert_int_equal(read.as.end.best_step, -1);
        assert_true(isnan(read.as.end.loss));
        assert_same_double(read.as.end.f1, 0.9);
        assert_same_double(read.as.end.seconds, 1.25);
    }
    struct observation note = {.kind = OBSERVATION_NOTE, .as.note = {"duplicates", "3 rows stand twice"}};
    struct observation read = pass(&note);
    assert_string_equal(read.as.note.code, "duplicates");
    assert_string_equal(read.as.note.message, "3 rows stand twice");
}

static void test_reason_names(void **state)
{
    (void)state;
    assert_string_equal(end_reason_name(END_COMPLETED), "completed");
    assert_string_equal(end_reason_name(END_EARLY_STOPPED), "early_stopped");
    assert_string_equal(end_reason_name(END_DIVERGED), "diverged");
    assert_string_equal(end_reason_name(END_FAILED), "failed");
    assert_string_equal(end_reason_name(END_INTERRUPTED), "interrupted");
    assert_string_equal(end_reason_name(END_REFUSED), "refused");
    assert_string_equal(end_reason_name(9), "unknown");
}

/* What somebody else's trainer may leave out, or write another way. */
static void test_lenient_reading(void **state)
{
    (void)state;
    struct observation read;
    struct error error = {0};
    assert_int_equal(observation_read("{\"loss\": null, \"event\":\"step\",\"step\":3,\"more\":{\"a\":[1]}}",
                                      &read, &error),
                     STATUS_OK);
    assert_true(isnan(read.as.step.loss) && isnan(read.as.step.grad_norm) &&
                isnan(read.as.step.learning_rate));
    assert_int_equal(read.as.step.step, 3);
    assert_string_equal(read.as.step.digest, "");
    assert_int_equal(
        observation_read("{\"event\":\"evaluation\",\"step\":0,\"loss\":Infinity,\"accuracy\":1,\"f1\":NaN,"
                         "\"f1_macro\":-Infinity}",
                         &read, &error),
        STATUS_OK);
    assert_true(isinf(read.as.evaluation.loss) && isnan(read.as.evaluation.f1));
    assert_true(read.as.evaluation.accuracy == 1 && isnan(read.as.evaluation.recall));
    assert_int_equal(read.as.evaluation.count, 0);
    assert_null(read.as.evaluation.predictions);
}

/* A text longer than its field is cut between characters. */
static void test_long_text_is_cut(void **state)
{
    (void)state;
    char line[2000] = "{\"event\":\"note\",\"code\":\"c\",\"message\":\"x";
    for (int i = 0; i < 300; i++)
        strcat(line, "\xe4\xb8\xad");
    strcat(line, "\"}");
    struct observation read;
    assert_int_equal(observation_read(line, &read, NULL), STATUS_OK);
    /* 511 bytes hold the x and 170 characters of 3 bytes: exactly full. */
    assert_int_equal(strlen(read.as.note.message), 511);
    char *quote = strstr(line, "\"x");
    memmove(quote + 1, quote + 2, strlen(quote + 2) + 1);
    assert_int_equal(observation_read(line, &read, NULL), STATUS_OK);
    assert_int_equal(strlen(read.as.note.message), 510);
}

/* Bytes that are no UTF-8 are written as U+FFFD, so that every line is JSON. */
static void test_invalid_utf8_is_replaced(void **state)
{
    (void)state;
    struct observation note = {.kind = OBSERVATION_NOTE, .as.note = {"c", "a\xff\xe4\xb8z\xc0\xaf"}};
    struct observation read = pass(&note);
    assert_string_equal(read.as.note.message,
                        "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd");
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *line, *text;
    } cases[] = {
        {"", "not JSON: unexpected end of data at byte 0"},
        {"Epoch 1: loss 0.3", "not JSON: unexpected character at byte 0"},
        {"{\"event\":\"step\",\"step\":1,\"loss\":0.5", "not JSON: unexpected end of data at byte 35"},
        {"{\"event\":\"step\",\"step\":1,\"loss\":0.5} x", "not JSON: unexpected character at byte 37"},
        {"[1]", "not a JSON object"},
        {"{}", "no member \"event\" that is a string"},
        {"{\"event\":7}", "no member \"event\" that is a string"},
        {"{\"event\":\"setp\"}", "unknown event 'setp'; expected begin, step, evaluation, note or end"},
        {"{\"event\":\"step\",\"loss\":1}", "no member \"step\""},
        {"{\"event\":\"step\",\"step\":1}", "no member \"loss\""},
        {"{\"event\":\"step\",\"step\":0,\"loss\":1}", "\"step\" must be a whole number >= 1, not 0"},
        {"{\"event\":\"step\",\"step\":1.5,\"loss\":1}", "\"step\" must be a whole number >= 1, not 1.5"},
        {"{\"event\":\"step\",\"step\":1,\"loss\":\"1\"}", "\"loss\" must be a number, not \"1\""},
        {"{\"event\":\"step\",\"step\":1,\"loss\":1,\"logged\":1}",
         "\"logged\" must be true or false, not 1"},
        {"{\"event\":\"step\",\"step\":1,\"loss\":1,\"digest\":\"12\"}",
         "\"digest\" must be 32 hexadecimal digits in lower case, not '12'"},
        {"{\"event\":\"begin\",\"run_id\":\"0123456789abcdef\"}", "\"protocol\" must be 1, not null"},
        {"{\"event\":\"begin\",\"protocol\":2}", "\"protocol\" must be 1, not 2"},
        {"{\"event\":\"begin\",\"protocol\":1,\"run_id\":\"\"}",
         "\"run_id\" must be 16 hexadecimal digits in lower case, not ''"},
        {"{\"event\":\"begin\",\"protocol\":1,\"run_id\":\"0123456789abcdef\",\"train_samples\":1,"
         "\"validation_samples\":1,\"labels\":99999999999,\"total_steps\":1}",
         "\"labels\" must be a whole number >= 1, not 99999999999"},
        {"{\"event\":\"begin\",\"protocol\":1,\"run_id\":\"0123456789abcdef\",\"train_samples\":1,"
         "\"validation_samples\":1,\"labels\":2,\"label_names\":[\"a\",1]}",
         "\"label_names\" must be an array of strings, none empty, not [ \"a\", 1 ]"},
        {"{\"event\":\"end\",\"reason\":\"done\",\"steps\":1,\"best_step\":0}",
         "\"reason\" must be completed, early_stopped, diverged, failed, interrupted or refused, not "
         "\"done\""},
        {"{\"event\":\"end\",\"reason\":\"failed\",\"steps\":1,\"best_step\":-2}",
         "\"best_step\" must be a whole number >= -1, not -2"},
        {"{\"event\":\"note\",\"code\":\"c\",\"message\":3}", "\"message\" must be a string, not 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct observation read;
        struct error error = {0};
        assert_int_equal(observation_read(cases[i].line, &read, &error), STATUS_BAD_INPUT);
        assert_string_equal(error.text, cases[i].text);
    }
}

/* Every truncation of a valid line is refused: a killed trainer's half line is no observation. */
static void test_truncated_lines(void **state)
{
    (void)state;
    const char *whole = "{\"event\":\"step\",\"step\":1,\"loss\":0.25,\"grad_norm\":NaN,\"logged\":true}";
    char line[128];
    for (size_t length = 0; length < strlen(whole); length++) {
        snprintf(line, sizeof line, "%.*s", (int)length, whole);
        struct observation read;
        assert_int_equal(observation_read(line, &read, NULL), STATUS_BAD_INPUT);
    }
}

static void test_metric_of_an_end_and_an_evaluation(void **state)
{
    (void)state;
    const struct observed_end end = {.loss = 1, .accuracy = 2, .f1 = 3, .f1_macro = 4};
    assert_true(observed_end_metric(&end, METRIC_F1) == 3);
    assert_true(observed_end_metric(&end, METRIC_F1_MACRO) == 4);
    assert_true(observed_end_metric(&end, METRIC_ACCURACY) == 2);
    assert_true(observed_end_metric(&end, METRIC_EVAL_LOSS) == 1);
    const struct observed_evaluation evaluation = {.loss = 1, .accuracy = 2, .f1 = 3, .f1_macro = 4};
    assert_true(observed_evaluation_metric(&evaluation, METRIC_F1) == 3);
    assert_true(observed_evaluation_metric(&evaluation, METRIC_F1_MACRO) == 4);
    assert_true(observed_evaluation_metric(&evaluation, METRIC_ACCURACY) == 2);
    assert_true(observed_evaluation_metric(&evaluation, METRIC_EVAL_LOSS) == 1);
}

static void test_no_memory_to_write(void **state)
{
    (void)state;
    long alive = memory_blocks_alive();
    struct observation note = {.kind = OBSERVATION_NOTE, .as.note = {"c", "m"}};
    struct text text = {0};
    memory_fail_from(1);
    enum status status = observation_write(&note, &text, NULL);
    memory_fail_from(0);
    assert_int_equal(status, STATUS_NO_MEMORY);
    text_free(&text);
    assert_int_equal(memory_blocks_alive(), alive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_begin),
        cmocka_unit_test(test_label_names),
        cmocka_unit_test(test_many_label_names),
        cmocka_unit_test(test_step),
        cmocka_unit_test(test_step_not_a_number),
        cmocka_unit_test(test_evaluation),
        cmocka_unit_test(test_end_and_note),
        cmocka_unit_test(test_reason_names),
        cmocka_unit_test(test_lenient_reading),
        cmocka_unit_test(test_long_text_is_cut),
        cmocka_unit_test(test_invalid_utf8_is_replaced),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_truncated_lines),
        cmocka_unit_test(test_metric_of_an_end_and_an_evaluation),
        cmocka_unit_test(test_no_memory_to_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
