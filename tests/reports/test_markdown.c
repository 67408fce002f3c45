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

static void each_kind_of_recommendation(void **state)
{
    (void)state;
    struct text out = {0};
    sample.report.recommendation = REPORT_LEAST_BAD;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "**Least bad: `learning_rate=0.001`**");
    assert_says(&out, "No: no setting that learned something is stable");
    assert_does_not_say(&out, "**(recommended)**");
    assert_says(&out, "`learning_rate=0.0001`, is 3.00 points behind");
    text_clear(&out);
    sample.report.runner_up = 2;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "`learning_rate=0.0003`, has a mean 2.00 points better, but a wider spread");
    text_clear(&out);
    sample.settings[2].summary.min = 0.82;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "`learning_rate=0.0003`, has a mean 2.00 points better, but a worse worst run");
    text_clear(&out);
    sample.settings[2].failed = 1;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "`learning_rate=0.0003`, has a mean 2.00 points better, but more failed runs");
    sample.settings[2].failed = 0;
    text_clear(&out);
    sample.report.recommendation = REPORT_UNPROVEN;
    sample.settings[3].summary.n = 1;
    sample.settings[3].summary.low = NAN;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "(a single run)");
    assert_says(&out, "No: no setting has the two runs of different seeds");
    text_clear(&out);
    sample.report.recommendation = REPORT_TRUSTED;
    sample.settings[3].summary.n = 10;
    sample.settings[3].noisy_passes = 0.001;
    sample.report.has_runner_up = false;
    sample.settings[3].certainty = (struct report_certainty){.verdict = REPORT_SURE_UNDETERMINED,
                                                             .further = 3,
                                                             .further_likely = 5,
                                                             .sd_low = NAN,
                                                             .sd_high = NAN};
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "Mostly: it passes the recipe's rule");
    assert_says(&out, "is **undetermined**: 3 more runs would decide it if the SD stayed what it is (5 to be "
                      "safe).");
    text_clear(&out);
    sample.settings[3].certainty.verdict = REPORT_SURE_STABLE;
    sample.settings[3].certainty.further = 0;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "is stable too.");
    assert_says(&out, "Yes: it passes the recipe's rule");
    assert_says(&out, "<1% of the time");
    assert_does_not_say(&out, "The next best");
    text_free(&out);
}

/* With a single setting nothing is compared: the question is how far its runs lie apart. */
static void a_single_setting(void **state)
{
    (void)state;
    struct text out = {0};
    sample.report.settings = &sample.settings[2];
    sample.report.setting_count = 1;
    sample.report.encounter_count = 0;
    sample.report.has_luck = false;
    sample.report.run_count = 3;
    sample.report.recommended = 0;
    sample.report.has_runner_up = sample.report.has_rival = false;
    sample.report.recommendation = REPORT_LEAST_BAD;
    for (int i = 0; i < 3; i++)
        sample.runs[i].setting = 0;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "how far do runs of one setting lie apart");
    assert_says(&out, "**Not stable: `learning_rate=0.0003`**");
    assert_says(&out, "No: its runs lie 6.00 points apart, more than the 2 points of the recipe's rule.");
    assert_says(&out, "3 of 3 runs converged; two runs drawn at random agree 100% of the time.\n");
    assert_does_not_say(&out, "least bad");
    text_free(&out);
}

/* Runs that repeat seeds: whether they gave the same bits is said first of all. */
static void the_same_seeds_twice(void **state)
{
    (void)state;
    struct text out = {0};
    sample.settings[1].twins = 2;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "2 runs repeated the seeds of another: **the same seeds gave the same bits**");
    text_clear(&out);
    sample.settings[1].unequal = 1;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "**1 of them gave other bits**");
    text_free(&out);
}

/* Nothing but runs of the same seeds: they have a spread, and it is 0; what fails is counted over the one run
 * that they are. */
static void nothing_but_the_same_seeds(void **state)
{
    (void)state;
    struct text out = {0};
    struct report_setting *setting = &sample.settings[1];
    setting->summary = (struct report_summary){.n = 1, .mean = 0.8, .sd = NAN, .min = 0.8, .max = 0.8};
    setting->planned = setting->done = 5;
    setting->failed = setting->undefined = setting->pending = 0;
    setting->twins = 4;
    setting->failing_low = 0;
    setting->failing_high = 0.79;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "| exactly 0 (5 runs of the same seeds) |");
    assert_says(&out, "| 0 of 1 (0 .. 79%) |");
    text_clear(&out);
    setting->unequal = 1;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_does_not_say(&out, "exactly 0 (5");
    text_free(&out);
}

