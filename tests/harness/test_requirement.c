/* Limits as users write them. */
#include "harness/check/requirement.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct error error;

static void good_ones_are_read(void **state)
{
    struct requirement limit;
    (void)state;
    assert_int_equal(requirement_parse("f1>=0.85", &limit, &error), STATUS_OK);
    assert_string_equal(limit.setting, "");
    assert_int_equal(limit.subject, METRIC_F1);
    assert_int_equal(limit.sign, REQUIREMENT_LEAST);
    assert_true(limit.value >= 0.85 && limit.value <= 0.85);
    assert_int_equal(requirement_parse(" learning_rate=1e-3, batch_size=8 : loss < 0.5 ", &limit, &error),
                     STATUS_OK);
    assert_string_equal(limit.setting, "learning_rate=1e-3, batch_size=8");
    assert_int_equal(limit.subject, METRIC_EVAL_LOSS);
    assert_int_equal(limit.sign, REQUIREMENT_BELOW);
    assert_string_equal(limit.words, "loss < 0.5");
    assert_int_equal(requirement_parse("spread<=2", &limit, &error), STATUS_OK);
    assert_int_equal(limit.subject, REQUIREMENT_SPREAD);
    assert_int_equal(requirement_parse("failed>0", &limit, &error), STATUS_OK);
    assert_int_equal(limit.sign, REQUIREMENT_ABOVE);
    assert_int_equal(limit.subject, REQUIREMENT_FAILED);
}

static void wrong_ones_are_refused(void **state)
{
    struct requirement limit;
    const char *const wrong[] = {
        "",         "f1",      "f1=0.8", "f2>=1",   ">=1",      "f1>=",    "f1>=x", ": f1>=1",    "f1>=1e",
        "f1>=0x10", "f1>=1 2", "f1>>1",  "f1>=nan", "spread<=", "f1 1>=2", "a:b",   "setting: f1"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (requirement_parse(wrong[i], &limit, &error) != STATUS_USAGE) fail_msg("'%s' was read", wrong[i]);
    }
    assert_non_null(strstr(error.text, "'setting: f1' is not such as 'f1>=0.85'"));
}

/* Percent for a fraction, and what nothing can meet. */
static void limits_out_of_range_are_refused(void **state)
{
    static const struct {
        const char *limit, *says;
    } cases[] = {
        {"f1>=85", "'f1>=85': f1 is a fraction from 0 to 1; 0.85 is meant?"},
        {"2: accuracy > 99.5", "accuracy is a fraction from 0 to 1; 0.995 is meant?"},
        {"f1_macro<=1e9", "f1_macro is a fraction from 0 to 1"},
        {"f1>=-0.1", "f1 is a fraction from 0 to 1"},
        {"f1>1", "f1 is a fraction from 0 to 1"},
        {"f1<0", "f1 is a fraction from 0 to 1"},
        {"spread<=-1", "a spread is 0 or more, in points"},
        {"spread<0", "a spread is 0 or more, in points"},
        {"failed<=0.5", "failed is a number of runs"},
        {"failed<0", "failed is a number of runs"},
    };
    const char *const possible[] = {"f1>=1",      "f1<=1",       "f1>=0",        "accuracy<=0",
                                    "f1_macro>0", "spread<=250", "spread<=0.02", "failed<=400",
                                    "failed>=1",  "loss<-3",     "loss<=85"};
    struct requirement limit;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        error.text[0] = '\0';
        if (requirement_parse(cases[i].limit, &limit, &error) != STATUS_USAGE ||
            strstr(error.text, cases[i].says) == NULL)
            fail_msg("'%s': '%s'", cases[i].limit, error.text);
    }
    for (size_t i = 0; i < sizeof possible / sizeof possible[0]; i++) {
        if (requirement_parse(possible[i], &limit, &error) != STATUS_OK) fail_msg("%s", error.text);
    }
}

/* 0.85 as a mean of doubles is no less than 0.85, and what is undefined meets nothing. */
static void limits_have_the_slack_of_rounding(void **state)
{
    struct requirement limit;
    (void)state;
    requirement_parse("f1>=0.85", &limit, &error);
    assert_true(requirement_met(&limit, (0.83 + 0.85 + 0.87) / 3 - 1e-16));
    assert_false(requirement_met(&limit, 0.8499));
    assert_false(requirement_met(&limit, NAN));
    requirement_parse("spread<=2", &limit, &error);
    assert_true(requirement_met(&limit, 100 * (0.85 - 0.83)));
    assert_false(requirement_met(&limit, 2.01));
    assert_false(requirement_met(&limit, NAN));
    requirement_parse("failed<1", &limit, &error);
    assert_true(requirement_met(&limit, 0));
    assert_false(requirement_met(&limit, 1));
    requirement_parse("f1>0.5", &limit, &error);
    assert_false(requirement_met(&limit, 0.5));
    assert_true(requirement_met(&limit, 0.51));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_ones_are_read),
        cmocka_unit_test(wrong_ones_are_refused),
        cmocka_unit_test(limits_out_of_range_are_refused),
        cmocka_unit_test(limits_have_the_slack_of_rounding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
