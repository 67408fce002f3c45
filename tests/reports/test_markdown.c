/* The report as Markdown: its parts, its tables, and what stands where something is missing. */
#include "reports/markdown.h"
#include "reports/words_en.h"
#include "tests/reports/support_sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct sample sample;
static struct figure drawn[] = {{FIGURE_METRIC, "learning_rate", "figures/metric-learning_rate.svg"},
                                {FIGURE_LOSS, NULL, "figures/loss.svg"}};
static const struct figures with_figures = {.list = drawn, .count = 2};

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
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    sample_assert_golden("report.md", &out);
    text_free(&out);
}

/* Every row of a table has as many unescaped bars as its header, whatever labels and reasons hold. */
static void bars_do_not_break_tables(void **state)
{
    (void)state;
    struct text out = {0};
    sample.settings[1].label = "a|b=`c`|d";
    sample.runs[13].reason = "x | y || z";
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "`` a\\|b=`c`\\|d ``");
    assert_says(&out, "x \\| y \\|\\| z");
    int columns = 0;
    for (const char *line = out.data; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        int bars = 0;
        for (size_t i = 0; i < length && line[0] == '|'; i++)
            bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
        if (bars > 0 && columns > 0) assert_int_equal(bars, columns);
        columns = bars;
        line += length + (line[length] == '\n');
    }
    text_free(&out);
}

static void without_figures_it_says_why(void **state)
{
    (void)state;
    struct text out = {0};
    const struct figures none = {.failure = "gnuplot is not installed"};
    markdown_report(&sample.report, &words_en, &none, &out);
    assert_says(&out, "There are no figures: gnuplot is not installed.");
    assert_does_not_say(&out, "![");
    text_free(&out);
}

/* Nothing has run yet: pending is not failed, and nothing is shown as 0. */
static void everything_pending(void **state)
{
    (void)state;
    struct text out = {0};
    const struct figures none = {0};
    for (int i = 0; i < SAMPLE_RUNS; i++) {
        sample.runs[i] = sample.runs[14];
        sample.runs[i].setting = (size_t)(i / SAMPLE_REPEATS);
    }
    for (int i = 0; i < SAMPLE_SETTINGS; i++) {
        struct report_setting *setting = &sample.settings[i];
        setting->done = setting->failed = 0;
        setting->pending = 3;
        setting->verdict = setting->rule = REPORT_UNDEFINED;
        setting->failing_low = setting->failing_high = NAN;
        setting->summary =
            (struct report_summary){.mean = NAN, .sd = NAN, .min = NAN, .max = NAN, .low = NAN};
        setting->noisy_passes = setting->quiet_fails = NAN;
        setting->agreement = (struct report_agreement){.share = NAN, .pairs = NAN};
        memset(setting->classes, 0, sizeof setting->classes);
        memset(setting->states, 0, sizeof setting->states);
    }
    sample.report.recommendation = REPORT_NOTHING;
    sample.report.left_out = 0;
    markdown_report(&sample.report, &words_en, &none, &out);
    assert_says(&out, "No recommendation yet");
    assert_says(&out, "15 of 15 runs are still missing");
    assert_says(&out,
                "| `learning_rate=0.001` | 0 | - | - | - | - | - | - | undefined (3 pending) | - | - | - |");
    assert_says(&out, "No run failed.");
    assert_does_not_say(&out, "## The metric, run by run");
    assert_does_not_say(&out, "Do the runs of a setting agree?");
    assert_does_not_say(&out, "Why each curve is called what it is");
    assert_does_not_say(&out, "Overfit by the loss");
    text_free(&out);
}

/* One kind of curve may need two remedies: a row for each. */
static void a_row_for_each_remedy(void **state)
{
    (void)state;
    struct text out = {0};
    sample.runs[1].remedy = "something else";
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "| stalled | 2 | do what helps |");
    assert_says(&out, "| stalled | 1 | something else |");
    text_free(&out);
}

