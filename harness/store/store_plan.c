/* The plan in the store: written anew each time, read back equal. */
#include "base/memory.h"
#include "harness/store/row.h"
#include "harness/store/store_handle.h"
#include "trainer/spec/keys.h"

#include <stdlib.h>
#include <string.h>

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Count the stored runs that are not among the sorted `ids`; `stranger` is the first. */
static enum status count_strangers(struct database *database, const char **ids, size_t count, long *strangers,
                                   char stranger[RUN_ID_BYTES], struct error *error)
{
    struct query query = {0};
    bool row = false;
    enum status status;
    TRY_TO(done, row_select(database, &table_result, "ORDER BY rowid", &query, error));
    for (;;) {
        TRY_TO(done, query_next(&query, &row, error));
        if (!row) break;
        char id[RUN_ID_BYTES];
        TRY_TO(done, row_read_text(&query, 0, id, sizeof id, error));
        const char *key = id;
        if (bsearch(&key, ids, count, sizeof *ids, compare_ids) != NULL) continue;
        if ((*strangers)++ == 0) memcpy(stranger, id, sizeof id);
    }
done:
    query_close(&query);
    return status;
}

/* The run spec in own column `index`, which is JSON. */
static enum status read_spec(const struct query *query, int index, struct run_spec *spec, struct error *error)
{
    const unsigned char *json = sqlite3_column_text(query->statement, index);
    if (json == NULL)
        return error_set(error, STATUS_BAD_INPUT, "%s: damaged: a run spec cannot be read",
                         query->database->path);
    return run_spec_from_json((const char *)json, spec, error);
}

/* What of the plan is another than the store's, as a part of a sentence: settings, and files, whose change
 * does not show in the ini. */
static void add_change(const char *before, const char *before_digest, const char *now, const char *now_digest,
                       struct text *changes)
{
    if (before_digest[0] == '\0' || now_digest[0] == '\0' || strcmp(before_digest, now_digest) == 0) return;
    if (strcmp(before, now) == 0)
        text_addf(changes, "%s has changed: its digest was %s and is %s; ", now, before_digest, now_digest);
    else
        text_addf(changes, "%s (digest %s) takes the place of %s (digest %s); ", now, now_digest, before,
                  before_digest);
}

static void add_settings(const struct run_spec *before, const struct run_spec *now, struct text *changes)
{
    for (size_t i = 0; i < run_key_count; i++) {
        const struct key *key = &run_keys[i];
        char was[SPEC_NAME_BYTES], is[SPEC_NAME_BYTES];
        if (!key_is_setting(key)) continue;
        key_get(key, before, was, sizeof was);
        key_get(key, now, is, sizeof is);
        if (strcmp(was, is) != 0)
            text_addf(changes, "[%s] %s was %s and is %s; ", key->section, key->name, was, is);
    }
}

static void add_changes(const struct run_spec *before, const struct run_spec *now, struct text *changes)
{
    add_settings(before, now, changes);
    add_change(before->model_path, before->model_digest, now->model_path, now->model_digest, changes);
    add_change(before->train_path, before->train_digest, now->train_path, now->train_digest, changes);
    add_change(before->validation_path, before->validation_digest, now->validation_path,
               now->validation_digest, changes);
}

/* The run spec of what is not swept, as the store has it; `found`: a plan is stored. */
static enum status load_base(struct database *database, struct run_spec *base, bool *found,
                             struct error *error)
{
    struct query query = {0};
    enum status status;
    TRY_TO(done, row_select(database, &table_experiment, "", &query, error));
    TRY_TO(done, query_next(&query, found, error));
    if (*found) status = read_spec(&query, 0, base, error);
done:
    query_close(&query);
    return status;
}

enum status store_plan_changes(struct store *store, const struct plan *plan, struct text *changes,
                               struct error *error)
{
    struct run_spec before;
    bool found = false;
    TRY(load_base(&store->database, &before, &found, error));
    if (found) add_changes(&before, &plan->experiment.base, changes);
    return text_status(changes, error);
}

static enum status refuse_strangers(struct store *store, const struct plan *plan, long strangers,
                                    const char *stranger, struct error *error)
{
    struct text changes = {0};
    enum status status = store_plan_changes(store, plan, &changes, error);
    if (status == STATUS_OK)
        status = error_set(
            error, STATUS_BAD_INPUT,
            "%s: another experiment is in this folder: %s%ld of its stored runs (%s%s) %s not in this plan; "
            "give another --output, or ask for all that was asked for before",
            store->folder, text_string(&changes), strangers, stranger, strangers > 1 ? ", ..." : "",
            strangers > 1 ? "are" : "is");
    text_free(&changes);
    return status;
}

