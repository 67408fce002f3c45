/* Runs in the store: one transaction each, all or nothing. */
#include "base/memory.h"
#include "harness/store/blob.h"
#include "harness/store/row.h"
#include "harness/store/store_handle.h"

#include <string.h>

const char *run_outcome_name(enum run_outcome outcome)
{
    switch (outcome) {
    case RUN_PENDING:
        return "pending";
    case RUN_DONE:
        return "done";
    case RUN_DIVERGED:
        return "diverged";
    case RUN_FAILED:
        return "failed";
    case RUN_CRASHED:
        return "crashed";
    case RUN_TIMED_OUT:
        return "timed out";
    case RUN_BAD_OUTPUT:
        return "bad output";
    }
    return "unknown outcome";
}

void run_record_free(struct run_record *record)
{
    for (size_t i = 0; i < record->evaluation_count; i++) {
        memory_free(record->evaluations[i].predictions);
        memory_free(record->evaluations[i].losses);
    }
    memory_free(record->evaluations);
    for (size_t i = 0; i < record->step_count; i++)
        memory_free(record->steps[i].sums);
    memory_free(record->begin.validation_labels);
    memory_free(record->begin.tensors);
    memory_free(record->steps);
    memory_free(record->notes);
    *record = (struct run_record){0};
}

static enum status select_by_id(struct database *database, const struct table *table, const char *rest,
                                const char *id, struct query *query, struct error *error)
{
    TRY(row_select(database, table, rest, query, error));
    return query_bind_text(query, 1, id, error);
}

static enum status read_outcome(const struct query *query, enum run_outcome *outcome, struct error *error)
{
    char word[32];
    TRY(row_read_text(query, 1, word, sizeof word, error));
    for (enum run_outcome known = RUN_DONE; known <= RUN_BAD_OUTPUT; known++) {
        if (strcmp(word, run_outcome_name(known)) != 0) continue;
        *outcome = known;
        return STATUS_OK;
    }
    return error_set(error, STATUS_BAD_INPUT, "%s: damaged: \"%s\" is no outcome of a run",
                     query->database->path, word);
}

enum status store_run_outcome(struct store *store, const char *id, enum run_outcome *outcome,
                              struct error *error)
{
    struct database *database = &store->database;
    struct query query = {0};
    bool row = false;
    enum status status;
    *outcome = RUN_PENDING;
    TRY_TO(done, select_by_id(database, &table_result, "WHERE run_id = ?", id, &query, error));
    TRY_TO(done, query_next(&query, &row, error));
    if (row) status = read_outcome(&query, outcome, error);
done:
    query_close(&query);
    return status;
}

enum status store_run_program(struct store *store, const char *id,
                              char program[sizeof((struct observed_begin *)NULL)->program],
                              struct error *error)
{
    enum { PROGRAM_BYTES = sizeof((struct observed_begin *)NULL)->program };
    struct query query = {0};
    bool row = false;
    enum status status;
    program[0] = '\0';
    TRY_TO(done, query_open(&store->database, "SELECT \"program\" FROM \"run_begin\" WHERE run_id = ?",
                            &query, error));
    TRY_TO(done, query_bind_text(&query, 1, id, error));
    TRY_TO(done, query_next(&query, &row, error));
    if (row) status = row_read_text(&query, 0, program, PROGRAM_BYTES, error);
done:
    query_close(&query);
    return status;
}

/* The own columns of table run_begin (1 and 2), of table step (2), and of table evaluation (2 and 3), that
 * hold arrays. */
static enum status bind_results(const struct query *query, const struct observed_evaluation *evaluation,
                                struct error *error)
{
    TRY(blob_bind_classes(query, 3, evaluation->predictions, evaluation->count, error));
    return blob_bind_losses(query, 4, evaluation->losses, evaluation->count, error);
}

static enum status read_results(const struct query *query, struct observed_evaluation *evaluation,
                                struct error *error)
{
    TRY(blob_read_classes(query, 2, evaluation->count, &evaluation->predictions, error));
    return blob_read_losses(query, 3, evaluation->count, &evaluation->losses, error);
}

