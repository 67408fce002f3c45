/* What a report answers: which setting it recommends and why, in which words, for every kind of outcome. */
#include "reports/markdown.h"
#include "reports/words_en.h"
#include "tests/reports/support_sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct sample sample;
static const struct figures no_figures = {.list = NULL};

static int setup(void **state)
{
    (void)state;
    sample_fill(&sample);
    return 0;
}

static void each_kind_of_recommendation(void **state)
{
    (void)state;
    struct text out = {0};
    sample.report.recommendation = REPORT_LEAST_BAD;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "**Least bad: `learning_rate=0.001`**");
    assert_says(&out, "No: no setting that learned something is stable");
    assert_does_not_say(&out, "**(recommended)**");
    assert_says(&out, "`learning_rate=0.0001`, is 3.00 points behind");
    text_clear(&out);
    sample.report.runner_up = 2;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "`learning_rate=0.0003`, has a mean 2.00 points better, but a wider spread");
    text_clear(&out);
    sample.settings[2].summary.min = 0.82;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "`learning_rate=0.0003`, has a mean 2.00 points better, but a worse worst run");
    text_clear(&out);
    sample.settings[2].failed = 1;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "`learning_rate=0.0003`, has a mean 2.00 points better, but more failed runs");
    sample.settings[2].failed = 0;
    text_clear(&out);
    sample.report.recommendation = REPORT_UNPROVEN;
    sample.settings[3].summary.n = 1;
    sample.settings[3].summary.low = NAN;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
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
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "Mostly: it passes the recipe's rule");
    assert_says(&out, "is **undetermined**: 3 more runs would decide it if the SD stayed what it is (5 to be "
                      "safe).");
    text_clear(&out);
    sample.settings[3].certainty.verdict = REPORT_SURE_STABLE;
    sample.settings[3].certainty.further = 0;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
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
    markdown_report(&sample.report, &words_en, &no_figures, &out);
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
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "2 runs repeated the seeds of another: **the same seeds gave the same bits**");
    text_clear(&out);
    sample.settings[1].unequal = 1;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
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
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "| exactly 0 (5 runs of the same seeds) |");
    assert_says(&out, "| 0 of 1 (0 .. 79%) |");
    text_clear(&out);
    setting->unequal = 1;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
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
    markdown_report(&sample.report, &words_en, &no_figures, &out);
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
    markdown_report(&sample.report, &words_en, &no_figures, &out);
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
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out,
                "The mean of `learning_rate=0.0003` is better (0.8600), but its spread misses the rule by "
                "0.07 points (2.07 against 2.00).");
    text_clear(&out);
    sample.settings[2].rule = REPORT_STABLE;
    sample.settings[2].failed = 1;
    sample.settings[2].done = 2;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "is better (0.8600), but 1 of its 3 runs has no result.");
    text_clear(&out);
    sample.settings[2].summary.mean = 0.84;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
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
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "has the same mean: there is nothing to choose between the two.");
    text_clear(&out);
    sample.settings[1].summary.spread += 0.001;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "has the same mean, but a wider spread.");
    text_free(&out);
}

/* Runs that give every sample the same class, and what that is worth; runs too short to tell. */
static void learned_nothing(void **state)
{
    (void)state;
    struct text out = {0};
    sample.settings[0].one_class = 3;
    sample.report.constant_metric = 0.4;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "; one class 3 |");
    assert_says(&out, "**3 of 15 runs give every sample the same class**, which at best gets F1 0.4000 here");
    assert_says(&out, "1 setting was left out because most of its runs stalled");
    text_clear(&out);
    sample.settings[0].too_short = true;
    sample.report.too_short = 1;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "1 setting was left out because the curves are too short to tell");
    assert_says(&out, "(**too short to tell**)");
    assert_does_not_say(&out, "left out because most of its");
    text_clear(&out);
    sample.report.recommendation = REPORT_NOTHING;
    sample.report.too_short = sample.report.left_out = SAMPLE_SETTINGS;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "nothing can be said: the loss curves have too few evaluations");
    text_free(&out);
}

/* Short curves of runs that are known to have learned by their metric. */
static void learned_by_metric(void **state)
{
    (void)state;
    struct text out = {0};
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_does_not_say(&out, "too few evaluations to be judged");
    text_clear(&out);
    sample.settings[sample.report.recommended].by_metric = 3;
    sample.report.constant_metric = 0.644;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
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
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_does_not_say(&out, "dead seeds");
    text_clear(&out);
    sample.settings[1].dead = 2;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out,
                "**2 runs have dead seeds**: other seeds (initial weights, order of the samples) than an "
                "earlier run of the setting, and the same bits.");
    text_clear(&out);
    sample.settings[1].dead = 1;
    sample.report.vary_init = false;
    markdown_report(&sample.report, &words_en, &no_figures, &out);
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
    markdown_report(&sample.report, &words_en, &no_figures, &out);
    assert_says(&out, "the lowest mean validation loss");
    assert_says(&out, "| mean validation loss | SD | min | max | spread |");
    assert_says(&out, "the recipe's rule, a spread of at most 0.02,");
    assert_does_not_say(&out, "(points)");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_kind_of_recommendation, setup),
        cmocka_unit_test_setup(a_single_setting, setup),
        cmocka_unit_test_setup(the_same_seeds_twice, setup),
        cmocka_unit_test_setup(nothing_but_the_same_seeds, setup),
        cmocka_unit_test_setup(stable_against_the_rule, setup),
        cmocka_unit_test_setup(validation_of_one_class, setup),
        cmocka_unit_test_setup(too_few_to_split, setup),
        cmocka_unit_test_setup(the_rival, setup),
        cmocka_unit_test_setup(equal_means, setup),
        cmocka_unit_test_setup(learned_nothing, setup),
        cmocka_unit_test_setup(learned_by_metric, setup),
        cmocka_unit_test_setup(dead_seeds, setup),
        cmocka_unit_test_setup(a_loss_as_the_metric, setup),
        cmocka_unit_test_setup(advice_without_values, setup),
        cmocka_unit_test_setup(advice, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