/* Runs are compared by id, which names all that decides their bits: a changed time limit or number of jobs is
 * still the same experiment, another data file at the same path is not. */
static enum status check_same_experiment(struct store *store, const struct plan *plan, struct error *error)
{
    const char **ids = memory_zeroed(plan->run_count, sizeof *ids);
    if (ids == NULL) return error_no_memory(error, plan->run_count * sizeof *ids);
    for (size_t i = 0; i < plan->run_count; i++)
        ids[i] = plan->runs[i].id;
    qsort(ids, plan->run_count, sizeof *ids, compare_ids);
    long strangers = 0;
    char stranger[RUN_ID_BYTES] = "";
    enum status status = count_strangers(&store->database, ids, plan->run_count, &strangers, stranger, error);
    memory_free(ids);
    if (status == STATUS_OK && strangers > 0)
        status = refuse_strangers(store, plan, strangers, stranger, error);
    return status;
}

static enum status insert_experiment(struct database *database, const struct experiment *experiment,
                                     struct error *error)
{
    struct text base = {0};
    struct query query = {0};
    enum status status;
    TRY_TO(done, run_spec_to_json(&experiment->base, &base, error));
    TRY_TO(done, row_insert(database, &table_experiment, &query, error));
    TRY_TO(done, query_bind_text(&query, 1, text_string(&base), error));
    TRY_TO(done, row_bind(&query, experiment, error));
    TRY_TO(done, query_run(&query, error));
    query_close(&query);
    TRY_TO(done, row_insert(database, &table_sweep, &query, error));
    for (int i = 0; i < experiment->sweeps; i++) {
        TRY_TO(done, query_bind_integer(&query, 1, i, error));
        TRY_TO(done, query_bind_text(&query, 2, experiment->swept[i], error));
        TRY_TO(done, query_run(&query, error));
    }
done:
    query_close(&query);
    text_free(&base);
    return status;
}

static enum status insert_settings(struct database *database, const struct plan *plan, struct error *error)
{
    struct text spec = {0};
    struct query query = {0};
    enum status status;
    TRY_TO(done, row_insert(database, &table_setting, &query, error));
    for (size_t i = 0; i < plan->setting_count; i++) {
        text_clear(&spec);
        TRY_TO(done, run_spec_to_json(&plan->settings[i].spec, &spec, error));
        TRY_TO(done, query_bind_integer(&query, 1, (int64_t)i, error));
        TRY_TO(done, query_bind_text(&query, 2, text_string(&spec), error));
        TRY_TO(done, row_bind(&query, &plan->settings[i], error));
        TRY_TO(done, query_run(&query, error));
    }
done:
    query_close(&query);
    text_free(&spec);
    return status;
}

static enum status insert_runs(struct database *database, const struct plan *plan, struct error *error)
{
    struct query query = {0};
    enum status status;
    TRY_TO(done, row_insert(database, &table_planned, &query, error));
    for (size_t i = 0; i < plan->run_count; i++) {
        TRY_TO(done, query_bind_integer(&query, 1, (int64_t)i, error));
        TRY_TO(done, row_bind(&query, &plan->runs[i], error));
        TRY_TO(done, query_run(&query, error));
    }
done:
    query_close(&query);
    return status;
}

static enum status replace_plan(struct store *store, const struct plan *plan, struct error *error)
{
    TRY(check_same_experiment(store, plan, error));
    struct database *database = &store->database;
    TRY(database_execute(
        database, "DELETE FROM experiment; DELETE FROM sweep; DELETE FROM setting; DELETE FROM planned",
        error));
    TRY(insert_experiment(database, &plan->experiment, error));
    TRY(insert_settings(database, plan, error));
    return insert_runs(database, plan, error);
}

enum status store_check_plan(struct store *store, const struct plan *plan, struct error *error)
{
    TRY(database_begin(&store->database, false, error));
    return database_end(&store->database, check_same_experiment(store, plan, error), error);
}

