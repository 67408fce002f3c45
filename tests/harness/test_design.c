/* Designs: sizes, the levels of each repeat by hand, and that the analysis recognises what was planned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "harness/plan/config.h"
#include "harness/plan/design.h"
#include "harness/plan/seeds.h"
#include "harness/stats/stats.h"
#include "harness/stats/streams.h"
#include "kernels/common/philox.h"

#include <string.h>

static const unsigned all = VARY_INIT | VARY_ORDER | VARY_DROPOUT;

static struct experiment experiment(int design, unsigned vary, int levels)
{
    struct experiment made = {
        .design = design, .vary = vary, .levels = levels, .seed = 42, .span = {3, 10}, .repeats = 10};
    return made;
}

static void test_sizes(void **state)
{
    (void)state;
    static const struct {
        int design;
        unsigned vary;
        int levels;
        double size;
    } cases[] = {
        {DESIGN_JOINT, 7, 5, 10},
        {DESIGN_ONE_AT_A_TIME, 7, 5, 13},
        {DESIGN_ONE_AT_A_TIME, VARY_ORDER, 5, 5},
        {DESIGN_CROSSED, 7, 5, 125},
        {DESIGN_CROSSED, VARY_INIT | VARY_DROPOUT, 5, 25},
        {DESIGN_LATIN, 7, 5, 25},
        {DESIGN_CROSSED, 7, 10000, 1e12},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct experiment made = experiment(cases[i].design, cases[i].vary, cases[i].levels);
        assert_true(design_size(&made) == cases[i].size);
    }
}

static void assert_levels(const struct experiment *made, const int expected[][DESIGN_STREAMS], int count)
{
    for (int repeat = 0; repeat < count; repeat++) {
        int level[DESIGN_STREAMS];
        struct plan_run run = {0};
        design_levels(made, repeat, level);
        for (int stream = 0; stream < DESIGN_STREAMS; stream++)
            assert_int_equal(level[stream], expected[repeat][stream]);
        seeds_of_repeat(made, repeat, &run);
        assert_int_equal(run.seed_init, seed_derive(42, STREAM_INIT, (uint32_t)expected[repeat][0]));
        assert_int_equal(run.seed_order, seed_derive(42, STREAM_ORDER, (uint32_t)expected[repeat][1]));
        assert_int_equal(run.seed_dropout, seed_derive(42, STREAM_DROPOUT, (uint32_t)expected[repeat][2]));
    }
}

static void test_levels(void **state)
{
    (void)state;
    struct experiment made = experiment(DESIGN_JOINT, VARY_INIT | VARY_DROPOUT, 5);
    static const int joint[][DESIGN_STREAMS] = {{0, 0, 0}, {1, 0, 1}, {2, 0, 2}};
    assert_levels(&made, joint, 3);
    made = experiment(DESIGN_ONE_AT_A_TIME, all, 3);
    static const int one[][DESIGN_STREAMS] = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {0, 1, 0},
                                              {0, 2, 0}, {0, 0, 1}, {0, 0, 2}};
    assert_levels(&made, one, 7);
    made = experiment(DESIGN_ONE_AT_A_TIME, VARY_INIT | VARY_DROPOUT, 3);
    static const int two[][DESIGN_STREAMS] = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {0, 0, 1}, {0, 0, 2}};
    assert_levels(&made, two, 5);
    made = experiment(DESIGN_CROSSED, VARY_INIT | VARY_DROPOUT, 3);
    static const int crossed[][DESIGN_STREAMS] = {{0, 0, 0}, {0, 0, 1}, {0, 0, 2}, {1, 0, 0}, {1, 0, 1},
                                                  {1, 0, 2}, {2, 0, 0}, {2, 0, 1}, {2, 0, 2}};
    assert_levels(&made, crossed, 9);
    made = experiment(DESIGN_LATIN, all, 3);
    static const int latin[][DESIGN_STREAMS] = {{0, 0, 0}, {0, 1, 1}, {0, 2, 2}, {1, 0, 1}, {1, 1, 2},
                                                {1, 2, 0}, {2, 0, 2}, {2, 1, 0}, {2, 2, 1}};
    assert_levels(&made, latin, 9);
}

/* The seeds alone tell the analysis which design it was, and no combination comes twice. */
static void test_recognised(void **state)
{
    (void)state;
    enum { MOST = 125 };
    static const struct {
        int design;
        unsigned vary;
        int levels;
        enum streams_design recognised;
    } cases[] = {
        {DESIGN_JOINT, 7, 5, STREAMS_TOGETHER},
        {DESIGN_ONE_AT_A_TIME, 7, 5, STREAMS_ONE_AT_A_TIME},
        {DESIGN_ONE_AT_A_TIME, 7, 2, STREAMS_ONE_AT_A_TIME},
        {DESIGN_ONE_AT_A_TIME, VARY_INIT | VARY_ORDER, 2, STREAMS_ONE_AT_A_TIME},
        {DESIGN_CROSSED, 7, 5, STREAMS_CROSSED},
        {DESIGN_CROSSED, VARY_ORDER | VARY_DROPOUT, 2, STREAMS_CROSSED},
        {DESIGN_LATIN, 7, 5, STREAMS_LATIN_SQUARE},
        {DESIGN_LATIN, 7, 2, STREAMS_LATIN_SQUARE},
    };
    stats_init();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct experiment made = experiment(cases[i].design, cases[i].vary, cases[i].levels);
        struct stream_run runs[MOST];
        struct streams streams;
        struct error error = {0};
        size_t count = (size_t)design_size(&made);
        assert_true(count <= MOST);
        for (size_t r = 0; r < count; r++) {
            struct plan_run run = {0};
            seeds_of_repeat(&made, (int)r, &run);
            runs[r] = (struct stream_run){{run.seed_init, run.seed_order, run.seed_dropout},
                                          0.8 + 0.001 * (double)(r * r % 7)};
        }
        if (streams_split(runs, count, 0.95, &streams, &error) != STATUS_OK) fail_msg("%s", error.text);
        assert_string_equal(streams_design_name(streams.design), streams_design_name(cases[i].recognised));
        assert_int_equal(streams.runs, count);
        assert_int_equal(streams.repeated, 0);
        for (int stream = 0; stream < STREAMS && cases[i].design != DESIGN_JOINT; stream++) {
            bool varied = (cases[i].vary >> stream & 1) != 0;
            assert_int_equal(streams.effect[stream].levels, varied ? cases[i].levels : 1);
        }
    }
}

