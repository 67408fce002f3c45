/* Comparisons of stored settings and folders: who is compared with whom, pairs, failed and missing runs,
 * Holm, the words and the lines. Folders are filled by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "harness/compare/comparing.h"
#include "harness/compare/retelling.h"
#include "harness/stats/stats.h"
#include "tests/harness/support_experiment.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 12 };

/* What a run of a filled folder gives. */
#define FAILS (-1.0)
#define WAITS (-2.0)

struct folder {
    char path[SPEC_PATH_BYTES];
    struct plan plan;
};

/* Everything that a comparison holds. */
struct bench {
    struct folder first, second;
    struct seed_book book;
    struct contenders a, b;
    struct comparing comparing;
};

static void save_run(struct store *store, const struct plan_run *planned, double value)
{
    struct error error = {0};
    bool done = value >= 0 || isnan(value);
    struct run_record record = {.setting = planned->setting,
                                .repeat = planned->repeat,
                                .seed_init = planned->seed_init,
                                .seed_order = planned->seed_order,
                                .seed_dropout = planned->seed_dropout,
                                .outcome = done ? RUN_DONE : RUN_CRASHED,
                                .has_begin = true,
                                .has_end = done};
    memcpy(record.id, planned->id, sizeof record.id);
    memcpy(record.begin.run_id, planned->id, sizeof record.begin.run_id);
    snprintf(record.begin.program, sizeof record.begin.program, "trainer");
    snprintf(record.begin.commit, sizeof record.begin.commit, "abc");
    record.end = (struct observed_end){.best_step = 0,
                                       .f1 = value,
                                       .f1_macro = value / 2,
                                       .accuracy = value,
                                       .precision = value,
                                       .recall = value,
                                       .loss = 1 - value};
    snprintf(record.end.digest, sizeof record.end.digest, "%.10g by %u", value, planned->seed_init);
    if (!done) snprintf(record.reason, sizeof record.reason, "killed");
    if (store_save_run(store, &record, &error) != STATUS_OK) fail_msg("%s", error.text);
}

/* A folder with rates 1, 2, ... times 1e-4 and values[setting][repeat]. */
static void fill(struct folder *folder, const double *values, int settings, int repeats)
{
    struct store *store;
    if (folder->path[0] == '\0') experiment_folder(folder->path);
    assert_int_equal(store_open(folder->path, STORE_WRITE, &store, NULL), STATUS_OK);
    assert_int_equal(store_save_plan(store, &folder->plan, NULL), STATUS_OK);
    for (int i = 0; i < settings * repeats; i++) {
        if (values[i] > WAITS || isnan(values[i])) save_run(store, &folder->plan.runs[i], values[i]);
    }
    store_close(store);
}

static void fill_plainly(struct folder *folder, const double *values, int settings, int repeats)
{
    static const double rates[MOST] = {1e-4, 2e-4, 3e-4, 4e-4, 5e-4, 6e-4,
                                       7e-4, 8e-4, 9e-4, 1e-3, 2e-3, 3e-3};
    experiment_plan(rates, settings, repeats, 1, &folder->plan);
    fill(folder, values, settings, repeats);
}

/* New seeds for all runs, and the ids that follow from them. */
static void renumber(struct plan *plan, uint32_t first, uint32_t step)
{
    for (size_t i = 0; i < plan->run_count; i++) {
        struct run_spec spec;
        plan->runs[i].seed_init = first + step * (uint32_t)plan->runs[i].repeat;
        plan_run_spec(plan, i, &spec);
        spec.seed_init = plan->runs[i].seed_init;
        spec.replica = step == 0 ? (uint32_t)plan->runs[i].repeat : 0;
        assert_int_equal(run_spec_id(&spec, plan->runs[i].id, NULL), STATUS_OK);
    }
}

