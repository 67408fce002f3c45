/* Learning rates by hand, from transformers' get_scheduler formulas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "trainer/fit/schedule.h"
#include "trainer/spec/run_spec.h"

#include <math.h>

static void check(int type, long warmup, const double *expected, long total)
{
    struct schedule schedule = {.type = type, .peak = 0.01, .warmup = warmup, .total = total};
    for (long done = 0; done < total; done++)
        assert_true(fabs(schedule_rate(&schedule, done) - 0.01 * expected[done]) < 1e-15);
}

static void test_linear(void **state)
{
    (void)state;
    static const double plain[] = {1.0, 0.75, 0.5, 0.25};
    static const double warm[] = {0.0, 0.5, 1.0, 0.75, 0.5, 0.25};
    check(SCHEDULER_LINEAR, 0, plain, 4);
    check(SCHEDULER_LINEAR, 2, warm, 6);
}

static void test_cosine(void **state)
{
    (void)state;
    const double r = sqrt(0.5) / 2; /* cos(pi / 4) / 2 */
    const double plain[] = {1.0, 0.5 + r, 0.5, 0.5 - r};
    const double warm[] = {0.0, 1.0, 0.5 + r, 0.5, 0.5 - r};
    check(SCHEDULER_COSINE, 0, plain, 4);
    check(SCHEDULER_COSINE, 1, warm, 5);
}

static void test_constant(void **state)
{
    (void)state;
    static const double plain[] = {1.0, 1.0, 1.0}, warm[] = {0.0, 0.5, 1.0, 1.0};
    check(SCHEDULER_CONSTANT, 0, plain, 3);
    check(SCHEDULER_CONSTANT, 2, warm, 4);
}

static void test_all_warmup(void **state)
{
    (void)state;
    static const double only[] = {0.0, 1.0 / 3, 2.0 / 3};
    check(SCHEDULER_LINEAR, 3, only, 3);
    check(SCHEDULER_COSINE, 3, only, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_cosine),
        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_all_warmup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
