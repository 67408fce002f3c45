#include "harness/store/history.h"

#include "base/file.h"
#include "base/memory.h"
#include "harness/store/row.h"
#include "harness/store/schema.h"

#include <stdio.h>
#include <string.h>

struct history {
    struct database database;
};

static enum status create_tables(struct database *database, struct error *error)
{
    struct text sql = {0};
    schema_create_history_sql(&sql);
    enum status status = text_status(&sql, error);
    if (status == STATUS_OK) status = database_execute(database, text_string(&sql), error);
    text_free(&sql);
    return status;
}

/* Format 1 knew the wall's clock only. */
static enum status bring_up(struct database *database, bool writable, struct error *error)
{
    struct text sql = {0};
    if (!writable)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: written in history format 1; ftbench history append DIR brings it up to date",
                         database->path);
    text_addf(&sql, "ALTER TABLE %s ADD COLUMN clock TEXT NOT NULL DEFAULT 'wall';\n",
              table_night_setting.name);
    text_addf(&sql, "UPDATE format SET version = %d;\nPRAGMA user_version = %d;\n", SCHEMA_HISTORY_VERSION,
              SCHEMA_HISTORY_VERSION);
    enum status status = text_status(&sql, error);
    if (status == STATUS_OK) status = database_execute(database, text_string(&sql), error);
    text_free(&sql);
    return status;
}

static enum status check_format(struct database *database, bool writable, struct error *error)
{
    int64_t tables = 0, application = 0, version = 0;
    TRY(database_integer(database, "SELECT count(*) FROM sqlite_master", &tables, error));
    TRY(database_integer(database, "PRAGMA application_id", &application, error));
    TRY(database_integer(database, "PRAGMA user_version", &version, error));
    if (tables == 0 && application == 0 && version == 0 && writable) return create_tables(database, error);
    if (application != SCHEMA_HISTORY_APPLICATION)
        return error_set(error, STATUS_BAD_INPUT, "%s: not a history of ftbench", database->path);
    if (version == 1) return bring_up(database, writable, error);
    if (version == SCHEMA_HISTORY_VERSION) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT,
                     "%s: written in history format %lld, this ftbench reads format %d; use the ftbench that "
                     "wrote it, or begin another file",
                     database->path, (long long)version, SCHEMA_HISTORY_VERSION);
}

static enum status open_database(const char *path, bool writable, struct database *database,
                                 struct error *error)
{
    if (file_is_directory(path))
        return error_set(error, STATUS_BAD_INPUT, "%s: is a folder; the file of a history is needed", path);
    if (!writable && !file_exists(path))
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: there is no such history; ftbench history append DIR begins one", path);
    if (writable) TRY(file_make_folder_of(path, error));
    TRY(database_open(path, writable, database, error));
    enum status status = database_begin(database, writable, error);
    if (status == STATUS_OK) status = database_end(database, check_format(database, writable, error), error);
    if (status != STATUS_OK) database_close(database);
    return status;
}

enum status history_open(const char *path, enum history_access access, struct history **history,
                         struct error *error)
{
    *history = memory_zeroed(1, sizeof **history);
    if (*history == NULL) return error_no_memory(error, sizeof **history);
    enum status status = open_database(path, access == HISTORY_WRITE, &(*history)->database, error);
    if (status == STATUS_OK) return STATUS_OK;
    memory_free(*history);
    *history = NULL;
    return status;
}

void history_close(struct history *history)
{
    if (history == NULL) return;
    database_close(&history->database);
    memory_free(history);
}

/* Run a statement of at most one text and one number. */
static enum status run(struct database *database, const char *sql, const char *text, int64_t number,
                       struct error *error)
{
    struct query query = {0};
    enum status status = query_open(database, sql, &query, error);
    if (status == STATUS_OK) status = query_bind_text(&query, 1, text, error);
    if (status == STATUS_OK && sqlite3_bind_parameter_count(query.statement) > 1)
        status = query_bind_integer(&query, 2, number, error);
    if (status == STATUS_OK) status = query_run(&query, error);
    query_close(&query);
    return status;
}

/* The first integer of a query of one text, which has a row. */
static enum status look_up(struct database *database, const char *sql, const char *text, int64_t *value,
                           struct error *error)
{
    struct query query = {0};
    bool row = false;
    enum status status = query_open(database, sql, &query, error);
    if (status == STATUS_OK) status = query_bind_text(&query, 1, text, error);
    if (status == STATUS_OK) status = query_next(&query, &row, error);
    if (status == STATUS_OK && row) *value = sqlite3_column_int64(query.statement, 0);
    query_close(&query);
    return status;
}

