#include "reports/terminal.h"
#include "reports/words_en.h"
#include "tests/reports/support_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct sample sample;

static int setup(void **state)
{
    (void)state;
    sample_fill(&sample);
    return 0;
}

static void as_written_down(void **state)
{
    (void)state;
    struct text out = {0};
    terminal_report(&sample.report, &words_en, &out);
    sample_assert_golden("terminal.txt", &out);
    text_free(&out);
}

/* Columns stand under each other in columns, not bytes: a label of two Chinese characters is four columns
 * wide.
 */
static void columns_are_aligned(void **state)
{
    (void)state;
    struct text out = {0};
    sample.report.setting_count = 2;
    sample.report.encounter_count = 0;
    sample.report.has_luck = false;
    sample.settings[0].label = "\xe7\x94\xb5\xe5\xbd\xb1";
    sample.settings[1].label = "ab";
    sample.report.recommendation = REPORT_NOTHING;
    terminal_report(&sample.report, &words_en, &out);
    assert_non_null(strstr(out.data, "\n\xe7\x94\xb5\xe5\xbd\xb1     3   0.4000"));
    assert_non_null(strstr(out.data, "\nab       3   0.8100"));
    assert_non_null(strstr(out.data, "No recommendation"));
    text_free(&out);
}

static void nothing_for_markdown(void **state)
{
    (void)state;
    struct text out = {0};
    terminal_report(&sample.report, &words_en, &out);
    assert_null(strpbrk(out.data, "`*|"));
    text_free(&out);
}

static void dead_seeds_are_said(void **state)
{
    (void)state;
    struct text out = {0};
    sample.settings[1].dead = 1;
    terminal_report(&sample.report, &words_en, &out);
    assert_non_null(strstr(out.data, ". 1 run has dead seeds: other seeds ("));
    text_clear(&out);
    sample.report.recommendation = REPORT_NOTHING;
    terminal_report(&sample.report, &words_en, &out);
    assert_non_null(strstr(out.data, "learned anything. 1 run has dead seeds: "));
    assert_null(strpbrk(out.data, "`*|"));
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(as_written_down, setup),
        cmocka_unit_test_setup(columns_are_aligned, setup),
        cmocka_unit_test_setup(nothing_for_markdown, setup),
        cmocka_unit_test_setup(dead_seeds_are_said, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
