/* What the report says of runs that are no plain repeats: planned so that each source of chance can be told
 * apart, or added until a sequential test decided; and of ways to compare that disagree. */
#include "reports/json.h"
#include "reports/markdown.h"
#include "reports/terminal.h"
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
static const struct figures no_figures = {.list = NULL};

static int setup(void **state)
{
    (void)state;
    sample_fill(&sample);
    return 0;
}

static void write_markdown(struct text *out)
{
    text_clear(out);
    markdown_report(&sample.report, &words_en, &no_figures, out);
}

/* A Latin square: initial weights 80%, order 20%; dropout does nothing by itself, nor do they together. */
static void fill_streams(struct report_streams *streams)
{
    *streams = (struct report_streams){
        .design = "Latin square",
        .streams = {{.levels = 5,
                     .part = {0.02, 0.012, 0.0575},
                     .share = 0.8,
                     .rest_sd = 0.01,
                     .status = REPORT_STREAM_SHOWN},
                    {.levels = 5,
                     .part = {0.01, 0.006, 0.0287},
                     .share = 0.2,
                     .rest_sd = 0.02,
                     .status = REPORT_STREAM_SHOWN},
                    {.levels = 1, .part = {NAN, NAN, NAN}, .share = NAN, .rest_sd = NAN}},
        .interactions = {NAN, NAN, NAN},
        .interactions_share = NAN,
        .total = {0.0224, 0.015, 0.06},
        .churn = {NAN, NAN, NAN},
        .largest = -1};
}

/* The same sources, changed one at a time: no shares, no whole. */
static void fill_alone(struct report_streams *streams)
{
    fill_streams(streams);
    streams->design = "one at a time";
    streams->alone = true;
    streams->total = (struct report_part){NAN, NAN, NAN};
    for (int i = 0; i < REPORT_STREAMS; i++)
        streams->streams[i].churn = (struct report_part){NAN, NAN, NAN};
    for (int i = 0; i < 2; i++) {
        streams->streams[i].share = streams->streams[i].rest_sd = NAN;
        streams->streams[i].status = REPORT_STREAM_DIFFERS;
    }
}

/* One setting of a design, as harness/certainty.c leaves it. */
static void plan_one(void)
{
    struct report *report = &sample.report;
    sample.settings[0] = sample.settings[3];
    struct report_setting *setting = &sample.settings[0];
    report->setting_count = 1;
    report->run_count = 3;
    report->recommended = 0;
    report->has_rival = report->has_runner_up = report->has_luck = false;
    report->encounter_count = 0;
    report->sweep_count = 0;
    report->shared_seeds = true;
    report->design = "latin";
    report->levels = 5;
    setting->label = "base";
    setting->verdict = setting->rule = REPORT_UNDEFINED;
    setting->summary.low = setting->summary.high = setting->noisy_passes = setting->quiet_fails = NAN;
    setting->certainty =
        (struct report_certainty){.sd_low = NAN, .sd_high = NAN, .mean_low = NAN, .mean_high = NAN};
    fill_streams(&setting->streams);
}

/* One setting whose repeats have the same seeds asks whether they have the same bits, and is told. */
static void the_same_seeds(void **state)
{
    (void)state;
    struct text out = {0};
    plan_one();
    sample.report.shared_seeds = false;
    sample.settings[0].streams.design = NULL;
    sample.report.vary_init = sample.report.vary_order = sample.report.vary_dropout = false;
    sample.settings[0].done = 3;
    sample.settings[0].twins = 2;
    write_markdown(&out);
    assert_non_null(strstr(text_string(&out), "**Answer**: Yes: all 3 runs are equal to the last bit."));
    sample.settings[0].unequal = 1;
    write_markdown(&out);
    assert_non_null(strstr(text_string(&out), "**Answer**: No: 1 of 3 runs gave other bits than the first."));
    sample.report.vary_order = true;
    write_markdown(&out);
    assert_null(strstr(text_string(&out), "have the same seeds give the same result?"));
    text_free(&out);
}