/* A quiet setting that so many runs made fail the rule is called what it is, everywhere. */
static void stable_against_the_rule(void **state)
{
    (void)state;
    struct text out = {0};
    struct report_setting *setting = &sample.settings[3];
    setting->verdict = setting->rule = REPORT_UNSTABLE;
    setting->summary.n = 20;
    setting->summary.spread = 0.025;
    setting->few_seeds = false;
    setting->quiet_fails = 0.93;
    setting->certainty.verdict = REPORT_SURE_STABLE;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "Yes: it fails the recipe's rule (its runs lie 2.50 points apart), but a setting whose "
                      "true SD is only 1 point fails that rule 93% of the time with 20 runs; the calibrated "
                      "verdict, which allows for the number of runs, is **stable**.");
    assert_says(&out, "unstable (calibrated: stable)");
    text_clear(&out);
    words_en.in_short(&sample.report, &out);
    assert_says(&out, "and it is stable by the calibrated verdict");
    assert_says(&out, "still missing: this answer is provisional.");
    text_free(&out);
}

/* Said once, and nothing else of what such a validation set would seem to say. */
static void validation_of_one_class(void **state)
{
    (void)state;
    struct text out = {0};
    sample.report.recommendation = REPORT_NOTHING;
    sample.report.one_label = true;
    words_en.answer(&sample.report, &out);
    assert_says(&out, "all validation examples are of one class");
    assert_does_not_say(&out, "learned nothing");
    assert_does_not_say(&out, "must do better");
    text_clear(&out);
    words_en.in_short(&sample.report, &out);
    assert_says(&out, "all validation examples are of one class");
    text_free(&out);
}

/* Labels that are known are no reason; too few examples are. */
static void too_few_to_split(void **state)
{
    (void)state;
    struct text out = {0};
    sample.settings[1].origin.disagreement = 0.5;
    sample.settings[1].origin.between.sd = NAN;
    sample.report.labels_known = true;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "that takes two validation examples and two runs with a metric.");
    assert_does_not_say(&out, "are not known: the trainer");
    text_free(&out);
}

/* A setting with a better mean that missed the rule is named with what it missed it by: 2.07 points of 2. */
static void the_rival(void **state)
{
    (void)state;
    struct text out = {0};
    sample.settings[2].summary.spread = 0.0207;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out,
                "The mean of `learning_rate=0.0003` is better (0.8600), but its spread misses the rule by "
                "0.07 points (2.07 against 2.00).");
    text_clear(&out);
    sample.settings[2].rule = REPORT_STABLE;
    sample.settings[2].failed = 1;
    sample.settings[2].done = 2;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "is better (0.8600), but 1 of its 3 runs has no result.");
    text_clear(&out);
    sample.settings[2].summary.mean = 0.84;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_does_not_say(&out, "is better (");
    text_free(&out);
}

/* Means that look the same: neither is called better. */
static void equal_means(void **state)
{
    (void)state;
    struct text out = {0};
    sample.settings[1].summary = sample.settings[3].summary;
    sample.settings[1].summary.mean += 1e-6;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "has the same mean: there is nothing to choose between the two.");
    text_clear(&out);
    sample.settings[1].summary.spread += 0.001;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "has the same mean, but a wider spread.");
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

/* Runs that give every sample the same class, and what that is worth; runs too short to tell. */
static void learned_nothing(void **state)
{
    (void)state;
    struct text out = {0};
    sample.settings[0].one_class = 3;
    sample.report.constant_metric = 0.4;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "; one class 3 |");
    assert_says(&out, "**3 of 15 runs give every sample the same class**, which at best gets F1 0.4000 here");
    assert_says(&out, "1 setting was left out because most of its runs stalled");
    text_clear(&out);
    sample.settings[0].too_short = true;
    sample.report.too_short = 1;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "1 setting was left out because the curves are too short to tell");
    assert_says(&out, "(**too short to tell**)");
    assert_does_not_say(&out, "left out because most of its");
    text_clear(&out);
    sample.report.recommendation = REPORT_NOTHING;
    sample.report.too_short = sample.report.left_out = SAMPLE_SETTINGS;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "nothing can be said: the loss curves have too few evaluations");
    text_free(&out);
}

/* Short curves of runs that are known to have learned by their metric. */
static void learned_by_metric(void **state)
{
    (void)state;
    struct text out = {0};
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_does_not_say(&out, "too few evaluations to be judged");
    text_clear(&out);
    sample.settings[sample.report.recommended].by_metric = 3;
    sample.report.constant_metric = 0.644;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(
        &out,
        "The loss curves of 3 of its runs have too few evaluations to be judged; that they learned shows "
        "in their F1 alone, which beats the best constant answer (0.6440)");
    text_free(&out);
}