static int set_up(void **state)
{
    stats_init();
    *state = calloc(1, sizeof(struct bench));
    return *state == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    comparing_free(&bench->comparing);
    contenders_free(&bench->a);
    contenders_free(&bench->b);
    seed_book_free(&bench->book);
    if (bench->first.path[0] != '\0') experiment_remove(bench->first.path);
    if (bench->second.path[0] != '\0') experiment_remove(bench->second.path);
    plan_free(&bench->first.plan);
    plan_free(&bench->second.plan);
    free(bench);
    return 0;
}

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) fail_msg("%.17g is not %.17g", actual, expected);
}

static struct compare_question ask(const struct contenders *contenders)
{
    struct compare_question question = compare_question_default(5);
    question.resamples = 199;
    question.higher_is_better = contenders_higher_is_better(contenders);
    return question;
}

static void read_first(struct bench *bench, int metric)
{
    assert_int_equal(contenders_read(bench->first.path, metric, &bench->book, &bench->a, NULL), STATUS_OK);
}

static void compare_all(struct bench *bench)
{
    struct error error = {0};
    const struct compare_question question = ask(&bench->a);
    if (comparing_all(&bench->a, &question, &bench->comparing, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static enum status compare_folders(struct bench *bench, struct error *error)
{
    TRY(contenders_read(bench->second.path, CONTENDERS_OWN_METRIC, &bench->book, &bench->b, error));
    const struct compare_question question = ask(&bench->a);
    return comparing_folders(&bench->a, &bench->b, &question, &bench->comparing, error);
}

static struct retelling retelling_of(const struct bench *bench)
{
    return (struct retelling){
        .a = &bench->a, .b = bench->b.folder == NULL ? NULL : &bench->b, .comparing = &bench->comparing};
}

static void assert_sentence(const struct bench *bench, size_t index, const char *expected)
{
    struct text sentence = {0};
    const struct retelling retelling = retelling_of(bench);
    retelling_sentence(&retelling, &bench->comparing.encounters[index], &sentence);
    if (strstr(text_string(&sentence), expected) == NULL)
        fail_msg("'%s' is not in '%s'", expected, text_string(&sentence));
    text_free(&sentence);
}

static void assert_printed(const struct bench *bench, const char *expected)
{
    char *printed = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&printed, &length);
    const struct retelling retelling = retelling_of(bench);
    assert_int_equal(retelling_print(&retelling, out, NULL), STATUS_OK);
    fclose(out);
    if (strstr(printed, expected) == NULL) fail_msg("'%s' is not in:\n%s", expected, printed);
    free(printed);
}

/* Seeds are shared within an experiment. Differences 10, 9, 11 points: mean 10, SD 1, t = 10 / (1 / sqrt
 * 3); 97.5% quantile of t with two degrees of freedom 4.302653, p = 1 - t / sqrt(2 + t^2). */
static void pairs_of_one_folder(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85, 0.70, 0.72, 0.74};
    fill_plainly(&bench->first, values, 2, 3);
    read_first(bench, CONTENDERS_OWN_METRIC);
    compare_all(bench);
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
    assert_sentence(
        bench, 0,
        "learning_rate=0.0001 is better than learning_rate=0.0002 by 10.00 points (95% interval 7.52 to "
        "12.48; 3 pairs of runs with the same seeds; p 0.0033).");
    /* Three a side: the ranks cannot say anything, and say so. */
    assert_printed(bench, "  inconclusive    1.00 ");
    assert_printed(bench, "\nMann-Whitney: with fewer than 4 runs");
    assert_printed(bench, "\nBootstrap: with fewer than 4 runs");
    assert_printed(bench, "\nThe best mean of 2 settings is that of learning_rate=0.0001, 0.8200.");
}

/* Lower is better: the loss is 1 - F1, so the verdict is the same and the difference has the other sign. */
static void a_loss_is_better_when_lower(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85, 0.70, 0.72, 0.74};
    fill_plainly(&bench->first, values, 2, 3);
    read_first(bench, METRIC_EVAL_LOSS);
    compare_all(bench);
    const struct comparison *c = &bench->comparing.encounters[0].comparison;
    assert_near(c->paired.value, -0.10, 1e-12);
    assert_int_equal(c->verdict, COMPARE_A_BETTER);
    assert_true(c->a_beats_b == 1);
    assert_sentence(bench, 0, "by 0.1000 (95% interval 0.0752 to 0.1248;");
    assert_int_equal(bench->comparing.selection.best, 0);
    assert_true(bench->comparing.selection.corrected >= bench->comparing.selection.mean);
}