static void nothing_of_chance_without_a_plan(void **state)
{
    (void)state;
    struct text out = {0};
    write_markdown(&out);
    assert_does_not_say(&out, "## Which chance makes the difference");
    text_free(&out);
}

static void a_planned_setting_is_answered_first(void **state)
{
    (void)state;
    struct text out = {0};
    plan_one();
    write_markdown(&out);
    static const char *const answer =
        "Most of the variance, 80%, comes from the initial weights (an SD of 2.00 points, 95% interval 1.20 "
        ".. "
        "5.75); the order of the samples 20%. Whether more comes from the initial weights than from the "
        "order "
        "of the samples cannot be told from 5 seeds each: the intervals overlap.";
    const char *first = strstr(text_string(&out), answer),
               *section = strstr(text_string(&out), "## Which chance");
    assert_true(first != NULL && section != NULL && first < section && strstr(section, answer) != NULL);
    assert_says(&out, "**Answer**: Most of");
    assert_says(&out,
                "with the seed of the initial weights fixed, runs would only lie 1.00 points (SD) apart "
                "instead of 2.24 points");
    assert_says(&out, "| initial weights | 5 | 2.00 (1.20 .. 5.75) | 80% | makes a difference |");
    assert_says(&out, "| all | - | 2.24 (1.50 .. 6.00) | - | - |");
    assert_does_not_say(&out, "| dropout | ");
    assert_does_not_say(&out, "| together |");
    assert_says(&out, "(`design = latin`, 5 seeds of each)");
    text_clear(&out);
    terminal_report(&sample.report, &words_en, &out);
    assert_says(&out, answer);
    assert_does_not_say(&out, "sequential");
    text_free(&out);
}

/* One at a time, what each source does holds what it does to the others: no shares, no whole, and no promise
 * of what a fixed seed would leave. That it does something is seen by bits, which need no interval. */
static void sources_changed_alone_do_not_add_up(void **state)
{
    (void)state;
    struct text out = {0};
    plan_one();
    fill_alone(&sample.settings[0].streams);
    write_markdown(&out);
    assert_says(&out,
                "**Answer**: Changed alone, while the others stand at their first seed, the initial "
                "weights spread runs by an SD of 2.00 points (95% interval 1.20 .. 5.75), the order of "
                "the samples by one of 1.00 points (95% interval 0.60 .. 2.87). Whether more comes from");
    assert_says(&out, "so they overlap and do not add up, and shares of the whole cannot be told: a Latin "
                      "square or a crossed design tells them.");
    assert_says(&out,
                "| source of chance | seeds | SD from it (points) | answer |\n|---|--:|--:|---|\n| initial "
                "weights | 5 | 2.00 (1.20 .. 5.75) | makes a difference |\n");
    assert_says(&out, "have other bits; that is seen, not estimated");
    assert_does_not_say(&out, "of the variance");
    assert_does_not_say(&out, "fixed, runs would");
    assert_does_not_say(&out, "| all |");
    assert_does_not_say(&out, "lies above 0");
    sample.settings[0].streams.streams[1].status = REPORT_STREAM_TOO_FEW;
    sample.settings[0].streams.streams[1].levels = 2;
    write_markdown(&out);
    assert_says(&out, "(95% interval 1.20 .. 5.75). That number holds what the source does together");
    assert_says(&out, "tells them. From only 2 seeds of the order of the samples nothing can be concluded");
    text_free(&out);
}

/* A source is called more than the smallness of the validation set only where the intervals are apart. */
static void more_than_the_validation_set(void **state)
{
    (void)state;
    struct text out = {0};
    plan_one();
    struct report_streams *streams = &sample.settings[0].streams;
    fill_alone(streams);
    write_markdown(&out);
    assert_does_not_say(&out, "smallness of the validation set");
    streams->streams[0].churn = streams->streams[1].churn = (struct report_part){0.011, 0.010, 0.0118};
    write_markdown(&out);
    assert_says(&out,
                "Surely more than the smallness of the validation set makes of it by itself is what comes "
                "from the initial weights (1.10 points of it).");
    streams->streams[0].churn.high = 0.0121;
    write_markdown(&out);
    assert_says(&out, "Whether any of them is more than the smallness of the validation set makes by itself "
                      "cannot be told.");
    fill_streams(streams);
    streams->churn = (struct report_part){0.011, 0.010, 0.0118};
    write_markdown(&out);
    assert_says(&out, "which is in these numbers; what the first makes is more than that, beyond doubt.");
    streams->churn.high = 0.0121;
    write_markdown(&out);
    assert_says(&out,
                "which is in these numbers; whether what the first makes is more than that cannot be told.");
    text_free(&out);
}

