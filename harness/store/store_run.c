/* Runs in the store: one transaction each, all or nothing. */
#include "base/memory.h"
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
    memory_free(record->steps);
    memory_free(record->notes);
    *record = (struct run_record){0};
}

static enum status select_by_id(struct database *database, const struct table *table, const char *rest,
                                const char *id, sqlite3_stmt **statement, struct error *error)
{
    TRY(row_prepare_select(database, table, rest, statement, error));
    return database_bind_text(database, *statement, 1, id, error);
}

static enum status read_outcome(struct database *database, sqlite3_stmt *statement, enum run_outcome *outcome,
                                struct error *error)
{
    char word[32];
    TRY(row_read_text(&query, 1, word, sizeof word, error));
    for (enum run_outcome known = RUN_DONE; known <= RUN_BAD_OUTPUT; known++) {
        if (strcmp(word, run_outcome_name(known)) != 0) continue;
        *outcome = known;
        return STATUS_OK;
    }
    return error_set(error, STATUS_BAD_INPUT, "%s: damaged: \"%s\" is no outcome of a run", database->path,
                     word);
}

enum status store_run_outcome(struct store *store, const char *id, enum run_outcome *outcome,
                              struct error *error)
{
    struct database *database = &store->database;
    struct query query = {0};
    bool row = false;
    enum status status;
    *outcome = RUN_PENDING;
    TRY_TO(done, select_by_id(database, &table_result, "WHERE run_id = ?", id, &statement, error));
    TRY_TO(done, query_next(&query, &row, error));
    if (row) status = read_outcome(database, statement, outcome, error);
done:
    query_close(&query);
    return status;
}

/* Arrays are stored as little-endian words whatever the machine, so that a store can be carried about. */
static void put_words(const void *words, size_t count, unsigned char *bytes)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t word;
        memcpy(&word, (const unsigned char *)words + 4 * i, sizeof word);
        for (size_t b = 0; b < 4; b++)
            bytes[4 * i + b] = (unsigned char)(word >> (8 * b) & 0xff);
    }
}

static void get_words(const unsigned char *bytes, size_t count, void *words)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t word = 0;
        for (size_t b = 0; b < 4; b++)
            word |= (uint32_t)bytes[4 * i + b] << (8 * b);
        memcpy((unsigned char *)words + 4 * i, &word, sizeof word);
    }
}

/* Bind `count` 32-bit words as parameter `index`; SQLite takes a copy. */
static enum status bind_words(struct database *database, sqlite3_stmt *statement, int index,
                              const void *words, size_t count, struct error *error)
{
    unsigned char *bytes = memory_zeroed(count, 4);
    if (bytes == NULL) return error_no_memory(error, 4 * count);
    put_words(words, count, bytes);
    int code = sqlite3_bind_blob64(statement, index, bytes, 4 * count, SQLITE_TRANSIENT);
    memory_free(bytes);
    return code == SQLITE_OK ? STATUS_OK : database_fail(database, code, error);
}

/* Read own column `index`, which must hold `count` words, into a new block. */
static enum status read_words(struct database *database, sqlite3_stmt *statement, int index, size_t count,
                              void **words, struct error *error)
{
    const unsigned char *bytes = sqlite3_column_blob(statement, index);
    if ((size_t)sqlite3_column_bytes(statement, index) != 4 * count)
        return error_set(error, STATUS_BAD_INPUT, "%s: damaged: an evaluation's arrays have not %zu values",
                         database->path, count);
    if (bytes == NULL && count > 0) return database_fail(database, SQLITE_NOMEM, error);
    *words = memory_zeroed(count, 4);
    if (*words == NULL) return error_no_memory(error, 4 * count);
    get_words(bytes, count, *words);
    return STATUS_OK;
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
    TRY_TO(done, row_bind(&query, record, error));
    TRY_TO(done, query_run(&query, error));
done:
    query_close(&query);
    return status;
}

