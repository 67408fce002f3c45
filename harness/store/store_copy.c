#include "harness/store/store_copy.h"

#include "base/file.h"
#include "harness/store/row.h"
#include "harness/store/schema.h"
#include "harness/store/seal.h"
#include "harness/store/store_handle.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* VACUUM INTO writes what one read transaction sees, without its free pages, and leaves the rest to us: it
 * does not sync, and refuses a file that is there. */
static enum status vacuum_into(struct store *store, const char *path, struct error *error)
{
    struct query query = {0};
    enum status status = query_open(&store->database, "VACUUM INTO ?", &query, error);
    if (status == STATUS_OK) status = query_bind_text(&query, 1, path, error);
    if (status == STATUS_OK) status = query_run(&query, error);
    query_close(&query);
    return status;
}

static enum status insert_origin(struct database *database, const struct store_origin *origin,
                                 struct error *error)
{
    struct text sql = {0};
    struct query query = {0};
    enum status status;
    text_addf(&sql, "DROP TABLE IF EXISTS \"%s\";\n", table_copy.name); /* of a copy that is copied again */
    table_create_sql(&table_copy, &sql);
    TRY_TO(done, text_status(&sql, error));
    TRY_TO(done, database_execute(database, text_string(&sql), error));
    TRY_TO(done, row_insert(database, &table_copy, &query, error));
    TRY_TO(done, row_bind(&query, origin, error));
    status = query_run(&query, error);
done:
    query_close(&query);
    text_free(&sql);
    return status;
}

/* The seal is last: it is on the origin too. */
static enum status insert_origin_and_seal(struct database *database, const struct store_origin *origin,
                                          struct error *error)
{
    TRY(insert_origin(database, origin, error));
    return seal_put(database, error);
}

static enum status add_origin(const char *path, const struct store_origin *origin, struct error *error)
{
    struct database database;
    TRY(database_open(path, false, &database, error));
    enum status status = database_begin(&database, true, error);
    if (status == STATUS_OK)
        status = database_end(&database, insert_origin_and_seal(&database, origin, error), error);
    database_close(&database);
    return status;
}

enum status store_copy(struct store *store, const char *path, const struct store_origin *origin,
                       struct error *error)
{
    char temporary[SPEC_PATH_BYTES];
    int needed = snprintf(temporary, sizeof temporary, "%s.tmp-%ld", path, (long)getpid());
    if (needed < 0 || (size_t)needed >= sizeof temporary)
        return error_set(error, STATUS_BAD_INPUT, "%s: the path is too long", path);
    unlink(temporary); /* of a process of the same number that was killed */
    enum status status = vacuum_into(store, temporary, error);
    if (status == STATUS_OK) status = add_origin(temporary, origin, error);
    if (status == STATUS_OK) status = file_publish(temporary, path, error);
    if (status != STATUS_OK) unlink(temporary);
    return status;
}

enum status store_load_origin(struct store *store, struct store_origin *origin, struct error *error)
{
    struct query query = {0};
    int64_t tables = 0;
    bool row = false;
    enum status status;
    TRY(database_integer(&store->database,
                         "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'copy'", &tables,
                         error));
    if (tables == 0)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: results of a folder, not a baseline; save it with ftbench baseline save",
                         store->folder);
    TRY_TO(done, row_select(&store->database, &table_copy, "", &query, error));
    TRY_TO(done, query_next(&query, &row, error));
    if (row)
        status = row_read(&query, origin, error);
    else
        status = error_set(error, STATUS_BAD_INPUT, "%s: damaged: it does not say where it comes from",
                           store->folder);
done:
    query_close(&query);
    if (status == STATUS_OK) status = seal_read(&store->database, origin->seal, error);
    if (status == STATUS_OK && origin->seal[0] == '\0')
        status = error_set(error, STATUS_BAD_INPUT,
                           "%s: damaged: the digest of what it holds is gone; take the file from a copy, or "
                           "save it again",
                           store->folder);
    return status;
}