/* Other seeds: Welch. Equal n and SDs 1: t = 4 / sqrt(2 / 4) = 5.657 with 6 degrees of freedom, p = .00131.
 * The ranks are fully apart: p = 2 / (8 choose 4) = 2 / 70. */
static void folders_without_common_seeds(void **state)
{
    struct bench *bench = *state;
    const double b = 0.01 * sqrt(3) / 2, first[] = {0.5 - b, 0.5 - b, 0.5 + b, 0.5 + b};
    const double second[] = {0.54 + b, 0.54 - b, 0.54 + b, 0.54 - b};
    fill_plainly(&bench->first, first, 1, 4);
    experiment_plan((double[]){1e-4}, 1, 4, 1, &bench->second.plan);
    renumber(&bench->second.plan, 70000, 1);
    fill(&bench->second, second, 1, 4);
    read_first(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(compare_folders(bench, NULL), STATUS_OK);
    const struct comparison *c = &bench->comparing.encounters[0].comparison;
    assert_int_equal(c->basis, COMPARE_BY_WELCH);
    assert_int_equal(c->paired.n, 0);
    assert_near(c->welch.df, 6, 1e-9);
    assert_near(c->p, 0.00131, 5e-6);
    assert_near(c->ranks.p, 2.0 / 70, 1e-12);
    assert_int_equal(c->verdict, COMPARE_B_BETTER);
    assert_sentence(
        bench, 0,
        "B is better than A by 4.00 points (95% interval 2.27 to 5.73; 4 and 4 runs that share no "
        "seeds; p 0.0013).");
    assert_false(bench->comparing.has_selection);
}

/* Two nights with the same seeds and the same bits: an answer, though there is no p. */
static void the_same_runs(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85};
    fill_plainly(&bench->first, values, 1, 3);
    fill_plainly(&bench->second, values, 1, 3);
    read_first(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(compare_folders(bench, NULL), STATUS_OK);
    assert_true(bench->comparing.encounters[0].identical);
    assert_int_equal(bench->comparing.encounters[0].comparison.verdict, COMPARE_INCONCLUSIVE);
    assert_false(comparing_is_inconclusive(&bench->comparing));
    assert_sentence(bench, 0, "the same runs: all 3 pairs are equal to the last bit.");
}

/* Ties: every pair differs by the same 2 points, up to the rounding of doubles, which is no scale to judge
 * by. */
static void ties_have_no_scale(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.85, 0.86, 0.87, 0.83, 0.84, 0.85};
    fill_plainly(&bench->first, values, 2, 3);
    read_first(bench, CONTENDERS_OWN_METRIC);
    compare_all(bench);
    const struct comparison *c = &bench->comparing.encounters[0].comparison;
    assert_int_equal(c->basis, COMPARE_BY_PAIRS);
    assert_true(isnan(c->p));
    assert_int_equal(c->verdict, COMPARE_INCONCLUSIVE);
    assert_near(c->a_beats_b, 8.5 / 9, 1e-12); /* 0.85 against 0.85 counts half */
    assert_true(comparing_is_inconclusive(&bench->comparing));
    assert_sentence(bench, 0, "inconclusive: the difference is 2.00 points in each of 3 pairs");
}