/* Rows keyed by the run and their position: `count` structs of `size` bytes. */
static enum status insert_many(struct database *database, const struct table *table, const char *id,
                               const void *records, size_t count, size_t size, struct error *error)
{
    struct query query = {0};
    enum status status;
    TRY_TO(done, row_insert(database, table, &query, error));
    for (size_t i = 0; i < count; i++) {
        const void *record = (const unsigned char *)records + i * size;
        TRY_TO(done, query_bind_text(&query, 1, id, error));
        TRY_TO(done, query_bind_integer(&query, 2, (int64_t)i, error));
        if (table == &table_evaluation) {
            const struct observed_evaluation *evaluation = record;
            size_t values = (size_t)evaluation->count;
            TRY_TO(done, bind_words(database, statement, 3, evaluation->predictions, values, error));
            TRY_TO(done, bind_words(database, statement, 4, evaluation->losses, values, error));
        }
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
        enum status status = database_prepare(database, statements[i], &statement, error);
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
    TRY_TO(done, select_by_id(database, &table_planned, "WHERE id = ? ORDER BY position LIMIT 1", id,
                              &statement, error));
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
    TRY(insert_many(database, &table_step, record->id, record->steps, record->step_count,
                    sizeof *record->steps, error));
    TRY(insert_many(database, &table_evaluation, record->id, record->evaluations, record->evaluation_count,
                    sizeof *record->evaluations, error));
    return insert_many(database, &table_note, record->id, record->notes, record->note_count,
                       sizeof *record->notes, error);
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
    TRY_TO(done, select_by_id(database, table, "WHERE run_id = ?", id, &statement, error));
    TRY_TO(done, query_next(&query, &row, error));
    if (row)
        status = row_read(&query, record, error);
    else
        status = error_set(error, STATUS_BAD_INPUT, "%s: damaged: run %s is not in table \"%s\"",
                           database->path, id, table->name);
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
    TRY_TO(done, database_prepare(database, text_string(&sql), &statement, error));
    TRY_TO(done, query_bind_text(&query, 1, id, error));
    TRY_TO(done, query_next(&query, &row, error));
    *count = (size_t)sqlite3_column_int64(statement, 0);
done:
    query_close(&query);
    text_free(&sql);
    return status;
}

/* All rows of the run into a new array of structs of `size` bytes. `loaded` counts what is there, also on
 * failure, so that it can be freed. */
static enum status load_many(struct database *database, const struct table *table, const char *id,
                             size_t size, void **records, size_t *loaded, struct error *error)
{
    struct query query = {0};
    bool row = false;
    enum status status;
    size_t count = 0;
    TRY(count_rows(database, table, id, &count, error));
    unsigned char *rows = memory_zeroed(count, size);
    if (rows == NULL) return error_no_memory(error, count * size);
    *records = rows;
    TRY_TO(done, select_by_id(database, table, "WHERE run_id = ? ORDER BY position", id, &statement, error));
    while (*loaded < count) {
        TRY_TO(done, query_next(&query, &row, error));
        if (!row) break;
        void *record = rows + *loaded * size;
        TRY_TO(done, row_read(&query, record, error));
        ++*loaded;
        if (table != &table_evaluation) continue;
        struct observed_evaluation *evaluation = record;
        size_t values = evaluation->count > 0 ? (size_t)evaluation->count : 0;
        void *predictions = NULL, *losses = NULL;
        status = read_words(database, statement, 2, values, &predictions, error);
        if (status == STATUS_OK) status = read_words(database, statement, 3, values, &losses, error);
        evaluation->predictions = predictions;
        evaluation->losses = losses;
        if (status != STATUS_OK) goto done;
    }
done:
    query_close(&query);
    return status;
}

static enum status load_result(struct database *database, const char *id, struct run_record *record,
                               struct error *error)
{
    struct query query = {0};
    bool row = false;
    enum status status;
    TRY_TO(done, select_by_id(database, &table_result, "WHERE run_id = ?", id, &statement, error));
    TRY_TO(done, query_next(&query, &row, error));
    if (!row) goto done;
    TRY_TO(done, row_read(&query, record, error));
    status = read_outcome(database, statement, &record->outcome, error);
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
    void *rows = NULL;
    enum status status =
        load_many(database, &table_step, id, sizeof *record->steps, &rows, &record->step_count, error);
    record->steps = rows;
    TRY(status);
    rows = NULL;
    status = load_many(database, &table_evaluation, id, sizeof *record->evaluations, &rows,
                       &record->evaluation_count, error);
    record->evaluations = rows;
    TRY(status);
    rows = NULL;
    status = load_many(database, &table_note, id, sizeof *record->notes, &rows, &record->note_count, error);
    record->notes = rows;
    return status;
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
