/* The memory that runs need, by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/needs.h"

#include <math.h>
#include <string.h>

#define MIB (1 << 20)

/* Two settings with two runs each. */
static struct plan two_settings(int jobs)
{
    struct plan plan = {.setting_count = 2, .run_count = 4};
    plan.experiment.jobs = jobs;
    return plan;
}

static const struct observed_begin begins[] = {{.memory_bytes = 2 * MIB}, {.memory_bytes = 3 * MIB}};

static void expect_warning(int jobs, double available, const char *expected)
{
    const struct plan plan = two_settings(jobs);
    struct text lines = {0};
    needs_warn(&plan, begins, available, &lines);
    assert_string_equal(text_string(&lines), expected);
    text_free(&lines);
}

/* The larger of the runs takes 3 MiB; of the four as many go on as there are jobs. */
static void test_what_goes_on_at_once_is_counted(void **state)
{
    (void)state;
    expect_warning(2, 6.0 * MIB, "");
    expect_warning(2, NAN, "");
    expect_warning(9, 12.0 * MIB, "");
    expect_warning(
        2, 5.9 * MIB,
        "warning: 2 runs at once need up to 6.0 MiB of memory here (3.0 MiB each), and 5.9 MiB are "
        "free; --jobs 1 fits; run.gradient_checkpointing and a smaller run.micro_batch make a run "
        "smaller, and change no bit of it\n");
    expect_warning(
        9, 9.5 * MIB,
        "warning: 4 runs at once need up to 12.0 MiB of memory here (3.0 MiB each), and 9.5 MiB are "
        "free; --jobs 3 fits; run.gradient_checkpointing and a smaller run.micro_batch make a run "
        "smaller, and change no bit of it\n");
    expect_warning(
        1, 2.0 * MIB,
        "warning: 1 run at once needs up to 3.0 MiB of memory here (3.0 MiB each), and 2.0 MiB are "
        "free; run.gradient_checkpointing and a smaller run.micro_batch make a run smaller, and "
        "change no bit of it\n");
}

/* A GPU's memory is told apart from the machine's. */
static void test_a_device_has_memory_of_its_own(void **state)
{
    (void)state;
    const struct plan plan = two_settings(2);
    struct observed_begin elsewhere[2] = {
        {.memory_bytes = MIB, .device_memory_bytes = 5 * MIB, .device_free_bytes = 20 * MIB},
        {.memory_bytes = 2 * MIB, .device_memory_bytes = 8 * MIB, .device_free_bytes = 16 * MIB}};
    struct text lines = {0};
    needs_warn(&plan, elsewhere, 4.0 * MIB, &lines);
    assert_string_equal(text_string(&lines), "");
    elsewhere[0].device_free_bytes = 15 * MIB;
    needs_warn(&plan, elsewhere, 4.0 * MIB, &lines);
    assert_non_null(strstr(text_string(&lines),
                           "warning: 2 runs at once need up to 16.0 MiB of memory on the "
                           "GPU (8.0 MiB each), and 15.0 MiB are free; --jobs 1 fits"));
    text_clear(&lines);
    elsewhere[0].device_free_bytes = elsewhere[1].device_free_bytes = 0; /* not known */
    needs_warn(&plan, elsewhere, 4.0 * MIB, &lines);
    assert_string_equal(text_string(&lines), "");
    assert_ptr_equal(needs_largest(&plan, elsewhere), &elsewhere[1]);
    assert_true(needs_bytes(&elsewhere[1]) == 8.0 * MIB);
    needs_describe(&plan, elsewhere, &lines);
    assert_string_equal(text_string(&lines), "memory of the largest run: 2.0 MiB on the machine for program, "
                                             "data and a copy of the weights, and 8.0 MiB on the GPU\n");
    text_free(&lines);
}

static void expect_description(struct observed_begin begin, const char *expected)
{
    const struct plan plan = {.setting_count = 1, .run_count = 1};
    struct text line = {0};
    needs_describe(&plan, &begin, &line);
    assert_string_equal(text_string(&line), expected);
    text_free(&line);
}

static void test_parts_are_said(void **state)
{
    (void)state;
    expect_description((struct observed_begin){.threads = 1}, "");
    expect_description((struct observed_begin){.memory_bytes = 16000}, "memory of a run: 15.6 KiB\n");
    expect_description((struct observed_begin){.memory_bytes = 32 * MIB,
                                               .weights_bytes = MIB,
                                               .gradients_bytes = MIB,
                                               .moments_bytes = 2 * MIB,
                                               .best_bytes = MIB,
                                               .activations_bytes = 20 * MIB,
                                               .batch_bytes = MIB / 2},
                       "memory of a run: 32.0 MiB: weights 1.0 MiB, gradients 1.0 MiB, moments 2.0 MiB, best "
                       "weights 1.0 MiB, activations 20.0 MiB, batch 512.0 KiB, program, data and a copy of "
                       "the weights 6.5 MiB\n");
    expect_description((struct observed_begin){.memory_bytes = 3 * MIB,
                                               .device_memory_bytes = 2 * MIB,
                                               .weights_bytes = MIB,
                                               .activations_bytes = MIB},
                       "memory of a run: 3.0 MiB on the machine for program, data and a copy of the weights, "
                       "and 2.0 MiB on the GPU: weights 1.0 MiB, activations 1.0 "
                       "MiB\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_goes_on_at_once_is_counted),
        cmocka_unit_test(test_a_device_has_memory_of_its_own),
        cmocka_unit_test(test_parts_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
