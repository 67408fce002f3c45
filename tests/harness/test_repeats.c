/* Repeats in an ini: spans and designs, how many runs they ask for, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "harness/plan/config.h"
#include "support_config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void test_spans(void **state)
{
    (void)state;
    static struct config config;
    static const char *const span[] = {"experiment.repeats=3..10"}, *const same[] = {
                                                                        "experiment.repeats=5..5"};
    read_good("plain.ini", span, 1, &config);
    assert_true(experiment_is_sequential(&config.experiment));
    assert_int_equal(config.experiment.span.least, 3);
    assert_int_equal(config.experiment.span.most, 10);
    assert_int_equal(config.experiment.repeats, 10);
    config_free(&config);
    read_good("plain.ini", same, 1, &config);
    assert_false(experiment_is_sequential(&config.experiment));
    assert_int_equal(config.experiment.repeats, 5);
    config_free(&config);
    static const struct {
        const char *override, *problem;
    } cases[] = {
        {"experiment.repeats=10..3", "'10..3' begins above its end; write 3..10"},
        {"experiment.repeats=2..10", "2..10 begins below 3, where nothing is known of a spread; write 3..10"},
        {"experiment.repeats=1..2", "1..2 begins below 3, where nothing is known of a spread; write 3..3"},
        {"experiment.repeats=3..", "'3..' is not a whole number >= 1 and <= 10000, or a span as 3..10"},
        {"experiment.repeats=..9", "'..9' is not a whole number >= 1 and <= 10000, or a span as 3..10"},
        {"experiment.repeats=3...9", "'3...9' is not a whole number >= 1 and <= 10000, or a span as 3..10"},
        {"experiment.repeats=3-9", "'3-9' is not a whole number >= 1 and <= 10000, or a span as 3..10"},
        {"experiment.repeats=3..10001",
         "'3..10001' is not a whole number >= 1 and <= 10000, or a span as 3..10"},
        {"experiment.repeats=3..4294967299",
         "'3..4294967299' is not a whole number >= 1 and <= 10000, or a span as 3..10"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "--set 1: [experiment] repeats: %s\n", cases[i].problem);
        assert_problems("plain.ini", &cases[i].override, 1, expected);
    }
    static const char *const still[] = {"experiment.repeats=3..9", "experiment.vary=none"};
    assert_problems(
        "plain.ini", still, 2,
        "--set 1: [experiment] repeats: a span is for repeats of different seeds, and vary = none has "
        "none; write one number, or vary = init, order, dropout\n");
}

static void test_designs(void **state)
{
    (void)state;
    static struct config config;
    static const struct {
        const char *overrides[3];
        int count, repeats;
    } good[] = {
        {{"experiment.design=one_at_a_time"}, 1, 13}, /* the base and 3 x 4 others */
        {{"experiment.design=one_at_a_time", "experiment.vary=order", "experiment.levels=4"}, 3, 4},
        {{"experiment.design=crossed", "experiment.levels=3"}, 2, 27},
        {{"experiment.design=crossed", "experiment.levels=3", "experiment.vary=init,dropout"}, 3, 9},
        {{"experiment.design=latin"}, 1, 25},
        {{"experiment.design=latin", "experiment.levels=100"}, 2, 10000},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        read_good("plain.ini", good[i].overrides, good[i].count, &config);
        assert_int_equal(config.experiment.repeats, good[i].repeats);
        assert_false(experiment_is_sequential(&config.experiment));
        assert_int_equal(config.notes.length, 0);
        config_free(&config);
    }
    static const struct {
        const char *overrides[3];
        int count;
        const char *problems;
    } bad[] = {
        {{"experiment.design=latin", "experiment.repeats=25"},
         2,
         "--set 2: [experiment] repeats: follows from design = latin; leave it out, and choose levels\n"},
        {{"experiment.design=crossed", "experiment.repeats=3..10"},
         2,
         "--set 2: [experiment] repeats: follows from design = crossed; leave it out, and choose levels\n"},
        {{"experiment.design=latin", "experiment.vary=init,order"},
         2,
         "--set 1: [experiment] design: latin needs all three sources; write vary = init, order, dropout, or "
         "design = crossed\n"},
        {{"experiment.design=crossed", "experiment.vary=order"},
         2,
         "--set 1: [experiment] design: crossed needs two or three sources in vary; write one_at_a_time\n"},
        {{"experiment.design=one_at_a_time", "experiment.vary=none"},
         2,
         "--set 1: [experiment] design: one_at_a_time has nothing to vary; write vary = init, order, "
         "dropout\n"},
        {{"experiment.design=latin", "experiment.levels=1"},
         2,
         "--set 2: [experiment] levels: '1' is not a whole number >= 2 and <= 10000\n"},
        {{"experiment.design=crossed", "experiment.levels=22"},
         2,
         "--set 2: [experiment] levels: design = crossed with 22 levels is 10648 runs of each setting, more "
         "than "
         "10000; take fewer levels\n"},
        {{"experiment.design=latin", "experiment.levels=100", "sweep.batch_size=1,2,3,4,5,6,7,8,9,10,11"},
         3,
         "--set 2: [experiment] levels: 110000 runs in all are more than 100000; shorten the lists of "
         "[sweep] or "
         "take fewer levels\n"},
        {{"experiment.design=square"},
         1,
         "--set 1: [experiment] design: 'square' is not one of joint, one_at_a_time, crossed, latin\n"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_problems("plain.ini", bad[i].overrides, bad[i].count, bad[i].problems);
    static const char *const few[] = {"experiment.design=latin", "experiment.levels=2"};
    read_good("plain.ini", few, 2, &config);
    assert_string_equal(text_string(&config.notes),
                        "levels = 2: so few seeds of a source decide nothing about it; "
                        "3 can, 5 or more should be taken\n");
    config_free(&config);
    read_good("plain.ini", few + 1, 1, &config);
    assert_string_equal(text_string(&config.notes), "[experiment] levels is not used: design is joint\n");
    config_free(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_designs),
    };
    return cmocka_run_group_tests(tests, stand_in_fixtures, NULL);
}
