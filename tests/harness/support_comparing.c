#include "tests/harness/support_comparing.h"
#include "tests/support_temporary.h"

#include "harness/stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 12 };

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

void bench_fill(struct folder *folder, const double *values, int settings, int repeats)
{
    struct store *store;
    if (folder->path[0] == '\0') temporary_folder(folder->path, sizeof folder->path);
    assert_int_equal(store_open(folder->path, STORE_WRITE, &store, NULL), STATUS_OK);
    assert_int_equal(store_save_plan(store, &folder->plan, NULL), STATUS_OK);
    for (int i = 0; i < settings * repeats; i++) {
        if (values[i] > BENCH_WAITS || isnan(values[i])) save_run(store, &folder->plan.runs[i], values[i]);
    }
    store_close(store);
}

void bench_fill_plainly(struct folder *folder, const double *values, int settings, int repeats)
{
    static const double rates[MOST] = {1e-4, 2e-4, 3e-4, 4e-4, 5e-4, 6e-4,
                                       7e-4, 8e-4, 9e-4, 1e-3, 2e-3, 3e-3};
    experiment_plan(rates, settings, repeats, 1, &folder->plan);
    bench_fill(folder, values, settings, repeats);
}

void bench_renumber(struct plan *plan, uint32_t first, uint32_t step)
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

int bench_set_up(void **state)
{
    stats_init();
    *state = calloc(1, sizeof(struct bench));
    return *state == NULL ? -1 : 0;
}

int bench_tear_down(void **state)
{
    struct bench *bench = *state;
    comparing_free(&bench->comparing);
    contenders_free(&bench->a);
    contenders_free(&bench->b);
    seed_book_free(&bench->book);
    if (bench->first.path[0] != '\0') temporary_remove(bench->first.path);
    if (bench->second.path[0] != '\0') temporary_remove(bench->second.path);
    plan_free(&bench->first.plan);
    plan_free(&bench->second.plan);
    free(bench);
    return 0;
}

struct compare_question bench_ask(const struct contenders *contenders)
{
    struct compare_question question = compare_question_default(5);
    question.resamples = 199;
    question.higher_is_better = contenders_higher_is_better(contenders);
    return question;
}

void bench_read(struct bench *bench, int metric)
{
    assert_int_equal(contenders_read(bench->first.path, metric, &bench->book, &bench->a, NULL), STATUS_OK);
}

void bench_compare_all(struct bench *bench)
{
    struct error error = {0};
    const struct compare_question question = bench_ask(&bench->a);
    if (comparing_all(&bench->a, &question, &bench->comparing, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

enum status bench_compare_folders(struct bench *bench, struct error *error)
{
    TRY(contenders_read(bench->second.path, CONTENDERS_OWN_METRIC, &bench->book, &bench->b, error));
    const struct compare_question question = bench_ask(&bench->a);
    return comparing_folders(&bench->a, &bench->b, &question, &bench->comparing, error);
}

struct retelling bench_retelling(const struct bench *bench)
{
    return (struct retelling){
        .a = &bench->a, .b = bench->b.folder == NULL ? NULL : &bench->b, .comparing = &bench->comparing};
}

void bench_assert_sentence(const struct bench *bench, size_t index, const char *expected)
{
    struct text sentence = {0};
    const struct retelling retelling = bench_retelling(bench);
    retelling_sentence(&retelling, &bench->comparing.encounters[index], &sentence);
    if (strstr(text_string(&sentence), expected) == NULL)
        fail_msg("'%s' is not in '%s'", expected, text_string(&sentence));
    text_free(&sentence);
}

void bench_assert_printed(const struct bench *bench, const char *expected)
{
    char *printed = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&printed, &length);
    const struct retelling retelling = bench_retelling(bench);
    assert_int_equal(retelling_print(&retelling, out, NULL), STATUS_OK);
    fclose(out);
    if (strstr(printed, expected) == NULL) fail_msg("'%s' is not in:\n%s", expected, printed);
    free(printed);
}
