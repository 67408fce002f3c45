#include "observations.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("recompute: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(1);
}

void *allocate(size_t count, size_t size)
{
    void *block = calloc(count + 1, size);
    if (block == NULL) fail("no memory for %zu x %zu bytes", count, size);
    return block;
}

static sqlite3 *store;

static sqlite3_stmt *query(const char *sql, const char *run)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store, sql, -1, &statement, NULL) != SQLITE_OK)
        fail("%s: %s", sql, sqlite3_errmsg(store));
    if (run != NULL) sqlite3_bind_text(statement, 1, run, -1, SQLITE_TRANSIENT);
    return statement;
}

static bool next(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) fail("%s", sqlite3_errmsg(store));
    sqlite3_finalize(statement);
    return false;
}

static double number(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? (double)__builtin_nanf("")
                                                                 : sqlite3_column_double(statement, column);
}

static void text(sqlite3_stmt *statement, int column, char *to, size_t size)
{
    snprintf(to, size, "%s", (const char *)sqlite3_column_text(statement, column));
}

static const void *blob(sqlite3_stmt *statement, int column, int bytes)
{
    if (sqlite3_column_bytes(statement, column) != bytes)
        fail("a blob has %d bytes in place of %d", sqlite3_column_bytes(statement, column), bytes);
    void *copy = allocate((size_t)bytes, 1);
    memcpy(copy, sqlite3_column_blob(statement, column), (size_t)bytes);
    return copy;
}

static int count_rows(const char *sql, const char *run)
{
    sqlite3_stmt *statement = query(sql, run);
    int count = next(statement) ? sqlite3_column_int(statement, 0) : 0;
    sqlite3_finalize(statement);
    return count;
}

static void read_plan(struct observations *all)
{
    sqlite3_stmt *row = query(
        "SELECT base, name, repeats, metric, mode, design, levels, vary, seed, max_spread, alpha, sigma0 "
        "FROM experiment",
        NULL);
    if (!next(row)) fail("the store has no experiment");
    all->base = json_tokener_parse((const char *)sqlite3_column_text(row, 0));
    text(row, 1, all->name, sizeof all->name);
    int *whole[] = {&all->repeats, &all->metric, &all->mode, &all->design, &all->levels, &all->vary};
    for (int i = 0; i < 6; i++)
        *whole[i] = sqlite3_column_int(row, 2 + i);
    all->seed = (uint32_t)sqlite3_column_int64(row, 8);
    all->max_spread = number(row, 9);
    all->alpha = number(row, 10);
    all->sigma0 = number(row, 11);
    sqlite3_finalize(row);
    for (row = query("SELECT key FROM sweep ORDER BY position", NULL); next(row);)
        text(row, 0, all->swept[all->swept_count++], TEXT);
    all->settings = allocate((size_t)count_rows("SELECT count(*) FROM setting", NULL), sizeof *all->settings);
    for (row = query("SELECT label, spec FROM setting ORDER BY position", NULL); next(row);) {
        struct setting *setting = &all->settings[all->setting_count++];
        text(row, 0, setting->label, sizeof setting->label);
        setting->spec = json_tokener_parse((const char *)sqlite3_column_text(row, 1));
    }
}

static void read_steps(struct run *run)
{
    run->steps = allocate((size_t)count_rows("SELECT count(*) FROM step WHERE run_id = ?", run->id),
                          sizeof *run->steps);
    sqlite3_stmt *row =
        query("SELECT step, loss, grad_norm, logged, train_loss FROM step WHERE run_id = ? ORDER BY position",
              run->id);
    while (next(row))
        run->steps[run->step_count++] = (struct step){.step = sqlite3_column_int64(row, 0),
                                                      .loss = number(row, 1),
                                                      .grad_norm = number(row, 2),
                                                      .logged = sqlite3_column_int(row, 3) != 0,
                                                      .train_loss = number(row, 4)};
}

static void read_evaluations(struct run *run, int examples)
{
    run->evaluations =
        allocate((size_t)count_rows("SELECT count(*) FROM evaluation WHERE run_id = ?", run->id),
                 sizeof *run->evaluations);
    sqlite3_stmt *row =
        query("SELECT step, predictions, losses, loss, accuracy, precision, recall, f1, f1_macro "
              "FROM evaluation WHERE run_id = ? ORDER BY position",
              run->id);
    while (next(row)) {
        struct evaluation *evaluation = &run->evaluations[run->evaluation_count++];
        evaluation->step = sqlite3_column_int64(row, 0);
        evaluation->predictions = blob(row, 1, examples);
        evaluation->losses = blob(row, 2, 4 * examples);
        for (int i = 0; i < 6; i++)
            evaluation->claimed[i] = number(row, 3 + i);
    }
}

static void read_run(struct run *run, int *examples)
{
    sqlite3_stmt *row = query("SELECT outcome, reason FROM result WHERE run_id = ?", run->id);
    if (!next(row)) fail("run %s has no result: the experiment is not finished", run->id);
    text(row, 0, run->outcome, sizeof run->outcome);
    text(row, 1, run->reason, sizeof run->reason);
    sqlite3_finalize(row);
    row = query("SELECT validation_samples, validation_labels, train_samples, parameters, labels FROM "
                "run_begin WHERE run_id = ?",
                run->id);
    if (next(row)) {
        *examples = sqlite3_column_int(row, 0);
        run->labels = blob(row, 1, *examples);
        run->train_samples = sqlite3_column_int64(row, 2);
        run->parameters = sqlite3_column_int64(row, 3);
        run->classes = sqlite3_column_int(row, 4);
        sqlite3_finalize(row);
    }
    row = query("SELECT digest, best_step FROM run_end WHERE run_id = ?", run->id);
    run->best_claimed = -1;
    if (next(row)) {
        text(row, 0, run->digest, sizeof run->digest);
        run->best_claimed = sqlite3_column_int64(row, 1);
        sqlite3_finalize(row);
    }
    read_steps(run);
    read_evaluations(run, *examples);
}

void observations_read(const char *path, struct observations *all)
{
    *all = (struct observations){0};
    if (sqlite3_open_v2(path, &store, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        fail("%s: %s", path, sqlite3_errmsg(store));
    read_plan(all);
    all->runs = allocate((size_t)count_rows("SELECT count(*) FROM planned", NULL), sizeof *all->runs);
    sqlite3_stmt *row = query(
        "SELECT id, setting, repeat, seed_init, seed_order, seed_dropout FROM planned ORDER BY position",
        NULL);
    while (next(row)) {
        struct run *run = &all->runs[all->run_count++];
        text(row, 0, run->id, sizeof run->id);
        run->setting = sqlite3_column_int(row, 1);
        run->repeat = sqlite3_column_int(row, 2);
        for (int i = 0; i < STREAMS; i++)
            run->seed[i] = (uint32_t)sqlite3_column_int64(row, 3 + i);
    }
    for (int i = 0; i < all->run_count; i++)
        read_run(&all->runs[i], &all->examples);
    sqlite3_close(store);
}

static struct json_object *value_of(const struct setting *setting, const char *key)
{
    struct json_object *value = NULL;
    if (!json_object_object_get_ex(setting->spec, key, &value)) fail("the plan has no %s", key);
    return value;
}

double setting_number(const struct setting *setting, const char *key)
{
    return json_object_get_double(value_of(setting, key));
}

const char *setting_text(const struct setting *setting, const char *key)
{
    return json_object_get_string(value_of(setting, key));
}
