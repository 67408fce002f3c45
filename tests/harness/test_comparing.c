/* Who is compared with whom, pairs, failed and missing runs, Holm, the luck of the best, and the words for
 * it. Folders are filled by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/support_comparing.h"
#include "tests/support_temporary.h"

#include <math.h>
#include <string.h>

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) fail_msg("%.17g is not %.17g", actual, expected);
}

/* Seeds are shared within an experiment. Differences 10, 9, 11 points: mean 10, SD 1, t = 10 / (1 / sqrt
 * 3); 97.5% quantile of t with two degrees of freedom 4.302653, p = 1 - t / sqrt(2 + t^2). */
static void pairs_of_one_folder(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85, 0.70, 0.72, 0.74};
    bench_fill_plainly(&bench->first, values, 2, 3);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    bench_compare_all(bench);
    assert_int_equal(bench->comparing.kind, COMPARING_EACH);
    assert_int_equal(bench->comparing.count, 1);
    const struct comparison *c = &bench->comparing.encounters[0].comparison;
    double t = 10 * sqrt(3);
    assert_int_equal(c->basis, COMPARE_BY_PAIRS);
    assert_int_equal(c->paired.n, 3);
    assert_near(c->paired.value, 0.10, 1e-12);
    assert_near(c->paired.interval.low, 0.10 - 4.302653 * 0.01 / sqrt(3), 1e-7);
    assert_near(c->p, 1 - t / sqrt(2 + t * t), 1e-9);
    assert_int_equal(c->verdict, COMPARE_A_BETTER);
    assert_true(c->a_beats_b == 1);
    assert_false(comparing_is_inconclusive(&bench->comparing));
    bench_assert_sentence(
        bench, 0,
        "learning_rate=0.0001 is better than learning_rate=0.0002 by 10.00 points (95% interval 7.52 to "
        "12.48; 3 pairs of runs with the same seeds; p 0.0033).");
    /* Three a side: the ranks cannot say anything, and say so. */
    bench_assert_printed(bench, "  inconclusive    1.00 (-) ");
    bench_assert_printed(bench, "Nor is there an interval (-) of the probability that A beats B.");
    bench_assert_printed(bench, "\nMann-Whitney: with fewer than 4 runs");
    bench_assert_printed(bench, "\nBootstrap: with fewer than 4 runs");
    bench_assert_printed(bench, "\nThe best mean of 2 settings is that of learning_rate=0.0001, 0.8200.");
}

/* Lower is better: the loss is 1 - F1, so the verdict is the same and the difference has the other sign. */
static void a_loss_is_better_when_lower(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85, 0.70, 0.72, 0.74};
    bench_fill_plainly(&bench->first, values, 2, 3);
    bench_read(bench, METRIC_EVAL_LOSS);
    bench_compare_all(bench);
    const struct comparison *c = &bench->comparing.encounters[0].comparison;
    assert_near(c->paired.value, -0.10, 1e-12);
    assert_int_equal(c->verdict, COMPARE_A_BETTER);
    assert_true(c->a_beats_b == 1);
    bench_assert_sentence(bench, 0, "by 0.1000 (95% interval 0.0752 to 0.1248;");
    assert_int_equal(bench->comparing.selection.best, 0);
    assert_true(bench->comparing.selection.corrected >= bench->comparing.selection.mean);
}

/* Other seeds: Welch. Equal n and SDs 1: t = 4 / sqrt(2 / 4) = 5.657 with 6 degrees of freedom, by which p
 * would be .00131; at other true SDs so small a p comes .00332 of the time (scipy, as in test_welch.c). The
 * ranks are fully apart: p = 2 / (8 choose 4) = 2 / 70. */
static void folders_without_common_seeds(void **state)
{
    struct bench *bench = *state;
    const double b = 0.01 * sqrt(3) / 2, first[] = {0.5 - b, 0.5 - b, 0.5 + b, 0.5 + b};
    const double second[] = {0.54 + b, 0.54 - b, 0.54 + b, 0.54 - b};
    bench_fill_plainly(&bench->first, first, 1, 4);
    experiment_plan((double[]){1e-4}, 1, 4, 1, &bench->second.plan);
    bench_renumber(&bench->second.plan, 70000, 1);
    bench_fill(&bench->second, second, 1, 4);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(bench_compare_folders(bench, NULL), STATUS_OK);
    const struct comparison *c = &bench->comparing.encounters[0].comparison;
    assert_int_equal(c->basis, COMPARE_BY_WELCH);
    assert_int_equal(c->paired.n, 0);
    assert_near(c->welch.df, 6, 1e-9);
    assert_near(c->p, 0.00332, 1e-5);
    assert_near(c->ranks.p, 2.0 / 70, 1e-12);
    assert_true(compare_beats(c).low == 0 && compare_beats(c).high < 0.5);
    bench_assert_printed(bench, "0.00 (0.00 .. 0.4");
    assert_int_equal(c->verdict, COMPARE_B_BETTER);
    bench_assert_sentence(
        bench, 0,
        "B is better than A by 4.00 points (95% interval 2.21 to 5.79; 4 and 4 runs that share no "
        "seeds; p 0.0033).");
    assert_false(bench->comparing.has_selection);
}

