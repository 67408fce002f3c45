#include "reports/curves.h"
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

static int setup(void **state)
{
    (void)state;
    sample_fill(&sample);
    return 0;
}

static void set_courses(enum report_course first, enum report_course second, enum report_course third)
{
    sample.runs[9].course = first;
    sample.runs[10].course = second;
    sample.runs[11].course = third;
}

/* What the metric did where validation loss rose, and what to make of it. */
static void overfit_by_the_metric_too(void **state)
{
    (void)state;
    struct text out = {0};
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out,
                "**Overfit by the loss; by F1 too?** Validation loss rose from its lowest in 3 runs, yet F1 "
                "ended higher than it was there in 2 of 3 (by more than its noise in 2); in 1 it fell from "
                "its best by more than its noise. So the loss makes it look worse than it is");
    assert_says(
        &out, "In run `00000000000000d1`, validation loss rose from step 100 on, yet F1 went from 0.7900 to "
              "0.8300 (noise 0.0200).");
    assert_says(
        &out, "In run `00000000000000d3`, validation loss rose from step 100 on, and F1 fell from 0.8600 at "
              "its best (step 75) to 0.8100 (noise 0.0300).");
    assert_says(&out, "what 200 validation samples leave open");
    text_clear(&out);
    set_courses(REPORT_METRIC_LEVEL, REPORT_METRIC_UNKNOWN, REPORT_METRIC_LEVEL);
    curves_tables(&sample.report, &words_en, &out);
    assert_says(
        &out, "in 3 runs, yet F1 ended higher than it was there in 1 of 2 (by more than its noise in 0); in "
              "none did it fall");
    assert_says(&out, "neither helped nor harmed F1 for sure");
    text_clear(&out);
    set_courses(REPORT_METRIC_UNKNOWN, REPORT_METRIC_UNKNOWN, REPORT_METRIC_FELL);
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out, "and F1 ended no higher than it was there in any of 1; in 1 it fell");
    assert_says(&out, "got worse at the task itself");
    text_clear(&out);
    set_courses(REPORT_METRIC_UNKNOWN, REPORT_METRIC_UNKNOWN, REPORT_METRIC_UNKNOWN);
    curves_tables(&sample.report, &words_en, &out);
    assert_does_not_say(&out, "Overfit by the loss");
    text_free(&out);
}

/* 7 converged and 1 overfit: 21 of 28 pairs. What to make of it depends on which classes they are. */
static void runs_that_disagree(void **state)
{
    (void)state;
    struct text out = {0};
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out, "| `learning_rate=0.001` | 3 | overfit | 100% | 100% |");
    assert_does_not_say(&out, "two runs drawn at random");
    text_clear(&out);
    sample.settings[1].agreement =
        (struct report_agreement){.n = 8,
                                  .classes = {[REPORT_CONVERGED] = 7, [REPORT_OVERFIT] = 1},
                                  .most = REPORT_CONVERGED,
                                  .share = 0.875,
                                  .pairs = 0.75};
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out, "| `learning_rate=0.0001` | 8 | converged | 88% | 75% |");
    assert_says(&out,
                "- `learning_rate=0.0001`: 7 of 8 runs converged, 1 overfit; two runs drawn at random agree "
                "75% of the time. All learned;");
    text_clear(&out);
    sample.settings[1].agreement.classes[REPORT_OVERFIT] = 0;
    sample.settings[1].agreement.classes[REPORT_STALLED] = 1;
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out,
                "7 of 8 runs converged, 1 stalled; two runs drawn at random agree 75% of the time. **Chance "
                "decides whether a run learns at all**");
    text_clear(&out);
    /* those that learn are not done, and the other may begin later */
    sample.settings[1].states[REPORT_STILL_IMPROVING] = 7;
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out, "agree 75% of the time. These runs are early");
    assert_does_not_say(&out, "Chance decides");
    text_clear(&out);
    sample.settings[1].agreement.classes[REPORT_CONVERGED] = 0;
    sample.settings[1].agreement.classes[REPORT_OSCILLATING] = 7;
    sample.settings[1].agreement.most = REPORT_OSCILLATING;
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out,
                "7 of 8 runs oscillated, 1 stalled; two runs drawn at random agree 75% of the time. None "
                "learned");
    text_free(&out);
}