/* Differences 1, -1, 0 points: mean 0, SD 1, so the interval is -+ 4.302653 / sqrt 3 = 2.48 points. */
static void a_margin_makes_equivalence(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.81, 0.80, 0.85, 0.80, 0.81, 0.85};
    fill_plainly(&bench->first, values, 2, 3);
    read_first(bench, CONTENDERS_OWN_METRIC);
    compare_all(bench);
    assert_sentence(
        bench, 0,
        "which chance alone can do (95% interval -2.48 to 2.48, with 0 in it; 3 pairs of runs with "
        "the same seeds; p 1). More runs could tell; this is not \"no difference\".");
    comparing_free(&bench->comparing);
    struct compare_question question = ask(&bench->a);
    question.margin = 0.025;
    assert_int_equal(comparing_all(&bench->a, &question, &bench->comparing, NULL), STATUS_OK);
    assert_int_equal(bench->comparing.encounters[0].comparison.verdict, COMPARE_EQUIVALENT);
    assert_sentence(bench, 0,
                    "equivalent: whatever the difference is, it is within the margin of 2.50 points (95% "
                    "interval -2.48 to 2.48; 3 pairs");
}

static void too_few_runs(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, WAITS, WAITS, 0.70, 0.72, 0.74, FAILS, FAILS, WAITS};
    fill_plainly(&bench->first, values, 3, 3);
    read_first(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(bench->a.items[0].pending, 2);
    compare_all(bench);
    assert_int_equal(bench->comparing.count, 3);
    assert_int_equal(bench->comparing.family, 0);
    assert_int_equal(bench->comparing.encounters[0].comparison.verdict, COMPARE_INCONCLUSIVE);
    assert_int_equal(bench->comparing.encounters[1].comparison.verdict, COMPARE_UNDEFINED);
    assert_sentence(bench, 0,
                    "inconclusive: 1 and 3 finished runs are too few; at least 3 of each are needed.");
    assert_sentence(bench, 1,
                    "undefined; learning_rate=0.0003 has no finished run, 2 failed, 1 not there yet.");
    assert_true(comparing_is_inconclusive(&bench->comparing));
    assert_printed(bench, "1 and 3  1, 0  -");
}

/* The better mean with more failures is not called better; a metric that is undefined is a failure as well.
 */
static void failed_runs_stay_in_the_verdict(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85, 0.82, FAILS, NAN, 0.70, 0.72, 0.74, 0.72, 0.71, 0.73};
    fill_plainly(&bench->first, values, 2, 6);
    read_first(bench, CONTENDERS_OWN_METRIC);
    compare_all(bench);
    const struct comparison *c = &bench->comparing.encounters[0].comparison;
    assert_int_equal(c->a.n, 4);
    assert_int_equal(c->a.undefined, 2);
    assert_int_equal(c->b.n, 6);
    assert_int_equal(c->ranks.n_a, 6);
    assert_int_equal(c->verdict, COMPARE_INCONCLUSIVE);
    assert_near(c->a_beats_b, 4.0 / 6, 1e-12);
    assert_sentence(
        bench, 0,
        "inconclusive: the finished runs of learning_rate=0.0001 are better by 10.00 points, but more of "
        "its runs failed (2, against 0). Failed runs: 2 of learning_rate=0.0001, 0 of "
        "learning_rate=0.0002; as ranks, they are the worst.");
}

/* Other seeds that changed no bit make no other run. */
static void the_same_bits_count_once(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.80, 0.80, 0.70, 0.71, 0.70};
    experiment_plan((double[]){1e-4, 2e-4}, 2, 3, 1, &bench->first.plan);
    for (size_t i = 0; i < bench->first.plan.run_count; i++) {
        struct run_spec spec;
        struct plan_run *run = &bench->first.plan.runs[i];
        run->seed_init = 1; /* what save_run's digest depends on; dropout's seeds stay different */
        plan_run_spec(&bench->first.plan, i, &spec);
        assert_int_equal(run_spec_id(&spec, run->id, NULL), STATUS_OK);
    }
    fill(&bench->first, values, 2, 3);
    read_first(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(bench->a.items[0].side.count, 1);
    assert_int_equal(bench->a.items[0].twins, 2);
    assert_int_equal(bench->a.items[1].side.count, 2);
    assert_int_equal(bench->a.items[1].twins, 1);
}