/* Two nights with the same seeds and the same bits: an answer, though there is no p. */
static void the_same_runs(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85};
    bench_fill_plainly(&bench->first, values, 1, 3);
    bench_fill_plainly(&bench->second, values, 1, 3);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(bench_compare_folders(bench, NULL), STATUS_OK);
    assert_true(bench->comparing.encounters[0].identical);
    assert_int_equal(bench->comparing.encounters[0].comparison.verdict, COMPARE_INCONCLUSIVE);
    assert_false(comparing_is_inconclusive(&bench->comparing));
    bench_assert_sentence(bench, 0, "the same runs: all 3 pairs are equal to the last bit.");
}

/* Ties: every pair differs by the same 2 points, up to the rounding of doubles, which is no scale to judge
 * by. */
static void ties_have_no_scale(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.85, 0.86, 0.87, 0.83, 0.84, 0.85};
    bench_fill_plainly(&bench->first, values, 2, 3);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    bench_compare_all(bench);
    const struct comparison *c = &bench->comparing.encounters[0].comparison;
    assert_int_equal(c->basis, COMPARE_BY_PAIRS);
    assert_true(isnan(c->p));
    assert_int_equal(c->verdict, COMPARE_INCONCLUSIVE);
    assert_near(c->a_beats_b, 8.5 / 9, 1e-12); /* 0.85 against 0.85 counts half */
    assert_true(comparing_is_inconclusive(&bench->comparing));
    bench_assert_sentence(bench, 0, "inconclusive: the difference is 2.00 points in each of 3 pairs");
}

/* Differences 1, -1, 0 points: mean 0, SD 1, so the interval is -+ 4.302653 / sqrt 3 = 2.48 points. */
static void a_margin_makes_equivalence(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.81, 0.80, 0.85, 0.80, 0.81, 0.85};
    bench_fill_plainly(&bench->first, values, 2, 3);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    bench_compare_all(bench);
    bench_assert_sentence(
        bench, 0,
        "which chance alone can do (95% interval -2.48 to 2.48, with 0 in it; 3 pairs of runs with "
        "the same seeds; p 1). More runs could tell; this is not \"no difference\".");
    comparing_free(&bench->comparing);
    struct compare_question question = bench_ask(&bench->a);
    question.margin = 0.025;
    assert_int_equal(comparing_all(&bench->a, &question, &bench->comparing, NULL), STATUS_OK);
    assert_int_equal(bench->comparing.encounters[0].comparison.verdict, COMPARE_EQUIVALENT);
    bench_assert_sentence(
        bench, 0,
        "equivalent: whatever the difference is, it is within the margin of 2.50 points (95% "
        "interval -2.48 to 2.48; 3 pairs");
}

static void too_few_runs(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, BENCH_WAITS, BENCH_WAITS, 0.70,       0.72,
                             0.74, BENCH_FAILS, BENCH_FAILS, BENCH_WAITS};
    bench_fill_plainly(&bench->first, values, 3, 3);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(bench->a.items[0].pending, 2);
    bench_compare_all(bench);
    assert_int_equal(bench->comparing.count, 3);
    assert_int_equal(bench->comparing.family, 0);
    assert_int_equal(bench->comparing.encounters[0].comparison.verdict, COMPARE_INCONCLUSIVE);
    assert_int_equal(bench->comparing.encounters[1].comparison.verdict, COMPARE_UNDEFINED);
    bench_assert_sentence(bench, 0,
                          "inconclusive: 1 and 3 finished runs are too few; at least 3 of each are needed.");
    bench_assert_sentence(bench, 1,
                          "undefined; learning_rate=0.0003 has no finished run, 2 failed, 1 not there yet.");
    assert_true(comparing_is_inconclusive(&bench->comparing));
    bench_assert_printed(bench, "1 and 3  1, 0  -");
}

/* The better mean with more failures is not called better; a metric that is undefined is a failure as well.
 */