/* Two seeds of any source, and nothing is said of any. */
static void two_seeds_cannot_tell(void **state)
{
    (void)state;
    struct text out = {0};
    plan_one();
    struct report_streams *streams = &sample.settings[0].streams;
    for (int i = 0; i < 2; i++) {
        streams->streams[i].levels = 2;
        streams->streams[i].share = streams->streams[i].rest_sd = NAN;
        streams->streams[i].status = REPORT_STREAM_TOO_FEW;
    }
    write_markdown(&out);
    assert_says(&out, "**Answer**: From only 2 seeds of each source nothing can be concluded: take three "
                      "seeds of each source at least, better "
                      "five. ");
    assert_does_not_say(&out, "of the variance");
    assert_does_not_say(&out, "In practice");
    assert_does_not_say(&out, "| share |");
    assert_says(&out, "| order | 2 | 1.00 (0.60 .. 2.87) | too few seeds to conclude anything |");
    text_clear(&out);
    terminal_report(&sample.report, &words_en, &out);
    assert_does_not_say(&out, "of the variance");
    text_free(&out);
}

/* Runs that share seeds have no table of verdicts, and no sentence that takes them for repeats. */
static void no_verdict_on_runs_that_share_seeds(void **state)
{
    (void)state;
    struct text out = {0};
    plan_one();
    write_markdown(&out);
    assert_says(&out,
                "## How sure is this?\n\nThat cannot be said of these runs: by design most of them share "
                "seeds");
    assert_does_not_say(&out, "recipe's verdict |");
    assert_does_not_say(&out, "with different seeds)");
    assert_does_not_say(&out, "would still pass the rule");
    assert_says(&out, "3 runs that share seeds by design)");
    assert_says(&out, "| undefined | - |");
    text_free(&out);
}

static void what_can_be_told_of_a_plan(void **state)
{
    (void)state;
    struct text out = {0};
    plan_one();
    struct report_streams *streams = &sample.settings[0].streams;
    streams->streams[1].part.high = 0.011;
    streams->largest = 0;
    write_markdown(&out);
    assert_says(&out, "That more comes from the initial weights than from each other cause is beyond doubt");
    fill_streams(streams);
    streams->streams[2] = (struct report_stream){
        .levels = 4, .part = {0, 0, 0}, .share = 0, .rest_sd = 0.0224, .status = REPORT_STREAM_DEAD};
    write_markdown(&out);
    assert_says(&out, "The seed of dropout changes not one bit: nothing depends on it here.");
    assert_says(&out, "| dropout | 4 | 0.00 (0.00 .. 0.00) | <1% | nothing: other seeds, the same bits |");
    assert_does_not_say(&out, "or from dropout");
    fill_streams(streams);
    for (int i = 0; i < 2; i++)
        streams->streams[i] = (struct report_stream){
            .levels = 5, .part = {0, 0, 0}, .share = NAN, .rest_sd = NAN, .status = REPORT_STREAM_NOT_SHOWN};
    write_markdown(&out);
    assert_says(&out, "No source of chance makes any difference here: all runs have the same result.");
    assert_does_not_say(&out, "In practice");
    for (int i = 0; i < 2; i++)
        streams->streams[i].status = REPORT_STREAM_UNDEFINED;
    write_markdown(&out);
    assert_says(&out, "Which source does how much cannot be told from these runs");
    text_free(&out);
}

