/* What is said to fit fits, and nothing larger does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "trainer/fitting.h"
#include "trainer/model/layout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRAIN = 60, VALIDATION = 20, LONGEST = 200 };

static int64_t train_begin[TRAIN + 1], validation_begin[VALIDATION + 1];
static struct dataset data = {.classes = 2};
static struct run_spec spec;
static struct model_config config;
static struct fitting fitting = {.spec = &spec, .data = &data, .config = &config};

/* Samples of 141 to 200 tokens, the longest last; more of them than evaluations take at once. */
static int set_up(void **state)
{
    (void)state;
    for (int i = 0; i < TRAIN; i++)
        train_begin[i + 1] = train_begin[i] + LONGEST - TRAIN + 1 + i;
    for (int i = 0; i < VALIDATION; i++)
        validation_begin[i + 1] = validation_begin[i] + 30;
    data.train = (struct samples){.count = TRAIN, .begin = train_begin};
    data.validation = (struct samples){.count = VALIDATION, .begin = validation_begin};
    run_spec_defaults(&spec);
    spec.batch_size = 32;
    spec.max_length = LONGEST;
    config = (struct model_config){.family = FAMILY_BERT,
                                   .vocab_size = 100,
                                   .hidden_size = 64,
                                   .layers = 6,
                                   .heads = 4,
                                   .kv_heads = 4,
                                   .head_dim = 16,
                                   .intermediate_size = 256,
                                   .max_positions = LONGEST,
                                   .type_vocab_size = 2,
                                   .pad_token_id = 0};
    assert_int_equal(layout_count(&config, data.classes, &fitting.numbers, NULL), STATUS_OK);
    return 0;
}

/* All that a run takes when it is run so. */
static double taken(int micro_batch, bool again, bool with_host)
{
    struct run_spec other = spec;
    struct fitting changed = fitting;
    struct batch_limits limits;
    struct memory_plan plan;
    other.micro_batch = micro_batch;
    other.gradient_checkpointing = again;
    changed.spec = &other;
    assert_int_equal(fitting_plan(&changed, &limits, &plan, NULL), STATUS_OK);
    return memory_plan_device(&plan) + (with_host ? (double)plan.host : 0.0);
}

static enum status check(double available, struct error *error)
{
    const struct memory_room room = {.shared = true, .device = available, .machine = available};
    struct batch_limits limits;
    struct memory_plan plan;
    assert_int_equal(fitting_plan(&fitting, &limits, &plan, NULL), STATUS_OK);
    return fitting_check(&fitting, &plan, &room, error);
}

static int number_after(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    if (at == NULL) fail_msg("no %s in: %s", name, text);
    return atoi(at + strlen(name));
}

static void test_what_fits_is_taken(void **state)
{
    (void)state;
    const double whole = taken(0, false, true);
    assert_int_equal(check(whole, NULL), STATUS_OK);
    assert_int_equal(check((double)NAN, NULL), STATUS_OK);
    assert_int_equal(check(whole - 1, NULL), STATUS_NO_MEMORY);
    assert_true(taken(0, true, true) < whole && taken(7, false, true) < taken(8, false, true));
}

/* Where all layers are kept for 8 samples, gradient checkpointing goes on with the whole batch. */
static void test_both_ways_are_told(void **state)
{
    (void)state;
    struct error error = {0};
    const double available = taken(20, false, true) + 1;
    assert_true(taken(0, true, true) <= available);
    assert_int_equal(check(available, &error), STATUS_NO_MEMORY);
    assert_non_null(strstr(error.text, " of memory are needed and "));
    assert_non_null(strstr(error.text, " are free; run.micro_batch = 20 needs "));
    assert_non_null(strstr(error.text, ", run.gradient_checkpointing = yes needs "));
    assert_non_null(strstr(error.text, ", both with the same bits"));
}

/* For each amount of memory: what is named fits, and one sample more does not. */
static void test_what_is_told_is_the_most_that_fits(void **state)
{
    (void)state;
    for (int padding = PADDING_NONE; padding <= PADDING_MAX; padding++) {
        spec.padding = padding;
        for (int keep = 0; keep < 2; keep++) {
            spec.gradient_checkpointing = keep == 1;
            const double most = taken(0, keep == 1, true), least = taken(1, true, true);
            for (double available = most - 1; available >= least; available -= (most - least) / 7) {
                struct error error = {0};
                assert_int_equal(check(available, &error), STATUS_NO_MEMORY);
                const char *with = strstr(error.text, "run.gradient_checkpointing = yes");
                if (keep == 1) {
                    assert_null(with);
                    with = error.text; /* is asked for already */
                } else if (strstr(error.text, "free; run.micro_batch = ") != NULL) {
                    const int plain = number_after(error.text, "free; run.micro_batch = ");
                    assert_true(taken(plain, false, true) <= available);
                    assert_true(taken(plain + 1, false, true) > available);
                } else {
                    assert_true(taken(1, false, true) > available);
                }
                if (with != NULL && strstr(with, "run.micro_batch = ") != NULL) {
                    const int again = number_after(with, "run.micro_batch = ");
                    assert_true(taken(again, true, true) <= available);
                    assert_true(taken(again + 1, true, true) > available);
                } else {
                    assert_non_null(with);
                    assert_true(taken(0, true, true) <= available);
                }
            }
        }
    }
}

