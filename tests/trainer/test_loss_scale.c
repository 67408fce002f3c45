/* The loss scale of fp16: torch's rules, and when it is of no use to go on. */
#include "trainer/fit/loss_scale.h"

#include "trainer/spec/run_spec.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_only_fp16_scales(void **state)
{
    (void)state;
    struct loss_scale half = loss_scale_start(PRECISION_FP16);
    assert_true(half.dynamic && half.scale == 65536.0);
    for (int precision = PRECISION_FP32; precision <= PRECISION_BF16; precision++) {
        if (precision == PRECISION_FP16) continue;
        struct loss_scale scale = loss_scale_start(precision);
        for (int step = 0; step < 5000; step++)
            loss_scale_keep(&scale);
        assert_true(!scale.dynamic && scale.scale == 1.0);
    }
}

static void test_grows_after_2000_steps_in_a_row(void **state)
{
    (void)state;
    struct loss_scale scale = loss_scale_start(PRECISION_FP16);
    for (int step = 0; step < 1999; step++)
        loss_scale_keep(&scale);
    assert_true(scale.scale == 65536.0);
    loss_scale_overflow(&scale, 0.5f); /* one step short */
    assert_true(scale.scale == 32768.0);
    for (int step = 0; step < 2000; step++)
        loss_scale_keep(&scale);
    assert_true(scale.scale == 65536.0);
    for (int step = 0; step < 2000; step++)
        loss_scale_keep(&scale);
    assert_true(scale.scale == 131072.0);
}

static void test_stays_a_binary32(void **state)
{
    (void)state;
    struct loss_scale scale = loss_scale_start(PRECISION_FP16);
    for (int step = 0; step < 2000 * 200; step++)
        loss_scale_keep(&scale);
    assert_true(scale.scale == 0x1p127);
}

static void test_gives_up_below_the_smallest_binary16(void **state)
{
    (void)state;
    struct loss_scale scale = loss_scale_start(PRECISION_FP16);
    for (int step = 0; step < 40; step++) {
        loss_scale_overflow(&scale, 0.5f);
        assert_null(loss_scale_hopeless(&scale));
    }
    assert_true(scale.scale == 0x1p-24);
    loss_scale_overflow(&scale, 0.5f);
    assert_non_null(loss_scale_hopeless(&scale));
}

static void test_gives_up_after_eight_bad_losses_in_a_row(void **state)
{
    (void)state;
    struct loss_scale scale = loss_scale_start(PRECISION_FP16);
    for (int step = 0; step < 7; step++)
        loss_scale_overflow(&scale, NAN);
    loss_scale_overflow(&scale, 0.5f); /* the gradients alone */
    for (int step = 0; step < 7; step++)
        loss_scale_overflow(&scale, INFINITY);
    loss_scale_keep(&scale);
    for (int step = 0; step < 7; step++)
        loss_scale_overflow(&scale, NAN);
    assert_null(loss_scale_hopeless(&scale));
    loss_scale_overflow(&scale, NAN);
    assert_non_null(loss_scale_hopeless(&scale));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_fp16_scales),
        cmocka_unit_test(test_grows_after_2000_steps_in_a_row),
        cmocka_unit_test(test_stays_a_binary32),
        cmocka_unit_test(test_gives_up_below_the_smallest_binary16),
        cmocka_unit_test(test_gives_up_after_eight_bad_losses_in_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