/* The first night of a select with `rest`, whose parameter, if it has one, is `text`. */
static enum status read_night(struct database *database, const char *rest, const char *text,
                              struct history_night *night, bool *found, struct error *error)
{
    struct query query = {0};
    enum status status = row_select(database, &table_night, rest, &query, error);
    if (status == STATUS_OK && text != NULL) status = query_bind_text(&query, 1, text, error);
    if (status == STATUS_OK) status = query_next(&query, found, error);
    if (status == STATUS_OK && *found) status = row_read(&query, night, error);
    query_close(&query);
    return status;
}

static enum status insert_night(struct database *database, const struct history_night *night,
                                struct error *error)
{
    struct query query = {0};
    enum status status = row_insert(database, &table_night, &query, error);
    if (status == STATUS_OK) status = row_bind(&query, night, error);
    if (status == STATUS_OK) status = query_run(&query, error);
    query_close(&query);
    return status;
}

static enum status insert_settings(struct database *database, const struct history_record *record,
                                   struct error *error)
{
    struct query query = {0};
    enum status status = row_insert(database, &table_night_setting, &query, error);
    for (size_t i = 0; status == STATUS_OK && i < record->setting_count; i++) {
        status = query_bind_text(&query, 1, record->night.identity, error);
        if (status == STATUS_OK) status = query_bind_integer(&query, 2, (int64_t)i, error);
        if (status == STATUS_OK) status = row_bind(&query, &record->settings[i], error);
        if (status == STATUS_OK) status = query_run(&query, error);
    }
    query_close(&query);
    return status;
}

/* The rows of settings go with their night. */
static enum status drop_orphans(struct database *database, struct error *error)
{
    return database_execute(
        database, "DELETE FROM night_setting WHERE night NOT IN (SELECT identity FROM night)", error);
}

/* Of the nights behind the newest `keep`: all but the first of each week, then all but so many of these. */
static enum status thin(struct database *database, const char *experiment, int64_t keep, struct error *error)
{
    static const char but_weekly[] =
        "DELETE FROM night WHERE identity IN (SELECT identity FROM (SELECT identity, "
        "row_number() OVER (PARTITION BY time / 604800 ORDER BY time, rowid) AS in_week, "
        "row_number() OVER (ORDER BY time DESC, rowid DESC) AS age "
        "FROM night WHERE experiment = ?1) WHERE age > ?2 AND in_week > 1)";
    static const char but_newest[] =
        "DELETE FROM night WHERE identity IN (SELECT identity FROM night WHERE experiment = ?1 "
        "ORDER BY time DESC, rowid DESC LIMIT -1 OFFSET ?2)";
    TRY(run(database, but_weekly, experiment, keep, error));
    TRY(run(database, but_newest, experiment, keep + (keep + 3) / 4, error));
    return drop_orphans(database, error);
}

/* The same results were trained when, and by the code that, was said when they were first added; whoever adds
 * them again, after a check, may stand at another commit. */
static void take_kept(const struct history_night *kept, struct history_night *night,
                      struct history_added *added)
{
    night->time = kept->time;
    if (kept->code[0] == '\0') return;
    if (night->code[0] != '\0' && strcmp(night->code, kept->code) != 0)
        memcpy(added->code, kept->code, sizeof added->code);
    memcpy(night->code, kept->code, sizeof night->code);
}

static const char count_nights[] = "SELECT count(*) FROM night WHERE experiment = ?";

static enum status add(struct database *database, const struct history_record *record, int keep,
                       struct history_added *added, struct error *error)
{
    struct history_night night = record->night, kept = {0};
    int64_t before = 0, place = 0;
    TRY(look_up(database, "SELECT rowid FROM night WHERE identity = ?", night.identity, &place, error));
    TRY(read_night(database, "WHERE identity = ?", night.identity, &kept, &added->again, error));
    if (added->again) take_kept(&kept, &night, added);
    TRY(run(database, "DELETE FROM night WHERE identity = ?", night.identity, 0, error));
    TRY(drop_orphans(database, error));
    TRY(insert_night(database, &night, error));
    /* Nights of one second come in the order in which they were added first. */
    if (place > 0)
        TRY(run(database, "UPDATE night SET rowid = ?2 WHERE identity = ?1", night.identity, place, error));
    TRY(insert_settings(database, record, error));
    TRY(look_up(database, count_nights, night.experiment, &before, error));
    TRY(thin(database, night.experiment, keep, error));
    TRY(look_up(database, count_nights, night.experiment, &added->nights, error));
    added->dropped = before - added->nights;
    return STATUS_OK;
}

