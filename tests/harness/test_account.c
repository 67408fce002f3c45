#include "base/file.h"
#include "base/memory.h"
#include "harness/account.h"
#include "harness/collect.h"
#include "harness/findings.h"
#include "harness/judgement.h"
#include "tests/harness/support_experiment.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RATES = 3, REPEATS = 3, STEPS = 40, LOGGED = 20, EVALUATIONS = 6 };
static const double rates[RATES] = {1e-4, 1e-3, 1e-2};

/* F1 of each run; the second setting is the recipe's stable example. */
static const double f1[RATES][REPEATS] = {{0.70, 0.75, 0.80}, {0.83, 0.84, 0.85}, {0.5, 0.5, 0.5}};

/* An experiment in a store in a folder of its own. */
struct bench {
    char folder[SPEC_PATH_BYTES];
    struct store *store;
    struct plan plan;
    size_t without_f1; /* run that finishes with an undefined F1; 0: none */
    int one_class;     /* setting whose first two runs give every sample the same class; 0: none */
    long steps;        /* that runs say they did; 0: STEPS */
    int evaluations;   /* how many are stored, the one of step 0 among them; 0: all */
};

static int open_bench(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    experiment_folder(bench->folder);
    experiment_plan(rates, RATES, REPEATS, 10, &bench->plan);
    bench->plan.experiment.max_spread = 2;
    assert_int_equal(store_open(bench->folder, STORE_WRITE, &bench->store, NULL), STATUS_OK);
    assert_int_equal(store_save_plan(bench->store, &bench->plan, NULL), STATUS_OK);
    *state = bench;
    return 0;
}

static int close_bench(void **state)
{
    struct bench *bench = *state;
    store_close(bench->store);
    plan_free(&bench->plan);
    experiment_remove(bench->folder);
    free(bench);
    return 0;
}

/* Store a run: losses fall from 0.7 and level off, or stay where they are. */
static void save_run(struct bench *bench, size_t index, enum run_outcome outcome, bool learns, double seconds)
{
    const struct plan_run *planned = &bench->plan.runs[index];
    struct observed_step steps[STEPS];
    struct observed_evaluation evaluations[EVALUATIONS];
    struct observed_note note = {"duplicates", "2 texts are in both parts"};
    struct run_record record = {.setting = planned->setting,
                                .repeat = planned->repeat,
                                .seed_init = planned->seed_init,
                                .seed_order = planned->seed_order,
                                .seed_dropout = planned->seed_dropout,
                                .outcome = outcome,
                                .has_begin = true,
                                .has_end = outcome == RUN_DONE,
                                .wall_seconds = seconds,
                                .steps = steps,
                                .step_count = STEPS,
                                .evaluations = evaluations,
                                .evaluation_count = EVALUATIONS,
                                .notes = &note,
                                .note_count = 1};
    memset(steps, 0, sizeof steps);
    memset(evaluations, 0, sizeof evaluations);
    memcpy(record.id, planned->id, sizeof record.id);
    for (int i = 0; i < STEPS; i++) {
        double loss = learns ? 0.2 + 0.5 * exp(-0.2 * (i + 1)) : 0.7;
        steps[i] = (struct observed_step){
            .step = i + 1, .loss = (float)loss, .logged = i % 2 == 1, .train_loss = loss};
    }
    int32_t all_one[] = {1, 1, 1, 1}, some[] = {1, 0, 1, 1};
    float losses[] = {0.3f, 0.3f, 0.3f, 0.3f};
    bool same = bench->one_class > 0 && planned->setting == bench->one_class && planned->repeat < 2;
    for (int i = 0; i < EVALUATIONS; i++)
        evaluations[i] = (struct observed_evaluation){.step = 8 * i,
                                                      .loss = learns ? 0.3 + 0.4 * exp(-1.6 * i) : 0.7,
                                                      .count = 4,
                                                      .predictions = same && i == 4 ? all_one : some,
                                                      .losses = losses};
    if (bench->evaluations > 0) record.evaluation_count = (size_t)bench->evaluations;
    record.begin = (struct observed_begin){.train_samples = 51,
                                           .validation_samples = 13,
                                           .labels = 2,
                                           .label_names = "neg, pos",
                                           .parameters = 7};
    memcpy(record.begin.run_id, planned->id, sizeof record.begin.run_id);
    snprintf(record.begin.host, sizeof record.begin.host, "host%d", (int)seconds);
    if (outcome == RUN_DONE) {
        double value = f1[planned->setting][planned->repeat];
        record.end = (struct observed_end){.steps = bench->steps > 0 ? bench->steps : STEPS,
                                           .best_step = 32,
                                           .loss = 0.3,
                                           .accuracy = value,
                                           .precision = value,
                                           .recall = value,
                                           .f1 = index > 0 && index == bench->without_f1 ? NAN : value,
                                           .f1_macro = value,
                                           .train_seconds = seconds / 2,
                                           .peak_memory_bytes = 1000 + (int)seconds};
        snprintf(record.end.digest, sizeof record.end.digest, "digest of %s", planned->id);
    } else {
        snprintf(record.reason, sizeof record.reason, "ended: %s", run_outcome_name(outcome));
    }
    struct error error = {0};
    if (store_save_run(bench->store, &record, &error) != STATUS_OK) fail_msg("%s", error.text);
}