/* Repeats of a seed are one run; one of them that failed is still a failure. */
static void the_same_seeds_count_once(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.80, FAILS, 0.70, 0.70, 0.70};
    experiment_plan((double[]){1e-4, 2e-4}, 2, 3, 1, &bench->first.plan);
    for (size_t i = 0; i < bench->first.plan.run_count; i++)
        bench->first.plan.runs[i].seed_order = bench->first.plan.runs[i].seed_dropout = 7;
    bench->first.plan.experiment.vary = 0;
    renumber(&bench->first.plan, 7, 0);
    fill(&bench->first, values, 2, 3);
    read_first(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(bench->a.items[0].side.count, 2);
    assert_int_equal(bench->a.items[0].twins, 1);
    assert_int_equal(bench->a.items[1].side.count, 1);
    assert_int_equal(bench->a.items[1].twins, 2);
    assert_true(bench->a.items[0].side.seeds[0] == bench->a.items[1].side.seeds[0]);
    assert_true(isnan(bench->a.items[0].side.values[1]));
    assert_true(bench->a.items[0].side.seeds[1] != bench->a.items[0].side.seeds[0]);
}

/* Three settings of four runs: Holm multiplies the smallest p by 3, the next by 2, and keeps their order. */
static void holm_over_every_pair(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.70, 0.72, 0.71, 0.73, 0.72, 0.75, 0.74, 0.74, 0.90, 0.91, 0.93, 0.90};
    fill_plainly(&bench->first, values, 3, 4);
    read_first(bench, CONTENDERS_OWN_METRIC);
    compare_all(bench);
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
    assert_sentence(bench, 0, "by Holm for 3 comparisons).");
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
    fill_plainly(&bench->first, values, 10, 4);
    read_first(bench, CONTENDERS_OWN_METRIC);
    compare_all(bench);
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
        assert_sentence(bench, i, ", which would count if it were the only comparison (p ");
        withdrawn++;
    }
    assert_true(withdrawn > 0);
    assert_int_equal(bench->comparing.selection.best, 6);
    assert_printed(bench, "its best setting with each other, by f1");
    /* The same two, alone. */
    struct comparing two;
    const struct compare_question question = ask(&bench->a);
    const size_t pair[2] = {6, 9};
    assert_int_equal(comparing_two(&bench->a, pair, &question, &two, NULL), STATUS_OK);
    assert_int_equal(two.kind, COMPARING_TWO);
    assert_int_equal(two.family, 1);
    assert_true(two.encounters[0].comparison.adjusted_p == two.encounters[0].comparison.p);
    assert_false(two.has_selection);
    comparing_free(&two);
}

static void names_of_settings(void **state)
{
    struct bench *bench = *state;
    struct error error = {0};
    size_t index = 99;
    double values[10] = {0};
    fill_plainly(&bench->first, values, 10, 1);
    read_first(bench, CONTENDERS_OWN_METRIC);
    assert_int_equal(contenders_find(&bench->a, "learning_rate=0.0003", &index, NULL), STATUS_OK);
    assert_int_equal(index, 2);
    assert_int_equal(contenders_find(&bench->a, "10", &index, NULL), STATUS_OK);
    assert_int_equal(index, 9);
    assert_int_equal(contenders_find(&bench->a, "learning_rate=0.001", &index, NULL), STATUS_OK);
    assert_int_equal(index, 9);
    assert_int_equal(contenders_find(&bench->a, "learning_rate=0.0", &index, &error), STATUS_USAGE);
    assert_non_null(strstr(error.text, "is the start of more than one setting of "));
    static const char *const unknown[] = {"11", "0", "-1", "batch_size=3", ""};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_int_equal(contenders_find(&bench->a, unknown[i], &index, &error), STATUS_USAGE);
        assert_non_null(strstr(error.text, "; its settings, by number or label: 1 learning_rate=0.0001; 2 "));
    }
    const size_t pair[2] = {3, 3};
    const struct compare_question question = ask(&bench->a);
    assert_int_equal(comparing_two(&bench->a, pair, &question, &bench->comparing, &error), STATUS_USAGE);
    assert_string_equal(error.text, "compare: both settings are 'learning_rate=0.0004'");
}

