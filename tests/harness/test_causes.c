#include "harness/causes.h"

#include "base/memory.h"
#include "harness/stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* One at a time: one base run, two more seeds of the initial weights (0.80, 0.82, 0.84: an SD of 2 points),
 * one more of the order. */
static const struct report_run planned[] = {
    {.seed_init = 1, .seed_order = 1, .outcome = REPORT_DONE, .metric = 0.80},
    {.seed_init = 2, .seed_order = 1, .outcome = REPORT_DONE, .metric = 0.82},
    {.seed_init = 3, .seed_order = 1, .outcome = REPORT_DONE, .metric = 0.84},
    {.seed_init = 1, .seed_order = 2, .outcome = REPORT_DONE, .metric = 0.81},
    {.seed_init = 1, .seed_order = 3, .outcome = REPORT_PENDING, .metric = NAN}};

static void make(struct findings *findings, struct report_setting *setting, bool shared)
{
    stats_init();
    *setting = (struct report_setting){.label = "base"};
    *findings = (struct findings){.report = {.runs = planned,
                                             .run_count = sizeof planned / sizeof planned[0],
                                             .setting_count = 1,
                                             .shared_seeds = shared},
                                  .settings = setting};
}

static void each_source_has_its_part(void **state)
{
    (void)state;
    struct findings findings;
    struct report_setting setting;
    make(&findings, &setting, true);
    assert_int_equal(causes_fill(&findings, NULL), STATUS_OK);
    const struct report_streams *streams = &setting.streams;
    assert_string_equal(streams->design, "one at a time");
    assert_int_equal(streams->streams[0].levels, 3);
    assert_true(fabs(streams->streams[0].part.sd - 0.02) < 1e-12);
    assert_int_equal(streams->streams[0].status, REPORT_STREAM_SHOWN);
    assert_int_equal(streams->streams[1].levels, 2);
    assert_int_equal(streams->streams[1].status, REPORT_STREAM_TOO_FEW);
    assert_int_equal(streams->streams[2].status, REPORT_STREAM_UNDEFINED);
    assert_int_equal(streams->largest, -1);
}

static void nothing_when_all_change_together(void **state)
{
    (void)state;
    struct findings findings;
    struct report_setting setting;
    make(&findings, &setting, false);
    assert_int_equal(causes_fill(&findings, NULL), STATUS_OK);
    assert_null(setting.streams.design);
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    struct findings findings;
    struct report_setting setting;
    make(&findings, &setting, true);
    enum status status = STATUS_NO_MEMORY;
    long alive = memory_blocks_alive();
    for (long n = 1; status != STATUS_OK; n++) {
        assert_in_range(n, 1, 1000);
        memory_fail_from(n);
        status = causes_fill(&findings, NULL);
        memory_fail_from(0);
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_source_has_its_part),
        cmocka_unit_test(nothing_when_all_change_together),
        cmocka_unit_test(no_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