/* What was deleted leaves holes; a file that is a quarter holes is written anew. */
static enum status close_holes(struct database *database, int64_t *bytes, struct error *error)
{
    int64_t pages = 0, unused = 0, size = 0;
    TRY(database_integer(database, "PRAGMA page_count", &pages, error));
    TRY(database_integer(database, "PRAGMA freelist_count", &unused, error));
    if (4 * unused > pages) {
        TRY(database_execute(database, "VACUUM", error));
        TRY(database_integer(database, "PRAGMA page_count", &pages, error));
    }
    TRY(database_integer(database, "PRAGMA page_size", &size, error));
    *bytes = pages * size;
    return STATUS_OK;
}

enum status history_append(struct history *history, const struct history_record *record, int keep,
                           struct history_added *added, struct error *error)
{
    struct database *database = &history->database;
    *added = (struct history_added){0};
    if (keep < 1) return error_set(error, STATUS_INTERNAL, "a history must keep a night");
    TRY(database_begin(database, true, error));
    TRY(database_end(database, add(database, record, keep, added, error), error));
    return close_holes(database, &added->bytes, error);
}

static enum status load_settings(struct database *database, struct history_record *record,
                                 struct error *error)
{
    struct query query = {0};
    int64_t count = 0;
    bool row = false;
    enum status status;
    const char *identity = record->night.identity;
    TRY(look_up(database, "SELECT count(*) FROM night_setting WHERE night = ?", identity, &count, error));
    record->settings = memory_zeroed((size_t)count, sizeof *record->settings);
    if (record->settings == NULL) return error_no_memory(error, (size_t)count * sizeof *record->settings);
    TRY_TO(done,
           row_select(database, &table_night_setting, "WHERE night = ? ORDER BY position", &query, error));
    TRY_TO(done, query_bind_text(&query, 1, identity, error));
    while (record->setting_count < (size_t)count) {
        TRY_TO(done, query_next(&query, &row, error));
        if (!row) break;
        TRY_TO(done, row_read(&query, &record->settings[record->setting_count], error));
        record->setting_count++;
    }
done:
    query_close(&query);
    return status;
}

static enum status load_nights(struct database *database, const char *experiment,
                               struct history_records *records, struct error *error)
{
    struct query query = {0};
    int64_t count = 0;
    bool row = false;
    enum status status;
    TRY(look_up(database, count_nights, experiment, &count, error));
    records->items = memory_zeroed((size_t)count, sizeof *records->items);
    if (records->items == NULL) return error_no_memory(error, (size_t)count * sizeof *records->items);
    TRY_TO(done,
           row_select(database, &table_night, "WHERE experiment = ? ORDER BY time, rowid", &query, error));
    TRY_TO(done, query_bind_text(&query, 1, experiment, error));
    while (records->count < (size_t)count) {
        TRY_TO(done, query_next(&query, &row, error));
        if (!row) break;
        TRY_TO(done, row_read(&query, &records->items[records->count].night, error));
        records->count++;
        TRY_TO(done, load_settings(database, &records->items[records->count - 1], error));
    }
done:
    query_close(&query);
    return status;
}

static enum status load(struct database *database, const char *experiment, struct history_records *records,
                        struct error *error)
{
    static const char newest_first[] = "ORDER BY time DESC, rowid DESC LIMIT 1";
    struct history_night newest = {0};
    bool found = false;
    if (experiment == NULL) TRY(read_night(database, newest_first, NULL, &newest, &found, error));
    TRY(load_nights(database, experiment == NULL ? newest.experiment : experiment, records, error));
    if (records->count > 0) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT, "%s: has no night%s%s", database->path,
                     experiment == NULL ? " yet" : " of experiment ", experiment == NULL ? "" : experiment);
}

enum status history_load(struct history *history, const char *experiment, struct history_records *records,
                         struct error *error)
{
    *records = (struct history_records){0};
    TRY(database_begin(&history->database, false, error));
    enum status status =
        database_end(&history->database, load(&history->database, experiment, records, error), error);
    if (status != STATUS_OK) history_records_free(records);
    return status;
}

void history_records_free(struct history_records *records)
{
    for (size_t i = 0; i < records->count; i++)
        memory_free(records->items[i].settings);
    memory_free(records->items);
    *records = (struct history_records){0};
}