/* From an ini to the runs: the plan has the design's size, distinct ids, and the seeds of its levels. */
static void test_plan(void **state)
{
    (void)state;
    static struct config config;
    struct plan plan;
    struct text problems = {0};
    struct error error = {0};
    static const char *const overrides[] = {"experiment.design=latin", "experiment.levels=4",
                                            "sweep.learning_rate=1e-3,1e-4"};
    const struct config_request request = {.path = FTBENCH_SOURCE_DIR "/tests/fixtures/ini/plain.ini",
                                           .overrides = overrides,
                                           .override_count = 3};
    assert_int_equal(config_read(&request, &config, &problems, &error), STATUS_OK);
    assert_int_equal(plan_build(&config, &plan, &error), STATUS_OK);
    assert_int_equal(plan.run_count, 32);
    assert_int_equal(plan.experiment.repeats, 16);
    for (size_t i = 0; i < plan.run_count; i++) {
        uint32_t repeat = (uint32_t)i % 16;
        assert_int_equal(plan.runs[i].seed_init, seed_derive(42, STREAM_INIT, repeat / 4));
        assert_int_equal(plan.runs[i].seed_order, seed_derive(42, STREAM_ORDER, repeat % 4));
        assert_int_equal(plan.runs[i].seed_dropout,
                         seed_derive(42, STREAM_DROPOUT, (repeat / 4 + repeat % 4) % 4));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(plan.runs[j].id, plan.runs[i].id);
    }
    plan_free(&plan);
    config_free(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_recognised),
        cmocka_unit_test(test_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
