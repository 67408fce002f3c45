#include "harness/store/database.h"

#include <stdio.h>
#include <string.h>

enum { WAIT_MILLISECONDS = 10000 };

enum status database_fail(const struct database *database, int code, struct error *error)
{
    const char *message = database->handle != NULL ? sqlite3_errmsg(database->handle) : sqlite3_errstr(code);
    const char *path = database->path;
    switch (code & 0xff) { /* the low byte is the primary code, the rest says more of the same */
    case SQLITE_NOMEM:
        return error_set(error, STATUS_NO_MEMORY, "%s: out of memory", path);
    case SQLITE_NOTADB:
        return error_set(error, STATUS_BAD_INPUT, "%s: not a store of ftbench: %s", path, message);
    case SQLITE_CORRUPT:
        return error_set(error, STATUS_BAD_INPUT, "%s: damaged: %s", path, message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(error, STATUS_BUSY, "%s: another program holds it: %s", path, message);
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY: {
        int number = database->handle != NULL ? sqlite3_system_errno(database->handle) : 0;
        return error_set(error, STATUS_IO, "%s: %s%s%s", path, message, number != 0 ? ": " : "",
                         number != 0 ? strerror(number) : "");
    }
    case SQLITE_ERROR: /* a table or column that should be there is not: somebody changed the file */
        return error_set(error, STATUS_BAD_INPUT, "%s: not as ftbench wrote it: %s", path, message);
    default:
        return error_set(error, STATUS_INTERNAL, "%s: SQLite code %d: %s", path, code, message);
    }
}

/* SQLite creates its file lazily and reads it lazily too: the first query shows what kind of file it is. */
enum status database_open(const char *path, bool create, struct database *database, struct error *error)
{
    *database = (struct database){0};
    int needed = snprintf(database->path, sizeof database->path, "%s", path);
    if (needed < 0 || (size_t)needed >= sizeof database->path)
        return error_set(error, STATUS_BAD_INPUT, "%s: the path is too long", path);
    int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    int code = sqlite3_open_v2(path, &database->handle, flags, NULL);
    enum status status = STATUS_OK;
    if (code != SQLITE_OK) {
        status = database_fail(database, code, error);
        goto failed;
    }
    code = sqlite3_busy_timeout(database->handle, WAIT_MILLISECONDS);
    if (code != SQLITE_OK) {
        status = database_fail(database, code, error);
        goto failed;
    }
    TRY_TO(failed,
           database_execute(database, "PRAGMA synchronous = EXTRA; PRAGMA trusted_schema = OFF", error));
    return STATUS_OK;
failed:
    database_close(database);
    return status;
}

void database_close(struct database *database)
{
    sqlite3_close(database->handle); /* every statement is finalized by now, so this cannot refuse */
    database->handle = NULL;
}

enum status database_execute(struct database *database, const char *sql, struct error *error)
{
    int code = sqlite3_exec(database->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? STATUS_OK : database_fail(database, code, error);
}

enum status database_integer(struct database *database, const char *sql, int64_t *value, struct error *error)
{
    struct query query = {0};
    bool row = false;
    enum status status = query_open(database, sql, &query, error);
    if (status == STATUS_OK) status = query_next(&query, &row, error);
    if (status == STATUS_OK && !row)
        status = error_set(error, STATUS_BAD_INPUT, "%s: no answer to \"%s\"", database->path, sql);
    if (status == STATUS_OK) *value = sqlite3_column_int64(query.statement, 0);
    query_close(&query);
    return status;
}

enum status query_open(struct database *database, const char *sql, struct query *query, struct error *error)
{
    *query = (struct query){.database = database};
    int code = sqlite3_prepare_v2(database->handle, sql, -1, &query->statement, NULL);
    return code == SQLITE_OK ? STATUS_OK : database_fail(database, code, error);
}

void query_close(struct query *query)
{
    sqlite3_finalize(
        query->statement); /* repeats the code of a step that failed, which was looked at there */
    *query = (struct query){0};
}

enum status query_bind_text(const struct query *query, int index, const char *text, struct error *error)
{
    int code = sqlite3_bind_text(query->statement, index, text, -1, SQLITE_STATIC);
    return code == SQLITE_OK ? STATUS_OK : database_fail(query->database, code, error);
}

enum status query_bind_integer(const struct query *query, int index, int64_t value, struct error *error)
{
    int code = sqlite3_bind_int64(query->statement, index, value);
    return code == SQLITE_OK ? STATUS_OK : database_fail(query->database, code, error);
}

enum status query_next(const struct query *query, bool *row, struct error *error)
{
    int code = sqlite3_step(query->statement);
    *row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? STATUS_OK
                                                     : database_fail(query->database, code, error);
}

enum status query_run(const struct query *query, struct error *error)
{
    int code = sqlite3_step(query->statement);
    if (code != SQLITE_DONE) return database_fail(query->database, code, error);
    code = sqlite3_reset(query->statement);
    return code == SQLITE_OK ? STATUS_OK : database_fail(query->database, code, error);
}

enum status database_begin(struct database *database, bool write, struct error *error)
{
    return database_execute(database, write ? "BEGIN IMMEDIATE" : "BEGIN", error);
}

enum status database_end(struct database *database, enum status status, struct error *error)
{
    if (status == STATUS_OK) {
        status = database_execute(database, "COMMIT", error);
        if (status == STATUS_OK) return STATUS_OK;
    }
    /* Some failures (a full disk, no memory) have rolled back already; then there is nothing left to undo. */
    if (!sqlite3_get_autocommit(database->handle))
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    return status;
}