/* Then only shorter texts are left, which are no longer the same run. */
static void test_a_shorter_length_is_told(void **state)
{
    (void)state;
    struct error error = {0};
    config.layers = 24;
    assert_int_equal(layout_count(&config, data.classes, &fitting.numbers, NULL), STATUS_OK);
    config.intermediate_size = 1 << 14; /* activations are large beside the weights */
    const double least = taken(1, true, true), available = least - 1000;
    assert_int_equal(check(available, &error), STATUS_NO_MEMORY);
    assert_non_null(
        strstr(error.text, "even run.micro_batch = 1 with run.gradient_checkpointing = yes needs "));
    assert_non_null(strstr(error.text, ", but changes the results"));
    const int length = number_after(error.text, "data.max_length = ");
    assert_in_range(length, 5, LONGEST - 1);
    for (int i = 0; i < TRAIN; i++) /* all as long as what is told, and then one more */
        train_begin[i + 1] = train_begin[i] + length;
    spec.max_length = length;
    assert_true(taken(1, true, true) <= available);
    for (int i = 0; i < TRAIN; i++)
        train_begin[i + 1] = train_begin[i] + length + 1;
    spec.max_length = length + 1;
    assert_true(taken(1, true, true) > available);
}

static void test_a_model_that_is_too_large(void **state)
{
    (void)state;
    struct error error = {0};
    assert_int_equal(check(1000, &error), STATUS_NO_MEMORY);
    assert_non_null(
        strstr(error.text, "even run.micro_batch = 1 with run.gradient_checkpointing = yes needs "));
    assert_non_null(strstr(error.text, ", of which weights, gradients, moments and best weights are "));
    assert_non_null(strstr(error.text, ": only a smaller model fits"));
}

/* A GPU has its own memory; the machine need only hold the weights on their way. */
static void test_a_device_with_its_own_memory(void **state)
{
    (void)state;
    struct error error = {0};
    struct batch_limits limits;
    struct memory_plan plan;
    struct memory_room room = {.device = taken(9, false, false), .machine = 1e12};
    memcpy(spec.device, "cuda", sizeof "cuda");
    assert_int_equal(fitting_plan(&fitting, &limits, &plan, NULL), STATUS_OK);
    assert_int_equal(fitting_check(&fitting, &plan, &room, &error), STATUS_NO_MEMORY);
    assert_non_null(strstr(error.text, " are needed on the GPU and "));
    assert_int_equal(number_after(error.text, "run.micro_batch = "), 9);
    assert_null(strstr(error.text, "run.device = cpu"));
    memcpy(spec.device, "auto", sizeof "auto"); /* only then is the CPU another way of the same run */
    assert_int_equal(fitting_check(&fitting, &plan, &room, &error), STATUS_NO_MEMORY);
    assert_non_null(strstr(error.text, "; run.device = cpu, with the same bits, needs "));
    assert_non_null(strstr(error.text, " and fits there: 931.3 GiB are free"));
    room.machine = (double)plan.host;
    assert_int_equal(fitting_check(&fitting, &plan, &room, &error), STATUS_NO_MEMORY);
    assert_non_null(strstr(error.text, " and does not fit there: "));
    spec.arithmetic = ARITHMETIC_FAST;
    assert_int_equal(fitting_check(&fitting, &plan, &room, &error), STATUS_NO_MEMORY);
    assert_null(strstr(error.text, "run.device = cpu"));
    room = (struct memory_room){.device = 1e12, .machine = 1000};
    assert_int_equal(fitting_check(&fitting, &plan, &room, &error), STATUS_NO_MEMORY);
    assert_non_null(
        strstr(error.text,
               " are needed on the machine and 1000 bytes are free; only a smaller model does with less"));
    room.machine = (double)plan.host;
    assert_int_equal(fitting_check(&fitting, &plan, &room, &error), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_what_fits_is_taken, set_up),
        cmocka_unit_test_setup(test_both_ways_are_told, set_up),
        cmocka_unit_test_setup(test_what_is_told_is_the_most_that_fits, set_up),
        cmocka_unit_test_setup(test_a_shorter_length_is_told, set_up),
        cmocka_unit_test_setup(test_a_model_that_is_too_large, set_up),
        cmocka_unit_test_setup(test_a_device_with_its_own_memory, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
