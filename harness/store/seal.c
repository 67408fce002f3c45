#include "harness/store/seal.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* Eight bytes, the lowest first, whatever the machine. */
static void add_word(struct digest_stream *stream, uint64_t word)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(word >> (8 * i) & 0xff);
    digest_stream_add(stream, bytes, sizeof bytes);
}

/* With its length, so that no two lists of texts have the same bytes. */
static void add_bytes(struct digest_stream *stream, const void *bytes, size_t count)
{
    add_word(stream, count);
    digest_stream_add(stream, bytes, count);
}

static enum status add_value(const struct query *query, int column, struct digest_stream *stream,
                             struct error *error)
{
    const int type = sqlite3_column_type(query->statement, column);
    add_word(stream, (uint64_t)type);
    if (type == SQLITE_INTEGER) {
        add_word(stream, (uint64_t)sqlite3_column_int64(query->statement, column));
    } else if (type == SQLITE_FLOAT) {
        const double value = sqlite3_column_double(query->statement, column);
        uint64_t word;
        memcpy(&word, &value, sizeof word);
        add_word(stream, word);
    } else if (type != SQLITE_NULL) {
        const void *bytes = sqlite3_column_blob(query->statement, column);
        const size_t count = (size_t)sqlite3_column_bytes(query->statement, column);
        if (bytes == NULL && count > 0) return database_fail(query->database, SQLITE_NOMEM, error);
        add_bytes(stream, bytes, count);
    }
    return STATUS_OK;
}

static enum status add_rows(const struct query *query, struct digest_stream *stream, struct error *error)
{
    const int columns = sqlite3_column_count(query->statement);
    bool row = false;
    TRY(query_next(query, &row, error));
    while (row) {
        add_word(stream, 1);
        for (int i = 0; i < columns; i++)
            TRY(add_value(query, i, stream, error));
        TRY(query_next(query, &row, error));
    }
    add_word(stream, 0);
    return STATUS_OK;
}

/* "SELECT * FROM table ORDER BY 1, 2, ...". Rows that are equal in all columns may change places. */
static enum status select_in_order(struct database *database, const char *quoted, struct query *query,
                                   struct error *error)
{
    struct text sql = {0};
    text_addf(&sql, "SELECT * FROM %s", quoted);
    enum status status;
    TRY_TO(done, text_status(&sql, error));
    TRY_TO(done, query_open(database, text_string(&sql), query, error));
    for (int i = 1; i <= sqlite3_column_count(query->statement); i++)
        text_addf(&sql, "%s%d", i == 1 ? " ORDER BY " : ", ", i);
    query_close(query);
    TRY_TO(done, text_status(&sql, error));
    status = query_open(database, text_string(&sql), query, error);
done:
    text_free(&sql);
    return status;
}

/* `quoted`: the table's name as SQL writes it. */
static enum status add_table(struct database *database, const char *quoted, struct digest_stream *stream,
                             struct error *error)
{
    struct query query = {0};
    enum status status;
    add_bytes(stream, quoted, strlen(quoted));
    TRY_TO(done, select_in_order(database, quoted, &query, error));
    add_word(stream, (uint64_t)sqlite3_column_count(query.statement));
    for (int i = 0; i < sqlite3_column_count(query.statement); i++) {
        const char *name = sqlite3_column_name(query.statement, i);
        if (name == NULL) {
            status = database_fail(database, SQLITE_NOMEM, error);
            goto done;
        }
        add_bytes(stream, name, strlen(name));
    }
    status = add_rows(&query, stream, error);
done:
    query_close(&query);
    return status;
}

/* All tables but the seal's own and those that SQLite keeps for itself. */
static enum status add_tables(struct database *database, struct digest_stream *stream, struct error *error)
{
    struct query names = {0};
    bool row = false;
    enum status status;
    TRY_TO(done, query_open(database,
                            "SELECT printf('\"%w\"', name) FROM sqlite_master WHERE type = 'table' "
                            "AND name <> 'seal' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name",
                            &names, error));
    TRY_TO(done, query_next(&names, &row, error));
    while (row) {
        const char *quoted = (const char *)sqlite3_column_text(names.statement, 0);
        status = quoted == NULL ? database_fail(database, SQLITE_NOMEM, error)
                                : add_table(database, quoted, stream, error);
        if (status == STATUS_OK) status = query_next(&names, &row, error);
        if (status != STATUS_OK) goto done;
    }
    status = STATUS_OK;
done:
    query_close(&names);
    return status;
}

static enum status compute(struct database *database, char digest[DIGEST_TEXT], struct error *error)
{
    struct digest_stream *stream = digest_stream_create();
    if (stream == NULL) return error_no_memory(error, 0);
    enum status status = add_tables(database, stream, error);
    digest_text(digest_stream_value(stream), digest);
    digest_stream_free(stream);
    return status;
}

enum status seal_put(struct database *database, struct error *error)
{
    char digest[DIGEST_TEXT];
    struct query query = {0};
    enum status status;
    TRY(compute(database, digest, error));
    TRY(database_execute(database, "DROP TABLE IF EXISTS seal;\nCREATE TABLE seal(digest TEXT NOT NULL);\n",
                         error));
    TRY_TO(done, query_open(database, "INSERT INTO seal(digest) VALUES(?)", &query, error));
    TRY_TO(done, query_bind_text(&query, 1, digest, error));
    status = query_run(&query, error);
done:
    query_close(&query);
    return status;
}

enum status seal_read(struct database *database, char digest[DIGEST_TEXT], struct error *error)
{
    struct query query = {0};
    int64_t tables = 0;
    bool row = false;
    enum status status;
    digest[0] = '\0';
    TRY(database_integer(database,
                         "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'seal'", &tables,
                         error));
    if (tables == 0) return STATUS_OK;
    TRY_TO(done, query_open(database, "SELECT digest FROM seal", &query, error));
    TRY_TO(done, query_next(&query, &row, error));
    const char *text = row ? (const char *)sqlite3_column_text(query.statement, 0) : NULL;
    if (text != NULL && strlen(text) == DIGEST_TEXT - 1)
        snprintf(digest, DIGEST_TEXT, "%s", text);
    else
        status = error_set(error, STATUS_BAD_INPUT, "%s: damaged: the digest of what it holds cannot be read",
                           database->path);
done:
    query_close(&query);
    return status;
}

enum status seal_check(struct database *database, struct error *error)
{
    char sealed[DIGEST_TEXT], holds[DIGEST_TEXT];
    TRY(seal_read(database, sealed, error));
    if (sealed[0] == '\0') return STATUS_OK;
    TRY(compute(database, holds, error));
    if (strcmp(sealed, holds) == 0) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT,
                     "%s: damaged: it does not hold what was saved (digest %s, saved with %s); take the file "
                     "from a copy, or save it again",
                     database->path, holds, sealed);
}
