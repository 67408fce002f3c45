/* database.h - SQLite with the manners of this project: every return code is looked at where it arises, and
 * becomes one line with the file's path and SQLite's own message. Used by the store room only.
 *
 * A database is opened with a rollback journal and synchronous = EXTRA: a commit returns when the data, and
 * the removal of the journal from its folder, are on the disk. A reader that finds the database locked waits
 * a few seconds. */
#ifndef FTBENCH_HARNESS_STORE_DATABASE_H
#define FTBENCH_HARNESS_STORE_DATABASE_H

#include "base/status.h"
#include "trainer/spec/run_spec.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct database {
    sqlite3 *handle; /* NULL: closed */
    char path[SPEC_PATH_BYTES];
};

/* Open the file at `path`; made when it is missing and `create` is set. Opened for writing where the system
 * allows it even for a reader, because what a killed writer left half done is rolled back by whoever comes
 * next. */
enum status database_open(const char *path, bool create, struct database *database, struct error *error);
void database_close(struct database *database); /* a closed one is fine */

/* Turn a failed SQLite code into an error text: damaged and foreign files are STATUS_BAD_INPUT, a lock
 * STATUS_BUSY. */
enum status database_fail(const struct database *database, int code, struct error *error);

/* Run statements that give no rows. */
enum status database_execute(struct database *database, const char *sql, struct error *error);

/* The integer in the first column of a query's only row. */
enum status database_integer(struct database *database, const char *sql, int64_t *value, struct error *error);

/* A prepared statement, with what its errors name. Zeros are a closed one. */
struct query {
    struct database *database;
    sqlite3_stmt *statement;
    const struct table *table; /* whose rows it moves (row.h); NULL for other statements */
};

/* Prepare one statement; close it with query_close, also after a failure. */
enum status query_open(struct database *database, const char *sql, struct query *query, struct error *error);
void query_close(struct query *query);

/* Bind a parameter, counted from 1. A text lives until the statement has run. */
enum status query_bind_text(const struct query *query, int index, const char *text, struct error *error);
enum status query_bind_integer(const struct query *query, int index, int64_t value, struct error *error);

/* Take the next row; `row` is false after the last one. */
enum status query_next(const struct query *query, bool *row, struct error *error);

/* Run a statement that gives no row, and make it ready to be bound again. */
enum status query_run(const struct query *query, struct error *error);

/* A transaction: `write` takes the write lock at once. database_end commits when `status` is STATUS_OK and
 * rolls back otherwise; it returns `status`, or why the commit failed. */
enum status database_begin(struct database *database, bool write, struct error *error);
enum status database_end(struct database *database, enum status status, struct error *error);

#endif