/* Of one run nothing is said as of most. */
static void one_overfit_run(void **state)
{
    (void)state;
    struct text out = {0};
    set_courses(REPORT_METRIC_UNKNOWN, REPORT_METRIC_UNKNOWN, REPORT_METRIC_FELL);
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out, "So this run got worse at the task itself. In run");
    assert_does_not_say(&out, "most of these");
    text_free(&out);
}

/* What is on already is not advised. */
static void the_best_is_kept_already(void **state)
{
    (void)state;
    static const struct report_fact facts[] = {{"load_best_model_at_end", "yes"},
                                               {"metric_for_best_model", "f1"}};
    struct text out = {0};
    sample.settings[1].agreement =
        (struct report_agreement){.n = 8,
                                  .classes = {[REPORT_CONVERGED] = 7, [REPORT_OVERFIT] = 1},
                                  .most = REPORT_CONVERGED,
                                  .share = 0.875,
                                  .pairs = 0.75};
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out, "or keep the evaluation with the best F1 (`load_best_model_at_end`)");
    text_clear(&out);
    sample.report.fixed = facts;
    sample.report.fixed_count = 2;
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out, "The evaluation with the best F1 is kept in any case.");
    assert_does_not_say(&out, "load_best_model_at_end");
    text_free(&out);
}

/* One run each: agreement is undefined, and nothing is said of it; of a setting among others it is a dash. */
static void too_few_runs_to_agree(void **state)
{
    (void)state;
    struct text out = {0};
    const struct report_agreement one = {
        .n = 1, .classes = {[REPORT_CONVERGED] = 1}, .most = REPORT_CONVERGED, .share = 1, .pairs = NAN};
    sample.settings[0].agreement = (struct report_agreement){.share = NAN, .pairs = NAN};
    sample.settings[1].agreement = one;
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out, "| `learning_rate=0.00001` | 0 | - | - | - |");
    assert_says(&out, "| `learning_rate=0.0001` | 1 | converged | 100% | - |");
    text_clear(&out);
    for (int i = 0; i < SAMPLE_SETTINGS; i++)
        sample.settings[i].agreement = one;
    curves_tables(&sample.report, &words_en, &out);
    assert_does_not_say(&out, "Do the runs of a setting agree?");
    text_free(&out);
}

/* The run that is pending is in no row; the others are, folded when they are many. */
static void a_row_for_each_run(void **state)
{
    (void)state;
    struct text out = {0};
    curves_tables(&sample.report, &words_en, &out);
    assert_says(&out, "<details><summary>Each of the 14 runs</summary>\n\n| run |");
    assert_says(
        &out,
        "| `00000000000000d1` | `learning_rate=0.001` | 1 | 0.8300 | 175 | overfit | It fell by 50% \\| "
        "and rose. | `01234567` |");
    assert_says(&out, "| `00000000000000e2` | `learning_rate=0.01` | 2 | - | - | oscillating, diverged | ");
    assert_does_not_say(&out, "`00000000000000e3`");
    text_clear(&out);
    sample.runs[9].one_class = true;
    sample.runs[10].outcome = REPORT_TIMED_OUT;
    sample.runs[10].has_class = false;
    sample.runs[10].seen = "";
    for (int i = 0; i < 2; i++)
        sample.runs[i].outcome = REPORT_PENDING;
    curves_tables(&sample.report, &words_en, &out);
    assert_does_not_say(&out, "<details>");
    assert_says(&out, "| 175 | overfit; one class | ");
    assert_says(&out, "| 175 | - (timed out) | - | ");
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(overfit_by_the_metric_too, setup),
        cmocka_unit_test_setup(runs_that_disagree, setup),
        cmocka_unit_test_setup(one_overfit_run, setup),
        cmocka_unit_test_setup(the_best_is_kept_already, setup),
        cmocka_unit_test_setup(too_few_runs_to_agree, setup),
        cmocka_unit_test_setup(a_row_for_each_run, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