static enum status bind_sums(const struct query *query, const struct observed_step *step, struct error *error)
{
    return blob_bind_losses(query, 3, step->sums, step->tensor_count, error);
}

static enum status read_sums(const struct query *query, struct observed_step *step, struct error *error)
{
    step->tensor_count = blob_count(query, 2);
    return blob_read_losses(query, 2, step->tensor_count, &step->sums, error);
}

static enum status bind_labels(const struct query *query, const struct observed_begin *begin,
                               struct error *error)
{
    TRY(blob_bind_classes(query, 2, begin->validation_labels, begin->labelled, error));
    return query_bind_text(query, 3, begin->tensors == NULL ? "" : begin->tensors, error);
}

static enum status read_labels(const struct query *query, struct observed_begin *begin, struct error *error)
{
    TRY(blob_read_classes(query, 1, begin->labelled, &begin->validation_labels, error));
    const char *names = (const char *)sqlite3_column_text(query->statement, 2);
    if (names == NULL || names[0] == '\0') return STATUS_OK;
    begin->tensors = memory_copy_string(names);
    return begin->tensors == NULL ? error_no_memory(error, strlen(names)) : STATUS_OK;
}

/* One row, keyed by the run alone. */
static enum status insert_one(struct database *database, const struct table *table, const char *id,
                              const char *outcome, const void *record, struct error *error)
{
    struct query query = {0};
    enum status status;
    TRY_TO(done, row_insert(database, table, &query, error));
    TRY_TO(done, query_bind_text(&query, 1, id, error));
    if (outcome != NULL) TRY_TO(done, query_bind_text(&query, 2, outcome, error));
    if (table == &table_begin) TRY_TO(done, bind_labels(&query, record, error));
    TRY_TO(done, row_bind(&query, record, error));
    TRY_TO(done, query_run(&query, error));
done:
    query_close(&query);
    return status;
}

/* The rows of a run in one table: `count` structs of `size` bytes. */
struct rows {
    const struct table *table;
    size_t size, count;
    void *records;
};

static enum status insert_many(struct database *database, const char *id, const struct rows *rows,
                               struct error *error)
{
    struct query query = {0};
    enum status status;
    TRY_TO(done, row_insert(database, rows->table, &query, error));
    for (size_t i = 0; i < rows->count; i++) {
        const void *record = (const unsigned char *)rows->records + i * rows->size;
        TRY_TO(done, query_bind_text(&query, 1, id, error));
        TRY_TO(done, query_bind_integer(&query, 2, (int64_t)i, error));
        if (rows->table == &table_evaluation) TRY_TO(done, bind_results(&query, record, error));
        if (rows->table == &table_step) TRY_TO(done, bind_sums(&query, record, error));
        TRY_TO(done, row_bind(&query, record, error));
        TRY_TO(done, query_run(&query, error));
    }
done:
    query_close(&query);
    return status;
}

static enum status delete_run(struct database *database, const char *id, struct error *error)
{
    static const char *const statements[] = {
        "DELETE FROM result WHERE run_id = ?",     "DELETE FROM run_begin WHERE run_id = ?",
        "DELETE FROM run_end WHERE run_id = ?",    "DELETE FROM step WHERE run_id = ?",
        "DELETE FROM evaluation WHERE run_id = ?", "DELETE FROM note WHERE run_id = ?",
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        struct query query = {0};
        enum status status = query_open(database, statements[i], &query, error);
        if (status == STATUS_OK) status = query_bind_text(&query, 1, id, error);
        if (status == STATUS_OK) status = query_run(&query, error);
        query_close(&query);
        TRY(status);
    }
    return STATUS_OK;
}