/* Interactions have what the sources leave. */
static void what_sources_do_to_each_other(void **state)
{
    (void)state;
    struct text out = {0};
    plan_one();
    struct report_streams *streams = &sample.settings[0].streams;
    streams->streams[0].share = 0.45;
    streams->interactions = (struct report_part){0.013, 0.01, 0.02};
    streams->interactions_share = 0.35;
    write_markdown(&out);
    assert_says(&out, "The largest part of the variance, 45%, comes from the initial weights");
    assert_says(&out, "; what the sources do to each other 35%, the order of the samples 20%.");
    assert_says(&out,
                "than from the order of the samples or from what the sources do to each other cannot be");
    assert_says(&out, "| together | - | 1.30 (1.00 .. 2.00) | 35% | - |");
    /* When that is the most, it is named first, and no single source in its place. */
    streams->interactions = (struct report_part){0.03, 0.025, 0.04};
    streams->interactions_share = 0.79;
    streams->streams[0].share = 0.11;
    streams->streams[1].share = 0.1;
    streams->streams[0].rest_sd = 0.0214;
    write_markdown(&out);
    assert_says(&out,
                "**Answer**: Most of the variance, 79%, comes from what the sources do to each other (an "
                "SD of 3.00 points, 95% interval 2.50 .. 4.00), which no single seed accounts for; the "
                "initial weights 11%, the order of the samples 10%.");
    assert_says(&out,
                "Whether more comes from what the sources do to each other than from the initial weights "
                "or from the order of the samples cannot be told");
    assert_says(&out,
                "with the seed of the initial weights fixed, runs would still lie 2.14 points (SD) apart "
                "instead of 2.24 points: no single seed has the answer.");
    text_free(&out);
}

/* Of several settings each is told by its name, and none is called better for good. */
static void several_planned_settings(void **state)
{
    (void)state;
    struct text out = {0};
    sample.report.shared_seeds = true;
    sample.report.design = "latin";
    sample.report.levels = 5;
    sample.report.encounter_count = 0;
    fill_streams(&sample.settings[1].streams);
    fill_streams(&sample.settings[3].streams);
    write_markdown(&out);
    assert_says(&out, "- `learning_rate=0.0001`: Most of the variance, 80%");
    assert_says(&out, "| `learning_rate=0.001` | initial weights | 5 | 2.00 (1.20 .. 5.75) | 80% | makes a "
                      "difference |");
    assert_says(&out, "**Best: `learning_rate=0.001`**");
    assert_says(&out, "Repeat it with all seeds varied together (`design = joint`).");
    assert_does_not_say(&out, "passes the recipe's rule");
    text_free(&out);
}

static const struct report_operating curve[] = {{0.006, 0.95, 0.004, 0.046, 6.04},
                                                {0.018, 0.03, 0.95, 0.02, 4.25}};

static void make_sequential(void)
{
    struct report *report = &sample.report;
    report->sequential = true;
    report->least_repeats = 3;
    report->repeats = 14;
    report->stable_sd = 0.006;
    report->unstable_sd = 0.018;
    report->operating = curve;
    report->operating_count = 2;
    for (int i = 0; i < SAMPLE_SETTINGS; i++) {
        struct report_setting *setting = &sample.settings[i];
        setting->planned = setting->done = i < 4 ? 7 : 8;
        setting->failed = setting->pending = 0;
        setting->certainty.saved = 14 - setting->planned;
        setting->certainty.by_range = REPORT_SURE_UNDEFINED;
        setting->certainty.further = setting->certainty.further_likely = 0;
        setting->certainty.further_by_range = 0;
        setting->noisy_passes = setting->quiet_fails = NAN;
    }
}