static void failed_runs_stay_in_the_verdict(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85, 0.82, BENCH_FAILS, NAN, 0.70, 0.72, 0.74, 0.72, 0.71, 0.73};
    bench_fill_plainly(&bench->first, values, 2, 6);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    bench_compare_all(bench);
    const struct comparison *c = &bench->comparing.encounters[0].comparison;
    assert_int_equal(c->a.n, 4);
    assert_int_equal(c->a.undefined, 2);
    assert_int_equal(c->b.n, 6);
    assert_int_equal(c->ranks.n_a, 6);
    assert_int_equal(c->verdict, COMPARE_INCONCLUSIVE);
    assert_near(c->a_beats_b, 4.0 / 6, 1e-12);
    bench_assert_sentence(
        bench, 0,
        "inconclusive: the finished runs of learning_rate=0.0001 are better by 10.00 points, but more of "
        "its runs failed (2, against 0). Failed runs: 2 of learning_rate=0.0001, 0 of "
        "learning_rate=0.0002; as ranks, they are the worst.");
}

/* Three settings of four runs: Holm multiplies the smallest p by 3, the next by 2, and keeps their order. */
static void holm_over_every_pair(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.70, 0.72, 0.71, 0.73, 0.72, 0.75, 0.74, 0.74, 0.90, 0.91, 0.93, 0.90};
    bench_fill_plainly(&bench->first, values, 3, 4);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    bench_compare_all(bench);
    const struct encounter *e = bench->comparing.encounters;
    assert_int_equal(bench->comparing.family, 3);
    assert_int_equal(e[0].b->number, 2);
    assert_int_equal(e[1].b->number, 3);
    assert_int_equal(e[2].a->number, 2);
    size_t order[3] = {0, 1, 2};
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = i + 1; j < 3; j++) {
            if (e[order[j]].comparison.p >= e[order[i]].comparison.p) continue;
            size_t kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
    }
    double least = 0;
    for (size_t i = 0; i < 3; i++) {
        least = fmax(least, fmin(1, (3 - (double)i) * e[order[i]].comparison.p));
        assert_near(e[order[i]].comparison.adjusted_p, least, 1e-15);
    }
    /* Differences 2, 3, 3, 1 points: t = 2.25 / (0.957 / 2) = 4.70, p = .018; it is the largest, so it stays.
     */
    assert_near(e[0].comparison.p, 0.0182, 5e-5);
    assert_int_equal(e[0].comparison.verdict, COMPARE_B_BETTER);
    bench_assert_sentence(bench, 0, "by Holm for 3 comparisons).");
}

/* Copies, by dead seeds, weigh nothing: the comparison and the luck of the best are those of the different
 * runs alone. */
static void copies_weigh_nothing(void **state)
{
    struct bench *bench = *state;
    const double plain[] = {0.80, 0.84, 0.83, 0.79, 0.70, 0.75, 0.71, 0.73};
    const double copied[] = {0.80, 0.84, 0.83, 0.79, 0.79, 0.79, 0.70, 0.75, 0.71, 0.73, 0.73, 0.73};
    bench_fill_plainly(&bench->first, plain, 2, 4);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    bench_compare_all(bench);
    const struct comparison before = bench->comparing.encounters[0].comparison;
    const struct selection luck = bench->comparing.selection;
    comparing_free(&bench->comparing);
    contenders_free(&bench->a);
    temporary_remove(bench->first.path);
    plan_free(&bench->first.plan);
    bench->first.path[0] = '\0';
    /* Repeats 5 and 6 have the seed of init, and so the digest, of repeat 4, and seeds of dropout of their
     * own. */
    experiment_plan((double[]){1e-4, 2e-4}, 2, 6, 1, &bench->first.plan);
    for (size_t i = 0; i < bench->first.plan.run_count; i++) {
        struct run_spec spec;
        struct plan_run *run = &bench->first.plan.runs[i];
        if (run->repeat > 3) run->seed_init = 301;
        plan_run_spec(&bench->first.plan, i, &spec);
        assert_int_equal(run_spec_id(&spec, run->id, NULL), STATUS_OK);
    }
    bench_fill(&bench->first, copied, 2, 6);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    bench_compare_all(bench);
    const struct comparison *after = &bench->comparing.encounters[0].comparison;
    assert_int_equal(bench->a.items[0].twins, 2);
    assert_int_equal(after->paired.n, 4);
    assert_true(after->p == before.p && after->ranks.p == before.ranks.p);
    assert_true(after->paired.bootstrap.low == before.paired.bootstrap.low);
    assert_true(after->welch.bootstrap.high == before.welch.bootstrap.high);
    assert_true(bench->comparing.selection.bias == luck.bias && bench->comparing.selection.mean == luck.mean);
}

/* The best with each other, as in a report, and every pair, as in `ftbench compare`: the same p by Holm of a
 * pair. */