static void refuse_folders(struct bench *bench, const char *expected)
{
    struct error error = {0};
    contenders_free(&bench->b);
    assert_int_equal(compare_folders(bench, &error), STATUS_USAGE);
    if (strstr(error.text, expected) == NULL) fail_msg("'%s' is not in '%s'", expected, error.text);
}

/* A second folder whose plan `change` alters. */
static void fill_changed(struct bench *bench, void (*change)(struct plan *plan))
{
    const double values[] = {0.80, 0.81, 0.85};
    if (bench->second.path[0] != '\0') experiment_remove(bench->second.path);
    bench->second.path[0] = '\0';
    plan_free(&bench->second.plan);
    experiment_plan((double[]){1e-4}, 1, 3, 1, &bench->second.plan);
    change(&bench->second.plan);
    fill(&bench->second, values, 1, 3);
}

static void judge_by_loss(struct plan *plan)
{
    plan->experiment.metric = METRIC_EVAL_LOSS;
}

static void split_otherwise(struct plan *plan)
{
    plan->experiment.base.split_seed++;
    plan->settings[0].spec.split_seed++;
}

static void rename_setting(struct plan *plan)
{
    snprintf(plan->settings[0].label, sizeof plan->settings[0].label, "other");
}

static void train_longer(struct plan *plan)
{
    plan->experiment.base.epochs = 5;
    plan->settings[0].spec.epochs = 5;
}

static void folders_that_do_not_fit(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85};
    fill_plainly(&bench->first, values, 1, 3);
    read_first(bench, CONTENDERS_OWN_METRIC);
    fill_changed(bench, judge_by_loss);
    refuse_folders(bench, " by eval_loss; say by which to compare with --metric");
    fill_changed(bench, split_otherwise);
    refuse_folders(bench, " were validated on different examples ");
    fill_changed(bench, rename_setting);
    refuse_folders(bench, "compare: no setting of ");
    /* What does not spoil the comparison is said. */
    fill_changed(bench, train_longer);
    contenders_free(&bench->b);
    assert_int_equal(compare_folders(bench, NULL), STATUS_OK);
    assert_printed(bench, "\ndifferent in A / B: epochs 1 / 5\n");
    struct error error = {0};
    const struct compare_question question = ask(&bench->a);
    comparing_free(&bench->comparing);
    assert_int_equal(comparing_all(&bench->a, &question, &bench->comparing, &error), STATUS_USAGE);
    assert_non_null(strstr(error.text, " has a single setting, and nothing to compare it with"));
}