/* Settings 0 and 1 learn, 2 stalls; `seconds` for what must not matter. */
static void save_all(struct bench *bench, double seconds)
{
    for (size_t i = 0; i < bench->plan.run_count; i++)
        save_run(bench, i, RUN_DONE, bench->plan.runs[i].setting < 2, seconds);
}

static void read_file(const struct bench *bench, const char *name, struct text *content)
{
    char path[SPEC_PATH_BYTES];
    struct error error = {0};
    assert_int_equal(file_join(bench->folder, name, path, sizeof path, NULL), STATUS_OK);
    text_clear(content);
    if (file_read(path, 0, content, &error) != STATUS_OK) fail_msg("%s", error.text);
}

static void everything_done(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    save_all(bench, 1);
    assert_int_equal(collect_findings(bench->store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    assert_int_equal(report->setting_count, RATES);
    assert_int_equal(report->run_count, RATES * REPEATS);
    assert_int_equal(report->settings[0].verdict, REPORT_UNSTABLE);
    assert_int_equal(report->settings[1].verdict, REPORT_STABLE);
    assert_true(fabs(report->settings[1].summary.mean - 0.84) < 1e-12);
    assert_int_equal(report->settings[2].classes[REPORT_STALLED], 3);
    assert_int_equal(report->recommendation, REPORT_TRUSTED);
    assert_int_equal(report->recommended, 1);
    assert_int_equal(report->left_out, 1);
    assert_true(report->settings[2].left_out && !report->settings[1].left_out);
    /* 1e-2 stalled above rates that learn: less of it helps, not more */
    assert_non_null(strstr(report->runs[RATES * REPEATS - 1].remedy, "Lower the learning rate"));
    /* 0.70, 0.75, 0.80: 0.75 -+ 4.303 * 0.05 / sqrt 3 */
    assert_true(fabs(report->settings[0].summary.low - 0.6258) < 1e-4);
    assert_int_equal(report->runs[0].class, REPORT_CONVERGED);
    assert_int_equal(report->runs[0].train_count, LOGGED);
    assert_int_equal(report->runs[0].evaluation_count, EVALUATIONS);
    assert_string_equal(report->settings[1].values[0], "0.001");
    assert_true(report->settings[1].numbers[0] == 0.001);
    assert_string_equal(report->model, "tiny");
    assert_int_equal(report->train_samples, 51);
    assert_int_equal(report->max_length, 128);
    assert_int_equal(report->column_count, 0);
    assert_string_equal(report->label_names, "neg, pos");
    assert_int_equal(report->note_count, 1);
    assert_int_equal(report->notes[0].runs, RATES * REPEATS);
    assert_string_equal(report->notes[0].code, "duplicates");
    findings_free(&findings);
}

/* Nothing is varied: repeats are twins, count once, and their digests are compared. The digests of this
 * file's runs name their ids, so they differ. */
static void the_same_seeds_count_once(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    struct plan *plan = &bench->plan;
    plan->experiment.vary = 0;
    for (size_t i = 0; i < plan->run_count; i++) {
        struct run_spec spec;
        plan->runs[i].seed_init = plan->runs[i].seed_order = plan->runs[i].seed_dropout = 7;
        plan_run_spec(plan, i, &spec);
        assert_int_equal(run_spec_id(&spec, plan->runs[i].id, NULL), STATUS_OK);
    }
    assert_int_equal(store_save_plan(bench->store, plan, NULL), STATUS_OK);
    save_all(bench, 1);
    assert_int_equal(collect_findings(bench->store, &findings, NULL), STATUS_OK);
    const struct report_setting *setting = &findings.report.settings[1];
    assert_int_equal(setting->done, REPEATS);
    assert_int_equal(setting->summary.n, 1);
    assert_int_equal(setting->verdict, REPORT_UNDEFINED);
    assert_int_equal(setting->twins, REPEATS - 1);
    assert_int_equal(setting->unequal, REPEATS - 1);
    findings_free(&findings);
}

/* Other seeds that change no bit are dead: such runs are copies of the first, and no evidence of stability.
 */
static void dead_seeds_count_once(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    save_all(bench, 1);
    assert_int_equal(collect_findings(bench->store, &findings, NULL), STATUS_OK);
    for (size_t i = 0; i < findings.report.setting_count; i++)
        assert_int_equal(findings.report.settings[i].dead, 0);
    /* as they come out of the store, but with the bits of the first repeat */
    for (size_t i = 0; i < bench->plan.run_count; i++) {
        const struct run_finding *first = &findings.runs[i - i % REPEATS];
        if (findings.report_runs[i].setting == 1 && i % REPEATS != 0)
            memcpy(findings.runs[i].digest, first->digest, sizeof first->digest);
    }
    memory_free(findings.settings);
    assert_int_equal(judgement_fill(&findings, NULL), STATUS_OK);
    const struct report_setting *setting = &findings.report.settings[1];
    assert_int_equal(setting->dead, REPEATS - 1);
    assert_int_equal(setting->twins, 0);
    assert_int_equal(setting->done, REPEATS);
    assert_int_equal(setting->summary.n, 1);
    assert_int_equal(setting->verdict, REPORT_UNDEFINED);
    assert_int_equal(findings.report.settings[0].dead, 0);
    assert_int_equal(findings.report.settings[0].summary.n, REPEATS);
    findings_free(&findings);
}

/* Two of three runs of the setting that was best give every sample the same class: their curves are fine, and
 * it is not recommended all the same. */
static void one_class_is_not_recommended(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    bench->one_class = 1;
    save_all(bench, 1);
    assert_int_equal(collect_findings(bench->store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    assert_int_equal(report->settings[0].one_class, 0);
    assert_int_equal(report->settings[1].one_class, 2);
    assert_int_equal(report->settings[1].classes[REPORT_CONVERGED], 3);
    assert_true(report->settings[1].left_out && !report->settings[1].too_short);
    assert_int_equal(report->recommendation, REPORT_LEAST_BAD);
    assert_int_equal(report->recommended, 0);
    assert_non_null(strstr(report->runs[REPEATS].remedy, "the same class"));
    assert_null(strstr(report->runs[REPEATS + 2].remedy, "the same class"));
    /* the better of the two such runs: 0.83 and 0.84 */
    assert_true(report->constant_metric == 0.84);
    findings_free(&findings);
}

/* Three evaluations do not tell whether a run learns, and what that is worth cannot be said. */
static void too_short_to_tell(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    bench->evaluations = 3;
    save_all(bench, 1);
    assert_int_equal(collect_findings(bench->store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    assert_int_equal(report->recommendation, REPORT_NOTHING);
    /* the third stalled, which train loss alone shows */
    assert_int_equal(report->left_out, RATES);
    assert_int_equal(report->too_short, 2);
    assert_true(report->settings[1].left_out && report->settings[1].too_short);
    assert_true(isnan(report->constant_metric));
    assert_int_equal(report->advice_count, 1);
    assert_int_equal(report->advice[0].kind, REPORT_SEE_MORE);
    findings_free(&findings);
}

/* All stall, but in 49 steps nothing else could be expected. */
static void stalled_in_a_few_steps(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    bench->steps = 49;
    for (size_t i = 0; i < bench->plan.run_count; i++)
        save_run(bench, i, RUN_DONE, false, 1);
    assert_int_equal(collect_findings(bench->store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    assert_non_null(strstr(report->runs[0].remedy, "Train longer"));
    assert_int_equal(report->recommendation, REPORT_NOTHING);
    assert_int_equal(report->advice[0].kind, REPORT_TRAIN_LONGER);
    /* three equal runs of the third setting: an interval of no width is none */
    assert_true(report->settings[2].summary.spread == 0);
    assert_true(isnan(report->settings[2].summary.low) && isnan(report->settings[2].summary.high));
    findings_free(&findings);
}

/* All stall: then more of the rate is what helps; and no mean lies outside 0 .. 1. */
static void stalled_without_a_lower_rate(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    bench->steps = 50;
    for (size_t i = 0; i < bench->plan.run_count; i++) {
        if (i % REPEATS != 1) save_run(bench, i, RUN_DONE, false, 1);
    }
    assert_int_equal(collect_findings(bench->store, &findings, NULL), STATUS_OK);
    for (size_t i = 0; i < findings.report.run_count; i++) {
        if (i % REPEATS != 1)
            assert_non_null(strstr(findings.report.runs[i].remedy, "Raise the learning rate"));
    }
    /* 0.70, 0.80: 0.75 -+ 12.706 * 0.0707 / sqrt 2 = 0.115 .. 1.385 */
    assert_true(fabs(findings.report.settings[0].summary.low - 0.1147) < 1e-4);
    assert_true(findings.report.settings[0].summary.high == 1);
    findings_free(&findings);
}

/* Nothing is stored but the plan: all pending, nothing a number. */
static void everything_pending(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    assert_int_equal(collect_findings(bench->store, &findings, NULL), STATUS_OK);
    const struct report *report = &findings.report;
    assert_int_equal(report->recommendation, REPORT_NOTHING);
    for (size_t i = 0; i < report->setting_count; i++) {
        assert_int_equal(report->settings[i].pending, REPEATS);
        assert_int_equal(report->settings[i].failed, 0);
        assert_int_equal(report->settings[i].summary.n, 0);
        assert_true(isnan(report->settings[i].summary.mean));
    }
    for (size_t i = 0; i < report->run_count; i++) {
        assert_int_equal(report->runs[i].outcome, REPORT_PENDING);
        assert_true(isnan(report->runs[i].f1) && isnan(report->runs[i].timing.wall_seconds));
        assert_false(report->runs[i].has_class);
    }
    findings_free(&findings);
}

/* Failed runs keep their reason and their curve and are in no mean; a diverged one has a class, a crashed one
 * not. */
static void failed_runs(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    save_run(bench, 3, RUN_DONE, true, 1);
    save_run(bench, 4, RUN_CRASHED, true, 1);
    save_run(bench, 5, RUN_DIVERGED, true, 1);
    assert_int_equal(collect_findings(bench->store, &findings, NULL), STATUS_OK);
    const struct report_setting *setting = &findings.report.settings[1];
    assert_int_equal(setting->done, 1);
    assert_int_equal(setting->failed, 2);
    assert_int_equal(setting->verdict, REPORT_UNSTABLE);
    assert_int_equal(setting->rule, REPORT_UNDEFINED);
    assert_true(setting->summary.mean == 0.83);
    const struct report_run *crashed = &findings.report.runs[4], *diverged = &findings.report.runs[5];
    assert_string_equal(crashed->reason, "ended: crashed");
    assert_false(crashed->has_class);
    assert_int_equal(crashed->train_count, LOGGED);
    assert_int_equal(crashed->steps, STEPS);
    assert_true(isnan(crashed->f1));
    assert_int_equal(diverged->class, REPORT_OSCILLATING);
    assert_int_equal(diverged->state, REPORT_STATE_DIVERGED);
    assert_int_equal(findings.report.recommendation, REPORT_UNPROVEN);
    findings_free(&findings);
}

/* What the verbs do: read once, write the files. */
static void write_files(const struct bench *bench)
{
    struct account *account = NULL;
    struct error error = {0};
    if (account_open(bench->store, &account, &error) != STATUS_OK) fail_msg("%s", error.text);
    if (account_write(account, bench->folder, &error) != STATUS_OK) fail_msg("%s", error.text);
    account_close(account);
}

/* What is printed; to be freed. */
static char *print_lines(const struct bench *bench)
{
    struct account *account = NULL;
    char *printed = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&printed, &length);
    assert_non_null(out);
    assert_int_equal(account_open(bench->store, &account, NULL), STATUS_OK);
    assert_int_equal(account_print(account, out, NULL), STATUS_OK);
    account_close(account);
    fclose(out);
    return printed;
}

static void assert_file_says(const struct bench *bench, const char *name, const char *what)
{
    struct text content = {0};
    read_file(bench, name, &content);
    if (strstr(content.data, what) == NULL) fail_msg("%s does not say '%s':\n%s", name, what, content.data);
    text_free(&content);
}

static void assert_printed(const struct bench *bench, const char *what)
{
    char *printed = print_lines(bench);
    if (strstr(printed, what) == NULL) fail_msg("the terminal does not say '%s':\n%s", what, printed);
    free(printed);
}

/* Runs that agree and one that crashed: unstable in the table, on the terminal and in summary.json, with the
 * rule on the finished ones beside it; and the setting is not recommended. */
static void a_crash_is_in_the_verdict(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    for (size_t i = 0; i < bench->plan.run_count; i++)
        save_run(bench, i, i == 5 ? RUN_CRASHED : RUN_DONE, i < 6, 1);
    assert_int_equal(collect_findings(bench->store, &findings, NULL), STATUS_OK);
    const struct report_setting *setting = &findings.report.settings[1];
    assert_int_equal(setting->verdict, REPORT_UNSTABLE);
    assert_int_equal(setting->rule, REPORT_STABLE);
    assert_true(setting->failing_low > 0.06 && setting->failing_high < 0.80); /* Wilson, 1 of 3 */
    assert_int_equal(findings.report.recommendation, REPORT_LEAST_BAD);
    findings_free(&findings);
    write_files(bench);
    assert_file_says(bench, "report.md", "| unstable (only 2 runs, **1 failed**, the other 2 agree) |");
    assert_file_says(bench, "report.md", "| 1 of 3 (6 .. 79%) |");
    assert_file_says(bench, "summary.json", "\"verdict\": \"unstable\",\n      \"rule\": \"stable\"");
    assert_printed(bench, "unstable (only 2 runs, 1 failed, the other 2 agree)");
    assert_printed(bench, "no setting is stable");
}

/* A run that finishes with an undefined F1 is named with its reason, counted, and fails the setting. */
static void an_undefined_metric_is_in_the_verdict(void **state)
{
    struct bench *bench = *state;
    struct findings findings;
    bench->without_f1 = 5;
    save_all(bench, 1);
    assert_int_equal(collect_findings(bench->store, &findings, NULL), STATUS_OK);
    const struct report_setting *setting = &findings.report.settings[1];
    assert_int_equal(setting->done, 3);
    assert_int_equal(setting->undefined, 1);
    assert_int_equal(setting->summary.n, 2);
    assert_int_equal(setting->verdict, REPORT_UNSTABLE);
    assert_string_equal(findings.report.runs[5].reason, "done, but its f1 is undefined");
    findings_free(&findings);
    write_files(bench);
    assert_file_says(bench, "report.md", "**1 without a metric**");
    assert_file_says(bench, "report.md", "1 of 9 runs finished without a defined F1.");
    assert_file_says(bench, "report.md", "| done, but its f1 is undefined |");
    assert_file_says(bench, "summary.json", "\"undefined\": 1");
    assert_file_says(bench, "runs.csv", ",done,\"done, but its f1 is undefined\",");
    assert_printed(bench, "1 without a metric, the other 2 agree");
}

/* The files; and again, from runs of another machine that took longer: runs.csv and summary.json are the same
 * bytes, timings.csv is not. */
static void files_do_not_depend_on_the_machine(void **state)
{
    struct bench *bench = *state;
    struct text runs = {0}, summary = {0}, timings = {0}, again = {0};
    save_all(bench, 1);
    write_files(bench);
    read_file(bench, "runs.csv", &runs);
    read_file(bench, "summary.json", &summary);
    read_file(bench, "timings.csv", &timings);
    read_file(bench, "report.md", &again);
    assert_non_null(strstr(again.data, "**Recommended: `learning_rate=0.001`**, with F1 0.8400"));

    void *other_state = NULL;
    open_bench(&other_state);
    struct bench *other = other_state;
    save_all(other, 9);
    write_files(other);
    read_file(other, "runs.csv", &again);
    assert_string_equal(runs.data, again.data);
    read_file(other, "summary.json", &again);
    assert_string_equal(summary.data, again.data);
    read_file(other, "timings.csv", &again);
    assert_string_not_equal(timings.data, again.data);
    assert_null(strstr(summary.data, "host"));
    close_bench(&other_state);
    text_free(&runs);
    text_free(&summary);
    text_free(&timings);
    text_free(&again);
}

static void the_terminal(void **state)
{
    struct bench *bench = *state;
    save_all(bench, 1);
    char *printed = print_lines(bench);
    assert_non_null(
        strstr(printed, "setting               n  mean F1  SD (points)  spread (points)  verdict"));
    assert_non_null(
        strstr(printed, "learning_rate=0.001   3   0.8400         1.00             2.00  stable"));
    assert_non_null(strstr(printed, "Recommended: learning_rate=0.001, with F1 0.8400"));
    assert_null(strchr(printed, '`'));
    assert_null(strchr(printed, '*'));
    free(printed);
}

/* A store without a plan says so. */
static void a_store_without_a_plan(void **state)
{
    (void)state;
    char folder[SPEC_PATH_BYTES];
    struct store *store = NULL;
    struct error error = {0};
    experiment_folder(folder);
    assert_int_equal(store_open(folder, STORE_WRITE, &store, NULL), STATUS_OK);
    long alive = memory_blocks_alive();
    struct account *account = NULL;
    assert_int_not_equal(account_open(store, &account, &error), STATUS_OK);
    assert_null(account);
    account_close(account);
    assert_int_equal(memory_blocks_alive(), alive);
    assert_true(error.text[0] != '\0');
    store_close(store);
    experiment_remove(folder);
}

/* Crashed, undefined and missing runs have no result: of nine runs 5 is without F1, 4 crashed, 8 is not
 * there. */
static void runs_without_a_result(void **state)
{
    struct bench *bench = *state;
    struct account *account = NULL;
    bench->without_f1 = 5;
    for (size_t i = 0; i + 1 < bench->plan.run_count; i++)
        save_run(bench, i, i == 4 ? RUN_CRASHED : RUN_DONE, true, 1);
    assert_int_equal(account_open(bench->store, &account, NULL), STATUS_OK);
    assert_int_equal(account_without_result(account), 3);
    account_close(account);
}

/* Each allocation in turn fails, up to the last: no leak, no crash, and the status says it. */
static void allocation_failures(void **state)
{
    struct bench *bench = *state;
    bool finished = false;
    int refused = 0;
    save_all(bench, 1);
    long alive = memory_blocks_alive();
    for (long n = 1; n < 10000 && !finished; n++) {
        struct findings findings;
        struct error error = {0};
        memory_fail_from(n);
        enum status status = collect_findings(bench->store, &findings, &error);
        memory_fail_from(0);
        finished = status == STATUS_OK;
        if (finished)
            findings_free(&findings);
        else
            assert_int_equal(status, STATUS_NO_MEMORY);
        refused += !finished;
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_true(finished);
    assert_true(refused > RATES * REPEATS);
    /* and the entry points, from their first allocation on; what was opened needs memory to be shown */
    FILE *out = tmpfile();
    struct account *account = NULL;
    assert_non_null(out);
    for (long n = 1; n <= 3; n++) {
        memory_fail_from(n);
        enum status opened = account_open(bench->store, &account, NULL);
        memory_fail_from(0);
        assert_int_equal(opened, STATUS_NO_MEMORY);
        assert_null(account);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(account_open(bench->store, &account, NULL), STATUS_OK);
    long held = memory_blocks_alive();
    memory_fail_from(1);
    enum status printed = account_print(account, out, NULL);
    enum status written = account_write(account, bench->folder, NULL);
    memory_fail_from(0);
    assert_int_equal(printed, STATUS_NO_MEMORY);
    assert_int_equal(written, STATUS_NO_MEMORY);
    assert_int_equal(memory_blocks_alive(), held);
    account_close(account);
    assert_int_equal(memory_blocks_alive(), alive);
    fclose(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_done, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(the_same_seeds_count_once, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(dead_seeds_count_once, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(one_class_is_not_recommended, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(too_short_to_tell, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(stalled_in_a_few_steps, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(stalled_without_a_lower_rate, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(everything_pending, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(failed_runs, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_crash_is_in_the_verdict, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(an_undefined_metric_is_in_the_verdict, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(files_do_not_depend_on_the_machine, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(the_terminal, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(runs_without_a_result, open_bench, close_bench),
        cmocka_unit_test(a_store_without_a_plan),
        cmocka_unit_test_setup_teardown(allocation_failures, open_bench, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