/* Runs whose other seeds changed nothing. */
static void dead_seeds(void **state)
{
    (void)state;
    struct text out = {0};
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_does_not_say(&out, "dead seeds");
    text_clear(&out);
    sample.settings[1].dead = 2;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out,
                "**2 runs have dead seeds**: other seeds (initial weights, order of the samples) than an "
                "earlier run of the setting, and the same bits.");
    text_clear(&out);
    sample.settings[1].dead = 1;
    sample.report.vary_init = false;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "**1 run has dead seeds**: other seeds (order of the samples) than");
    text_free(&out);
}

/* A loss is no fraction: no points, and lower is better. */
static void a_loss_as_the_metric(void **state)
{
    (void)state;
    struct text out = {0};
    sample.report.metric = "eval_loss";
    sample.report.lower_is_better = true;
    sample.report.in_points = false;
    markdown_report(&sample.report, &words_en, &with_figures, &out);
    assert_says(&out, "the lowest mean validation loss");
    assert_says(&out, "| mean validation loss | SD | min | max | spread |");
    assert_says(&out, "the recipe's rule, a spread of at most 0.02,");
    assert_does_not_say(&out, "(points)");
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

/* Advice whose values were all tried has no empty brackets. */
static void advice_without_values(void **state)
{
    (void)state;
    struct text out = {0};
    const struct report_advice fewer = {.kind = REPORT_FEWER_EPOCHS, .key = "epochs"};
    const struct report_advice calm = {.kind = REPORT_CALM_DOWN, .key = "learning_rate", .values = "3e-6"};
    words_en.advice(&sample.report, &fewer, &out);
    assert_says(&out, "**Train for fewer epochs**, or stop early");
    words_en.advice(&sample.report, &calm, &out);
    assert_says(&out, "**Lower the learning rate** (3e-6) or enlarge");
    text_free(&out);
}

/* Every kind of advice has its own sentence. */
static void advice(void **state)
{
    (void)state;
    struct text sentences[REPORT_STEADY + 1] = {0};
    for (int kind = 0; kind <= REPORT_STEADY; kind++) {
        const struct report_advice what = {
            .kind = (enum report_advice_kind)kind, .key = "epochs", .values = "5"};
        words_en.advice(&sample.report, &what, &sentences[kind]);
        assert_true(sentences[kind].length > 20);
        for (int other = 0; other < kind; other++)
            assert_string_not_equal(sentences[kind].data, sentences[other].data);
    }
    for (int kind = 0; kind <= REPORT_STEADY; kind++)
        text_free(&sentences[kind]);
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

/* Only a design that tells the sources of chance apart has this section. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(as_written_down, setup),
        cmocka_unit_test_setup(bars_do_not_break_tables, setup),
        cmocka_unit_test_setup(without_figures_it_says_why, setup),
        cmocka_unit_test_setup(everything_pending, setup),
        cmocka_unit_test_setup(each_kind_of_recommendation, setup),
        cmocka_unit_test_setup(a_single_setting, setup),
        cmocka_unit_test_setup(the_same_seeds_twice, setup),
        cmocka_unit_test_setup(nothing_but_the_same_seeds, setup),
        cmocka_unit_test_setup(stable_against_the_rule, setup),
        cmocka_unit_test_setup(validation_of_one_class, setup),
        cmocka_unit_test_setup(too_few_to_split, setup),
        cmocka_unit_test_setup(the_rival, setup),
        cmocka_unit_test_setup(equal_means, setup),
        cmocka_unit_test_setup(a_small_validation_set, setup),
        cmocka_unit_test_setup(labels_that_are_not_known, setup),
        cmocka_unit_test_setup(learned_nothing, setup),
        cmocka_unit_test_setup(learned_by_metric, setup),
        cmocka_unit_test_setup(dead_seeds, setup),
        cmocka_unit_test_setup(a_loss_as_the_metric, setup),
        cmocka_unit_test_setup(a_row_for_each_remedy, setup),
        cmocka_unit_test_setup(labels, setup),
        cmocka_unit_test_setup(advice, setup),
        cmocka_unit_test_setup(advice_without_values, setup),
        cmocka_unit_test_setup(every_phrase_is_there, setup),
        cmocka_unit_test_setup(numbers, setup),
        cmocka_unit_test(swept_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