static void both_ways_correct_alike(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.800, 0.812, 0.806, 0.801, 0.790, 0.813,
                             0.798, 0.802, 0.770, 0.781, 0.774, 0.776};
    bench_fill_plainly(&bench->first, values, 3, 4);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    bench_compare_all(bench);
    struct comparing chosen;
    const struct compare_question question = bench_ask(&bench->a);
    assert_int_equal(comparing_chosen(&bench->a, 1, &question, &chosen, NULL), STATUS_OK);
    assert_int_equal(chosen.count, 2);
    assert_int_equal(chosen.family, bench->comparing.family);
    const struct comparison *with_first = &bench->comparing.encounters[0].comparison;
    const struct comparison *with_last = &bench->comparing.encounters[2].comparison;
    assert_true(with_first->adjusted_p > with_first->p || with_last->adjusted_p > with_last->p);
    assert_near(chosen.encounters[0].comparison.adjusted_p, with_first->adjusted_p, 1e-12);
    assert_near(chosen.encounters[1].comparison.adjusted_p, with_last->adjusted_p, 1e-12);
    comparing_free(&chosen);
}

/* Ten settings: the best with each other, corrected for all 45 pairs, since it was chosen by the same runs.
 * One pair alone would be believed. */
static void many_settings_meet_the_best(void **state)
{
    struct bench *bench = *state;
    double values[10 * 4];
    for (int i = 0; i < 40; i++)
        values[i] = 0.60 + 0.005 * (i / 4) + 0.01 * ((i * 7 + i / 4) % 3);
    for (int i = 24; i < 28; i++)
        values[i] = 0.70 + 0.01 * (i % 2);
    bench_fill_plainly(&bench->first, values, 10, 4);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    bench_compare_all(bench);
    assert_int_equal(bench->comparing.kind, COMPARING_WITH_BEST);
    assert_int_equal(bench->comparing.count, 9);
    assert_int_equal(bench->comparing.family, 45);
    double smallest = 1;
    const struct comparison *clearest = NULL;
    for (size_t i = 0; i < 9; i++) {
        const struct encounter *e = &bench->comparing.encounters[i];
        assert_int_equal(e->a->number, 7);
        assert_int_not_equal(e->b->number, 7);
        if (e->comparison.p < smallest) clearest = &bench->comparing.encounters[i].comparison;
        smallest = fmin(smallest, e->comparison.p);
    }
    assert_non_null(clearest);
    assert_near(clearest->adjusted_p, fmin(1, 45 * smallest), 1e-15);
    /* Some p would be enough alone, and are not among so many. */
    size_t withdrawn = 0;
    for (size_t i = 0; i < 9; i++) {
        const struct comparison *c = &bench->comparing.encounters[i].comparison;
        if (c->p > 0.05 || c->adjusted_p <= 0.05) continue;
        assert_int_equal(c->verdict, COMPARE_INCONCLUSIVE);
        bench_assert_sentence(bench, i, ", which would count if it were the only comparison (p ");
        withdrawn++;
    }
    assert_true(withdrawn > 0);
    assert_int_equal(bench->comparing.selection.best, 6);
    bench_assert_printed(bench, "its best setting with each other, by f1");
    /* The same two, alone. */
    struct comparing two;
    const struct compare_question question = bench_ask(&bench->a);
    const size_t pair[2] = {6, 9};
    assert_int_equal(comparing_two(&bench->a, pair, &question, &two, NULL), STATUS_OK);
    assert_int_equal(two.kind, COMPARING_TWO);
    assert_int_equal(two.family, 1);
    assert_true(two.encounters[0].comparison.adjusted_p == two.encounters[0].comparison.p);
    assert_false(two.has_selection);
    comparing_free(&two);
}

/* What a report refuses is not compared here either: by design most runs share seeds. */
static void designs_are_refused(void **state)
{
    struct bench *bench = *state;
    struct error error = {0};
    struct text line = {0};
    const double values[] = {0.80, 0.81, 0.85, 0.70, 0.72, 0.74};
    bench_fill_plainly(&bench->first, values, 2, 3);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(contenders_check_independent(&bench->a, &error), STATUS_OK);
    bench->a.plan.experiment.design = DESIGN_LATIN;
    assert_int_equal(contenders_check_independent(&bench->a, &error), STATUS_USAGE);
    assert_non_null(
        strstr(error.text, "share seeds by design (design = latin), so they are not independent"));
    const struct retelling retelling = {.a = &bench->a};
    retelling_refusal_json(&retelling, error.text, &line);
    assert_non_null(strstr(text_string(&line), "{\"kind\":\"comparison\",\"metric\":\"f1\","));
    assert_non_null(strstr(text_string(&line), "\"design\":\"latin\"},\"p\":null,\"verdict\":\"undefined\","
                                               "\"reason\":\"compare: the runs of "));
    text_free(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pairs_of_one_folder, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(a_loss_is_better_when_lower, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(folders_without_common_seeds, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(the_same_runs, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(ties_have_no_scale, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(a_margin_makes_equivalence, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(too_few_runs, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(failed_runs_stay_in_the_verdict, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(holm_over_every_pair, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(copies_weigh_nothing, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(both_ways_correct_alike, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(designs_are_refused, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(many_settings_meet_the_best, bench_set_up, bench_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