static void what_a_sequential_test_spared(void **state)
{
    (void)state;
    struct text out = {0};
    make_sequential();
    write_markdown(&out);
    assert_says(&out, "**The sequential test spared 34 of 70 planned runs.**");
    assert_says(&out, "| setting | n | recipe's verdict | calibrated | runs spared | 95% interval");
    assert_says(&out, "| `learning_rate=0.0003` | 3 | unstable | unstable | 7 | 1.56 .. 18.85 |");
    assert_does_not_say(&out, "runs to add");
    assert_says(&out,
                "It is not said here (`-`), because it holds for a number of runs that was fixed beforehand");
    assert_says(&out, "the sequential test, which allows for that, says undetermined.");
    assert_does_not_say(&out, "of the time with");
    assert_says(&out, "with 3 to 14 runs and by the true SD");
    assert_says(&out,
                "| true SD (points) | says stable | says unstable | undetermined | runs |\n"
                "|--:|--:|--:|--:|--:|\n| 0.60 | 95% | <1% | 5% | 6.0 |\n| 1.80 | 3% | 95% | 2% | 4.2 |\n");
    text_clear(&out);
    terminal_report(&sample.report, &words_en, &out);
    assert_says(&out, "\nThe sequential test spared 34 of 70 planned runs.\n");
    assert_says(&out, "unstable (7 runs saved)");
    sample.settings[2].pending = 2;
    text_clear(&out);
    terminal_report(&sample.report, &words_en, &out);
    assert_says(&out, "spared 34 of 70 planned runs so far; 1 setting is not decided yet.\n");
    text_clear(&out);
    json_summary(&sample.report, &out);
    assert_says(&out, "\"operating\": [\n      {\n        \"sd\": 0.006,\n        \"stable\": 0.95,");
    assert_says(&out, "\"least_repeats\": 3,\n    \"design\": \"joint\",\n    \"levels\": null,");
    text_free(&out);
}

/* A fixed number of runs has no such lines; a bootstrap that has nothing to say of any setting no column. */
static void columns_that_say_nothing_are_not_there(void **state)
{
    (void)state;
    struct text out = {0};
    write_markdown(&out);
    assert_does_not_say(&out, "runs spared");
    assert_does_not_say(&out, "true SD (points)");
    assert_says(&out, "95% interval of the mean (bootstrap)");
    for (int i = 0; i < SAMPLE_SETTINGS; i++)
        sample.settings[i].certainty.mean_low = sample.settings[i].certainty.mean_high = NAN;
    write_markdown(&out);
    assert_does_not_say(&out, "95% interval of the mean (bootstrap)");
    text_free(&out);
}

/* Of ways that disagree each is told; else that they agree; else that there is only one. */
static void ways_that_disagree(void **state)
{
    (void)state;
    struct text out = {0};
    write_markdown(&out);
    assert_says(&out, "Beside `learning_rate=0.0001`: better by t, better by bootstrap, cannot tell by "
                      "Mann-Whitney.");
    assert_says(&out, "| 0.52 .. 5.48 | 0.11 .. 6.12 | 0.18 | 0.095 | >99% (57% .. >99%) | cannot tell |");
    assert_says(&out, "| -8.85 .. 4.85 | - .. 7.12 | 0.8 | inconclusive | 33% (-) | cannot tell |");
    sample.encounters[1].disagree = false;
    sample.encounters[1].by_ranks = REPORT_CLAIM_BETTER;
    write_markdown(&out);
    assert_says(&out, "agree on every setting.");
    sample.encounters[1].by_boot = sample.encounters[1].by_ranks = REPORT_CLAIM_NONE;
    write_markdown(&out);
    assert_says(&out, "Only one way to look at these differences has anything to say");
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_same_seeds, setup),
        cmocka_unit_test_setup(nothing_of_chance_without_a_plan, setup),
        cmocka_unit_test_setup(a_planned_setting_is_answered_first, setup),
        cmocka_unit_test_setup(sources_changed_alone_do_not_add_up, setup),
        cmocka_unit_test_setup(more_than_the_validation_set, setup),
        cmocka_unit_test_setup(two_seeds_cannot_tell, setup),
        cmocka_unit_test_setup(no_verdict_on_runs_that_share_seeds, setup),
        cmocka_unit_test_setup(what_can_be_told_of_a_plan, setup),
        cmocka_unit_test_setup(what_sources_do_to_each_other, setup),
        cmocka_unit_test_setup(several_planned_settings, setup),
        cmocka_unit_test_setup(what_a_sequential_test_spared, setup),
        cmocka_unit_test_setup(columns_that_say_nothing_are_not_there, setup),
        cmocka_unit_test_setup(ways_that_disagree, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
