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
    {.seed_init = 1, .seed_order = 1, .outcome = REPORT_DONE, .metric = 0.80, .digest = "a"},
    {.seed_init = 2, .seed_order = 1, .outcome = REPORT_DONE, .metric = 0.82, .digest = "b"},
    {.seed_init = 3, .seed_order = 1, .outcome = REPORT_DONE, .metric = 0.84, .digest = "c"},
    {.seed_init = 1, .seed_order = 2, .outcome = REPORT_DONE, .metric = 0.81, .digest = "d"},
    {.seed_init = 1, .seed_order = 3, .outcome = REPORT_PENDING, .metric = NAN, .digest = ""}};

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
    assert_int_equal(streams->streams[0].status, REPORT_STREAM_DIFFERS); /* seen by the bits, not estimated */
    assert_int_equal(streams->streams[1].levels, 2);
    assert_int_equal(streams->streams[1].status, REPORT_STREAM_TOO_FEW);
    assert_int_equal(streams->streams[2].status, REPORT_STREAM_UNDEFINED);
    assert_int_equal(streams->largest, -1);
}

/* Varied one at a time, parts overlap: there is no whole to have shares of, nor anything left without one. */
static void no_shares_of_sources_varied_alone(void **state)
{
    (void)state;
    struct findings findings;
    struct report_setting setting;
    make(&findings, &setting, true);
    assert_int_equal(causes_fill(&findings, NULL), STATUS_OK);
    assert_true(setting.streams.alone);
    assert_true(isnan(setting.streams.total.sd) && isnan(setting.streams.interactions_share));
    for (int i = 0; i < REPORT_STREAMS; i++) {
        assert_true(isnan(setting.streams.streams[i].share));
        assert_true(isnan(setting.streams.streams[i].rest_sd));
    }
}

/* A square of 3 seeds each: init 0, 2, 4 points, order 0, 1, 2, added up: variances 4 and 1, nothing else. */
static void what_is_left_without_a_source(void **state)
{
    (void)state;
    struct findings findings;
    struct report_setting setting;
    struct report_run runs[9];
    static const char *const digests[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
    for (uint32_t i = 0; i < 9; i++)
        runs[i] = (struct report_run){.seed_init = i / 3,
                                      .seed_order = i % 3,
                                      .seed_dropout = (i / 3 + i % 3) % 3,
                                      .outcome = REPORT_DONE,
                                      .metric = 0.8 + 0.02 * (i / 3) + 0.01 * (i % 3),
                                      .digest = digests[i]};
    make(&findings, &setting, true);
    findings.report.runs = runs;
    findings.report.run_count = 9;
    assert_int_equal(causes_fill(&findings, NULL), STATUS_OK);
    const struct report_streams *streams = &setting.streams;
    assert_string_equal(streams->design, "Latin square");
    assert_false(streams->alone);
    assert_true(fabs(streams->streams[0].share - 0.8) < 1e-9);
    assert_true(fabs(streams->streams[0].rest_sd - 0.01) < 1e-9);
    assert_true(fabs(streams->streams[1].rest_sd - 0.02) < 1e-9);
    assert_true(fabs(streams->interactions_share) < 1e-9);
    assert_true(fabs(streams->total.sd - 0.01 * sqrt(5)) < 1e-9);
}

/* Dropout's seeds that change no bit are all levels of a source that does nothing: known, not estimated. Runs
 * of the same seeds count once. */
static void dead_seeds_are_an_answer(void **state)
{
    (void)state;
    struct report_run runs[] = {
        {.seed_init = 1, .seed_dropout = 1, .outcome = REPORT_DONE, .metric = 0.80, .digest = "a"},
        {.seed_init = 2, .seed_dropout = 1, .outcome = REPORT_DONE, .metric = 0.82, .digest = "b"},
        {.seed_init = 3, .seed_dropout = 1, .outcome = REPORT_DONE, .metric = 0.84, .digest = "c"},
        {.seed_init = 1, .seed_dropout = 2, .outcome = REPORT_DONE, .metric = 0.80, .digest = "a"},
        {.seed_init = 1, .seed_dropout = 3, .outcome = REPORT_DONE, .metric = 0.80, .digest = "a"},
        {.seed_init = 3, .seed_dropout = 1, .outcome = REPORT_DONE, .metric = 0.84, .digest = "c"}};
    struct findings findings;
    struct report_setting setting;
    make(&findings, &setting, true);
    findings.report.runs = runs;
    findings.report.run_count = sizeof runs / sizeof runs[0];
    assert_int_equal(causes_fill(&findings, NULL), STATUS_OK);
    const struct report_stream *streams = setting.streams.streams;
    assert_int_equal(streams[0].levels, 3);
    assert_true(fabs(streams[0].part.sd - 0.02) < 1e-12);
    assert_int_equal(streams[0].status, REPORT_STREAM_DIFFERS);
    assert_int_equal(streams[2].levels, 3);
    assert_true(streams[2].part.sd == 0);
    assert_int_equal(streams[2].status, REPORT_STREAM_DEAD);
    assert_int_equal(streams[1].status, REPORT_STREAM_UNDEFINED);
    runs[4].digest = "d"; /* other bits, though the same metric: it does something */
    assert_int_equal(causes_fill(&findings, NULL), STATUS_OK);
    assert_int_equal(streams[2].status, REPORT_STREAM_DIFFERS);
    runs[3].digest = runs[4].digest = runs[0].digest = ""; /* nor is it when nothing is known of the bits */
    assert_int_equal(causes_fill(&findings, NULL), STATUS_OK);
    assert_int_equal(streams[2].status, REPORT_STREAM_NOT_SHOWN);
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
        cmocka_unit_test(each_source_has_its_part),          cmocka_unit_test(what_is_left_without_a_source),
        cmocka_unit_test(no_shares_of_sources_varied_alone), cmocka_unit_test(dead_seeds_are_an_answer),
        cmocka_unit_test(nothing_when_all_change_together),  cmocka_unit_test(no_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
