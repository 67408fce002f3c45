#include "reports/lessons_en.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct report_setting settings[] = {{.label = "batch_size=4"}, {.label = "batch_size=128"}};
static const struct report_run runs[] = {{.setting = 0, .outcome = REPORT_DONE, .steps = 1600},
                                         {.setting = 1, .outcome = REPORT_FAILED, .steps = 3},
                                         {.setting = 1, .outcome = REPORT_DONE, .steps = 56}};

static struct report sample(void)
{
    return (struct report){.metric = "f1",
                           .in_points = true,
                           .constant_metric = 0.726,
                           .settings = settings,
                           .setting_count = 2,
                           .runs = runs,
                           .run_count = 3};
}

static void assert_says(const struct report *report, void (*say)(const struct report *, struct text *),
                        const char *expected)
{
    struct text out = {0};
    say(report, &out);
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
}

#define UPDATES                                                                                              \
    "Settings differ in how often the weights were updated: from 56 times (`batch_size=128`) to 1600 "       \
    "(`batch_size=4`). A setting with few updates may want more epochs or a higher learning rate rather "    \
    "than be worse by itself."

static void updates_and_the_constant_answer(void **state)
{
    (void)state;
    struct report report = sample();
    assert_says(
        &report, lessons_en_settings,
        "Always the same answer, whatever the text, gets F1 0.7260 here at best: only what lies above "
        "that was learned. " UPDATES);
    report.constant_metric = NAN;
    assert_says(&report, lessons_en_settings, UPDATES);
    report.run_count = 2; /* the second setting has no finished run: nothing to compare */
    assert_says(&report, lessons_en_settings, "");
    report.constant_metric = 0.5;
    report.lower_is_better = true;
    assert_says(&report, lessons_en_settings, "");
}

static void curves_level_off_with_the_rate(void **state)
{
    (void)state;
    struct report_fact fact = {"lr_scheduler_type", "linear"};
    struct report report = sample();
    report.fixed = &fact;
    report.fixed_count = 1;
    assert_says(&report, lessons_en_curves,
                " The learning rate falls to nothing by the end of a run (`lr_scheduler_type = linear`), so "
                "curves level off there in any case: that alone does not say that more epochs would bring "
                "nothing.");
    fact.value = "constant";
    assert_says(&report, lessons_en_curves, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_and_the_constant_answer),
        cmocka_unit_test(curves_level_off_with_the_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
