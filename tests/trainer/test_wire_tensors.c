/* Names and gradient sums of tensors on the wire: what is written comes back, what is wrong is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "trainer/spec/observation.h"

#define BEGIN                                                                                                \
    "{\"event\":\"begin\",\"protocol\":1,\"run_id\":\"0123456789abcdef\",\"train_samples\":1,\"validation_"  \
    "samples\":1,"                                                                                           \
    "\"labels\":2,\"total_steps\":1"
#define STEP "{\"event\":\"step\",\"step\":1,\"loss\":1"

static struct error error;

static void both_come_back(void **state)
{
    float sums[] = {1.5f, 0, 3e-41f};
    char names[] = "embed\nlayer.\"0\"";
    struct text line = {0};
    struct observation read,
        begin = {.kind = OBSERVATION_BEGIN, .as.begin = {.run_id = "0123456789abcdef", .labels = 2}};
    struct observation step = {.kind = OBSERVATION_STEP,
                               .as.step = {.step = 1, .tensor_count = 3, .sums = sums}};
    (void)state;
    begin.as.begin.tensors = names;
    assert_int_equal(observation_write(&begin, &line, &error), STATUS_OK);
    assert_non_null(strstr(line.data, ", \"tensors\": [\"embed\", \"layer.\\\"0\\\"\"]}\n"));
    assert_int_equal(observation_read(line.data, &read, &error), STATUS_OK);
    assert_string_equal(read.as.begin.tensors, names);
    observation_free(&read);
    text_clear(&line);
    assert_int_equal(observation_write(&step, &line, &error), STATUS_OK);
    assert_int_equal(observation_read(line.data, &read, &error), STATUS_OK);
    assert_int_equal(read.as.step.tensor_count, 3);
    assert_memory_equal(read.as.step.sums, sums, sizeof sums);
    observation_free(&read);
    assert_int_equal(observation_read(STEP "}", &read, &error), STATUS_OK);
    assert_null(read.as.step.sums);
    text_free(&line);
}

static void wrong_ones_are_refused(void **state)
{
    const char *const wrong[] = {BEGIN ",\"tensors\":\"a\"}",
                                 BEGIN ",\"tensors\":[\"a\",1]}",
                                 BEGIN ",\"tensors\":[\"a\\nb\"]}",
                                 BEGIN ",\"tensors\":[\"\"]}",
                                 STEP ",\"gradient_sums\":[1]}",
                                 STEP ",\"gradient_sums\":\"\"}",
                                 STEP ",\"gradient_sums\":\"3f80000\"}",
                                 STEP ",\"gradient_sums\":\"3f80000G\"}"};
    struct observation read;
    long alive = memory_blocks_alive();
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (observation_read(wrong[i], &read, &error) != STATUS_BAD_INPUT) fail_msg("read: %s", wrong[i]);
    }
    assert_int_equal(memory_blocks_alive(), alive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_come_back),
        cmocka_unit_test(wrong_ones_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