enum status store_save_plan(struct store *store, const struct plan *plan, struct error *error)
{
    if (!store->writable)
        return error_set(error, STATUS_INTERNAL, "%s: opened for reading, cannot take a plan", store->folder);
    TRY(database_begin(&store->database, true, error));
    return database_end(&store->database, replace_plan(store, plan, error), error);
}

static enum status load_experiment(struct store *store, struct experiment *experiment, struct error *error)
{
    struct database *database = &store->database;
    struct query query = {0};
    bool row = false;
    enum status status;
    TRY_TO(done, row_select(database, &table_experiment, "", &query, error));
    TRY_TO(done, query_next(&query, &row, error));
    if (!row) {
        status =
            error_set(error, STATUS_BAD_INPUT, "%s: no experiment has been started here yet", store->folder);
        goto done;
    }
    TRY_TO(done, read_spec(&query, 0, &experiment->base, error));
    TRY_TO(done, row_read(&query, experiment, error));
    query_close(&query);
    TRY_TO(done, row_select(database, &table_sweep, "ORDER BY position", &query, error));
    for (experiment->sweeps = 0;; experiment->sweeps++) {
        TRY_TO(done, query_next(&query, &row, error));
        if (!row) break;
        if (experiment->sweeps == PLAN_MAX_SWEEPS) {
            status = error_set(error, STATUS_BAD_INPUT, "%s: damaged: more than %d swept keys",
                               database->path, PLAN_MAX_SWEEPS);
            goto done;
        }
        TRY_TO(done, row_read_text(&query, 1, experiment->swept[experiment->sweeps], SPEC_NAME_BYTES, error));
    }
done:
    query_close(&query);
    return status;
}

static enum status count_rows(struct database *database, const char *sql, size_t *count, struct error *error)
{
    int64_t rows = 0;
    TRY(database_integer(database, sql, &rows, error));
    *count = (size_t)rows;
    return STATUS_OK;
}

static enum status load_settings(struct database *database, struct plan *plan, struct error *error)
{
    struct query query = {0};
    bool row = false;
    enum status status;
    size_t count = 0;
    TRY(count_rows(database, "SELECT count(*) FROM setting", &count, error));
    plan->settings = memory_zeroed(count, sizeof *plan->settings);
    if (plan->settings == NULL) return error_no_memory(error, count * sizeof *plan->settings);
    TRY_TO(done, row_select(database, &table_setting, "ORDER BY position", &query, error));
    for (; plan->setting_count < count; plan->setting_count++) {
        struct plan_setting *setting = &plan->settings[plan->setting_count];
        TRY_TO(done, query_next(&query, &row, error));
        if (!row) break;
        TRY_TO(done, read_spec(&query, 1, &setting->spec, error));
        TRY_TO(done, row_read(&query, setting, error));
    }
done:
    query_close(&query);
    return status;
}

static enum status load_runs(struct database *database, struct plan *plan, struct error *error)
{
    struct query query = {0};
    bool row = false;
    enum status status;
    size_t count = 0;
    TRY(count_rows(database, "SELECT count(*) FROM planned", &count, error));
    plan->runs = memory_zeroed(count, sizeof *plan->runs);
    if (plan->runs == NULL) return error_no_memory(error, count * sizeof *plan->runs);
    TRY_TO(done, row_select(database, &table_planned, "ORDER BY position", &query, error));
    for (; plan->run_count < count; plan->run_count++) {
        struct plan_run *run = &plan->runs[plan->run_count];
        TRY_TO(done, query_next(&query, &row, error));
        if (!row) break;
        TRY_TO(done, row_read(&query, run, error));
        if (run->setting < 0 || (size_t)run->setting >= plan->setting_count || run->repeat < 0) {
            status = error_set(error, STATUS_BAD_INPUT, "%s: damaged: run %s has no setting", database->path,
                               run->id);
            goto done;
        }
    }
done:
    query_close(&query);
    return status;
}

static enum status load_all(struct store *store, struct plan *plan, struct error *error)
{
    TRY(load_experiment(store, &plan->experiment, error));
    TRY(load_settings(&store->database, plan, error));
    return load_runs(&store->database, plan, error);
}

/* One transaction, so that the plan is read whole while another process replaces it. */
enum status store_load_plan(struct store *store, struct plan *plan, struct error *error)
{
    *plan = (struct plan){0};
    TRY(database_begin(&store->database, false, error));
    enum status status = database_end(&store->database, load_all(store, plan, error), error);
    if (status != STATUS_OK) plan_free(plan);
    return status;
}