/* Find where the plan has the run; a store holds nothing that was not planned. */
static enum status find_planned(struct database *database, const char *id, struct plan_run *planned,
                                bool *found, struct error *error)
{
    struct query query = {0};
    enum status status;
    TRY_TO(done, select_by_id(database, &table_planned, "WHERE id = ?", id, &query, error));
    TRY_TO(done, query_next(&query, found, error));
    if (*found) status = row_read(&query, planned, error);
done:
    query_close(&query);
    return status;
}

static enum status insert_run(struct store *store, const struct run_record *record, struct error *error)
{
    struct database *database = &store->database;
    struct plan_run planned;
    bool found = false;
    enum run_outcome before;
    TRY(find_planned(database, record->id, &planned, &found, error));
    if (!found)
        return error_set(error, STATUS_INTERNAL, "%s: run %s is not in the stored plan", store->folder,
                         record->id);
    TRY(store_run_outcome(store, record->id, &before, error));
    if (before == RUN_DONE)
        return error_set(error, STATUS_INTERNAL, "%s: run %s is done and is not replaced", store->folder,
                         record->id);
    TRY(delete_run(database, record->id, error));
    TRY(insert_one(database, &table_result, record->id, run_outcome_name(record->outcome), record, error));
    if (record->has_begin) TRY(insert_one(database, &table_begin, record->id, NULL, &record->begin, error));
    if (record->has_end) TRY(insert_one(database, &table_end, record->id, NULL, &record->end, error));
    const struct rows rows[] = {
        {&table_step, sizeof *record->steps, record->step_count, record->steps},
        {&table_evaluation, sizeof *record->evaluations, record->evaluation_count, record->evaluations},
        {&table_note, sizeof *record->notes, record->note_count, record->notes},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        TRY(insert_many(database, record->id, &rows[i], error));
    return STATUS_OK;
}

enum status store_save_run(struct store *store, const struct run_record *record, struct error *error)
{
    if (!store->writable || record->outcome == RUN_PENDING)
        return error_set(error, STATUS_INTERNAL, "%s: run %s cannot be stored: %s", store->folder, record->id,
                         store->writable ? "it has not ended" : "opened for reading");
    TRY(database_begin(&store->database, true, error));
    return database_end(&store->database, insert_run(store, record, error), error);
}

static enum status load_one(struct database *database, const struct table *table, const char *id,
                            void *record, struct error *error)
{
    struct query query = {0};
    bool row = false;
    enum status status;
    TRY_TO(done, select_by_id(database, table, "WHERE run_id = ?", id, &query, error));
    TRY_TO(done, query_next(&query, &row, error));
    if (row)
        status = row_read(&query, record, error);
    else
        status = error_set(error, STATUS_BAD_INPUT, "%s: damaged: run %s is not in table \"%s\"",
                           database->path, id, table->name);
    if (status == STATUS_OK && table == &table_begin) status = read_labels(&query, record, error);
done:
    query_close(&query);
    return status;
}

static enum status count_rows(struct database *database, const struct table *table, const char *id,
                              size_t *count, struct error *error)
{
    struct query query = {0};
    struct text sql = {0};
    bool row = false;
    text_addf(&sql, "SELECT count(*) FROM \"%s\" WHERE run_id = ?", table->name);
    enum status status;
    TRY_TO(done, text_status(&sql, error));
    TRY_TO(done, query_open(database, text_string(&sql), &query, error));
    TRY_TO(done, query_bind_text(&query, 1, id, error));
    TRY_TO(done, query_next(&query, &row, error));
    *count = (size_t)sqlite3_column_int64(query.statement, 0);
done:
    query_close(&query);
    text_free(&sql);
    return status;
}

/* All rows of the run into a new array. `count` says how many are there, also on failure, so that they can be
 * freed. */
static enum status load_many(struct database *database, const char *id, struct rows *rows,
                             struct error *error)
{
    struct query query = {0};
    bool row = false;
    enum status status;
    size_t stored = 0;
    TRY(count_rows(database, rows->table, id, &stored, error));
    rows->records = memory_zeroed(stored, rows->size);
    if (rows->records == NULL) return error_no_memory(error, stored * rows->size);
    TRY_TO(done,
           select_by_id(database, rows->table, "WHERE run_id = ? ORDER BY position", id, &query, error));
    while (rows->count < stored) {
        TRY_TO(done, query_next(&query, &row, error));
        if (!row) break;
        void *record = (unsigned char *)rows->records + rows->count++ * rows->size;
        TRY_TO(done, row_read(&query, record, error));
        if (rows->table == &table_evaluation) TRY_TO(done, read_results(&query, record, error));
        if (rows->table == &table_step) TRY_TO(done, read_sums(&query, record, error));
    }
done:
    query_close(&query);
    return status;
}

/* Curves and notes. */
static enum status load_arrays(struct database *database, const char *id, struct run_record *record,
                               struct error *error)
{
    struct rows steps = {.table = &table_step, .size = sizeof *record->steps};
    struct rows evaluations = {.table = &table_evaluation, .size = sizeof *record->evaluations};
    struct rows notes = {.table = &table_note, .size = sizeof *record->notes};
    enum status status = load_many(database, id, &steps, error);
    if (status == STATUS_OK) status = load_many(database, id, &evaluations, error);
    if (status == STATUS_OK) status = load_many(database, id, &notes, error);
    record->steps = steps.records;
    record->step_count = steps.count;
    record->evaluations = evaluations.records;
    record->evaluation_count = evaluations.count;
    record->notes = notes.records;
    record->note_count = notes.count;
    return status;
}

static enum status load_result(struct database *database, const char *id, struct run_record *record,
                               struct error *error)
{
    struct query query = {0};
    bool row = false;
    enum status status;
    TRY_TO(done, select_by_id(database, &table_result, "WHERE run_id = ?", id, &query, error));
    TRY_TO(done, query_next(&query, &row, error));
    if (!row) goto done;
    TRY_TO(done, row_read(&query, record, error));
    status = read_outcome(&query, &record->outcome, error);
done:
    query_close(&query);
    return status;
}

static enum status load_run(struct store *store, const char *id, struct run_record *record,
                            struct error *error)
{
    struct database *database = &store->database;
    TRY(load_result(database, id, record, error));
    if (record->outcome == RUN_PENDING) return STATUS_OK;
    struct plan_run planned = {0};
    bool found = false;
    TRY(find_planned(database, id, &planned, &found, error));
    if (!found)
        return error_set(error, STATUS_BAD_INPUT, "%s: damaged: run %s is not in the plan", database->path,
                         id);
    memcpy(record->id, planned.id, sizeof record->id);
    record->setting = planned.setting;
    record->repeat = planned.repeat;
    record->seed_init = planned.seed_init;
    record->seed_order = planned.seed_order;
    record->seed_dropout = planned.seed_dropout;
    if (record->has_begin) {
        TRY(load_one(database, &table_begin, id, &record->begin, error));
        memcpy(record->begin.run_id, planned.id, sizeof planned.id);
    }
    if (record->has_end) TRY(load_one(database, &table_end, id, &record->end, error));
    return load_arrays(database, id, record, error);
}

/* One transaction, so that a run is read whole while another process replaces it. */
enum status store_load_run(struct store *store, const char *id, struct run_record *record,
                           struct error *error)
{
    *record = (struct run_record){0};
    TRY(database_begin(&store->database, false, error));
    enum status status = database_end(&store->database, load_run(store, id, record, error), error);
    if (status != STATUS_OK) run_record_free(record);
    return status;
}

static enum status load_end(struct database *database, const char *id, struct observed_end *end,
                            bool *has_end, struct error *error)
{
    struct run_record record = {0};
    TRY(load_result(database, id, &record, error));
    *has_end = record.has_end;
    return record.has_end ? load_one(database, &table_end, id, end, error) : STATUS_OK;
}

enum status store_load_end(struct store *store, const char *id, struct observed_end *end, bool *has_end,
                           struct error *error)
{
    TRY(database_begin(&store->database, false, error));
    return database_end(&store->database, load_end(&store->database, id, end, has_end, error), error);
}