static void lines_for_programs(void **state)
{
    struct bench *bench = *state;
    struct text lines = {0};
    const double values[] = {0.80, 0.81, 0.85, 0.70, 0.72, FAILS, WAITS, WAITS, WAITS};
    fill_plainly(&bench->first, values, 3, 3);
    read_first(bench, CONTENDERS_OWN_METRIC);
    compare_all(bench);
    const struct retelling retelling = retelling_of(bench);
    retelling_json(&retelling, &lines);
    int count = 0;
    for (size_t i = 0; i < lines.length; i++)
        count += lines.data[i] == '\n';
    assert_int_equal(count, 4); /* three pairs and the selection */
    static const char *const members[] = {
        "{\"kind\":\"comparison\",\"metric\":\"f1\",\"lower_is_better\":false,\"confidence\":0.95,",
        "\"margin\":0,\"a\":{\"setting\":\"learning_rate=0.0001\",\"folder\":\"",
        "\"number\":2,\"n\":2,\"failed\":1,\"pending\":0,\"twins\":0,\"mean\":0.71,",
        "\"number\":3,\"n\":0,\"failed\":0,\"pending\":3,\"twins\":0,\"mean\":null,",
        "\"basis\":\"nothing\",\"paired\":{\"n\":2,\"difference\":",
        "\"mann_whitney\":{\"n_a\":3,\"n_b\":3,\"p\":null,\"smallest_p\":0.",
        "\"inconclusive\":true},\"p\":null,\"adjusted_p\":null,\"family\":0,\"identical\":false,",
        "\"verdict\":\"undefined\",\"sentence\":\"undefined; ",
        "{\"kind\":\"selection\",\"settings\":2,\"best\":\"learning_rate=0.0001\",\"mean\":0.82,\"bias\":"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strstr(lines.data, members[i]) == NULL) fail_msg("'%s' is not in:\n%s", members[i], lines.data);
    }
    text_free(&lines);
}

/* All of the work, twice: one folder and two. */
static enum status do_all(const struct bench *bench, FILE *out)
{
    struct seed_book book = {0};
    struct contenders a = {0}, b = {0};
    struct comparing comparing = {0};
    struct text lines = {0};
    struct compare_question question = compare_question_default(5);
    size_t index;
    enum status status;
    question.resamples = 9;
    TRY_TO(done, contenders_read(bench->first.path, CONTENDERS_OWN_METRIC, &book, &a, NULL));
    TRY_TO(done, contenders_read(bench->second.path, CONTENDERS_OWN_METRIC, &book, &b, NULL));
    TRY_TO(done, comparing_all(&a, &question, &comparing, NULL));
    status = contenders_find(&a, "nothing", &index, NULL);
    if (status == STATUS_NO_MEMORY) goto done;
    const struct retelling one = {.a = &a, .comparing = &comparing};
    TRY_TO(done, retelling_print(&one, out, NULL));
    comparing_free(&comparing);
    TRY_TO(done, comparing_folders(&a, &b, &question, &comparing, NULL));
    const struct retelling both = {.a = &a, .b = &b, .comparing = &comparing};
    TRY_TO(done, retelling_print(&both, out, NULL));
    retelling_json(&both, &lines);
    status = text_status(&lines, NULL);
done:
    text_free(&lines);
    comparing_free(&comparing);
    contenders_free(&a);
    contenders_free(&b);
    seed_book_free(&book);
    return status;
}

static void allocations_may_fail(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85, 0.70, 0.72, FAILS};
    fill_plainly(&bench->first, values, 2, 3);
    fill_plainly(&bench->second, values, 2, 3);
    FILE *out = tmpfile();
    assert_non_null(out);
    long alive = memory_blocks_alive(), failures = 0;
    for (long n = 1;; n++) {
        memory_fail_from(n);
        enum status status = do_all(bench, out);
        memory_fail_from(0);
        assert_int_equal(memory_blocks_alive(), alive);
        if (status == STATUS_OK) break;
        assert_int_equal(status, STATUS_NO_MEMORY);
        failures++;
    }
    assert_true(failures > 40);
    fclose(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pairs_of_one_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_loss_is_better_when_lower, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folders_without_common_seeds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ties_have_no_scale, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_margin_makes_equivalence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_few_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failed_runs_stay_in_the_verdict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_bits_count_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_seeds_count_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(holm_over_every_pair, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_settings_meet_the_best, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_of_settings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folders_that_do_not_fit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_for_programs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(allocations_may_fail, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