/* Of two labels the second is the one that F1 speaks of; of more, all; names may be unknown. */
static void labels(void **state)
{
    (void)state;
    struct text out = {0};
    words_en.data(&sample.report, &out);
    assert_says(&out, "2 labels: neg, \\<pos\\> (F1, precision and recall are of \\<pos\\>)");
    text_clear(&out);
    sample.report.labels = 3;
    sample.report.label_names = "a, b, c";
    words_en.data(&sample.report, &out);
    assert_says(&out, "3 labels: a, b, c (F1, precision and recall are the plain means over them)");
    text_clear(&out);
    sample.report.labels = 2;
    sample.report.label_names = "";
    words_en.data(&sample.report, &out);
    assert_says(&out, "2 labels");
    assert_does_not_say(&out, "labels:");
    text_free(&out);
}

/* 200 samples are half a point each, a quarter of the rule's 2 points: not more than that. */
static void a_small_validation_set(void **state)
{
    (void)state;
    struct text out = {0};
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_does_not_say(&out, "The validation set is small");
    text_clear(&out);
    sample.report.validation_samples = 40;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out,
                "The validation set is small: of its 40 samples one is worth about 2.50 points, of the 2 "
                "points that the rule allows.");
    text_free(&out);
}

/* Where only the disagreement is known, the reason is said; not of a loss, which has no parts. */
static void labels_that_are_not_known(void **state)
{
    (void)state;
    static const char reason[] = "the labels of the validation examples are not known";
    struct text out = {0};
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, reason); /* the third setting's */
    text_clear(&out);
    sample.report.in_points = false;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_does_not_say(&out, reason);
    text_clear(&out);
    sample.report.in_points = true;
    sample.settings[2].origin = sample.settings[1].origin;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_does_not_say(&out, reason);
    text_free(&out);
}

static void every_phrase_is_there(void **state)
{
    (void)state;
    for (int i = 0; i < PHRASES; i++) {
        if (words_en.phrases[i] == NULL || words_en.phrases[i][0] == '\0')
            fail_msg("phrase %d is missing", i);
    }
}

static void numbers(void **state)
{
    (void)state;
    struct text out = {0};
    words_value(&out, 0.84004);
    text_add(&out, " ");
    words_value(&out, NAN);
    text_add(&out, " ");
    words_spread(&out, &sample.report, 0.01234);
    text_add(&out, " ");
    words_percent(&out, 0.241);
    text_add(&out, " ");
    words_percent(&out, 0.0001);
    text_add(&out, " ");
    words_percent(&out, 0.9999);
    text_add(&out, " ");
    words_percent(&out, NAN);
    assert_string_equal(out.data, "0.8400 - 1.23 24% <1% >99% -");
    text_free(&out);
}

static void swept_values(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"0.0003", "3e-4"}, {"0.00035", "3.5e-4"}, {"1e-5", "1e-5"},
        {"0.01", "0.01"},   {"0.001", "1e-3"},     {"16", "16"},
        {"0", "0"},         {"linear", "linear"},  {"0.0012345", "0.0012345"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text out = {0};
        words_short(&out, cases[i][0]);
        assert_string_equal(out.data, cases[i][1]);
        text_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(as_written_down, setup),
        cmocka_unit_test_setup(bars_do_not_break_tables, setup),
        cmocka_unit_test_setup(without_figures_it_says_why, setup),
        cmocka_unit_test_setup(everything_pending, setup),
        cmocka_unit_test_setup(a_row_for_each_remedy, setup),
        cmocka_unit_test_setup(labels, setup),
        cmocka_unit_test_setup(a_small_validation_set, setup),
        cmocka_unit_test_setup(labels_that_are_not_known, setup),
        cmocka_unit_test_setup(every_phrase_is_there, setup),
        cmocka_unit_test_setup(numbers, setup),
        cmocka_unit_test(swept_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
