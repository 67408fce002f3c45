#include "harness/store/row.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* Prepare `sql`, which is freed. */
static enum status prepare(struct database *database, const struct table *table, struct text *sql,
                           struct query *query, struct error *error)
{
    enum status status = text_status(sql, error);
    if (status == STATUS_OK) status = query_open(database, text_string(sql), query, error);
    query->table = table;
    text_free(sql);
    return status;
}

enum status row_insert(struct database *database, const struct table *table, struct query *query,
                       struct error *error)
{
    struct text sql = {0};
    table_insert_sql(table, &sql);
    return prepare(database, table, &sql, query, error);
}

enum status row_select(struct database *database, const struct table *table, const char *rest,
                       struct query *query, struct error *error)
{
    struct text sql = {0};
    table_select_sql(table, &sql);
    text_addf(&sql, " %s", rest);
    return prepare(database, table, &sql, query, error);
}

static int bind_number(sqlite3_stmt *statement, int index, double value)
{
    return isnan(value) ? sqlite3_bind_null(statement, index) : sqlite3_bind_double(statement, index, value);
}

/* Fields are read and written by memcpy: an enum or a bool at an offset has no other portable access. */
static int bind_field(sqlite3_stmt *statement, int index, const struct column *column,
                      const unsigned char *field)
{
    switch (column->type) {
    case COLUMN_INT: {
        int value;
        memcpy(&value, field, sizeof value);
        return sqlite3_bind_int64(statement, index, value);
    }
    case COLUMN_U32: {
        uint32_t value;
        memcpy(&value, field, sizeof value);
        return sqlite3_bind_int64(statement, index, value);
    }
    case COLUMN_LONG: {
        long value;
        memcpy(&value, field, sizeof value);
        return sqlite3_bind_int64(statement, index, value);
    }
    case COLUMN_INT64: {
        int64_t value;
        memcpy(&value, field, sizeof value);
        return sqlite3_bind_int64(statement, index, value);
    }
    case COLUMN_BOOL: {
        bool value;
        memcpy(&value, field, sizeof value);
        return sqlite3_bind_int64(statement, index, value);
    }
    case COLUMN_FLOAT: {
        float value;
        memcpy(&value, field, sizeof value);
        return bind_number(statement, index, (double)value);
    }
    case COLUMN_DOUBLE: {
        double value;
        memcpy(&value, field, sizeof value);
        return bind_number(statement, index, value);
    }
    case COLUMN_TEXT:
        return sqlite3_bind_text(statement, index, (const char *)field, -1, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

enum status row_bind(const struct query *query, const void *record, struct error *error)
{
    int own = table_own_count(query->table);
    for (size_t i = 0; i < query->table->column_count; i++) {
        const struct column *column = &query->table->columns[i];
        const unsigned char *field = (const unsigned char *)record + column->offset;
        int code = bind_field(query->statement, own + (int)i + 1, column, field);
        if (code != SQLITE_OK) return database_fail(query->database, code, error);
    }
    return STATUS_OK;
}

/* `column` counts from 0, own columns first. */
static enum status bad_field(const struct query *query, int column, const char *expected, struct error *error)
{
    return error_set(error, STATUS_BAD_INPUT, "%s: damaged: column \"%s\" of table \"%s\" holds no %s",
                     query->database->path, sqlite3_column_name(query->statement, column), query->table->name,
                     expected);
}

/* SQLite gives NULL for a text when it has no memory, and for a NULL, which no text column holds. */
enum status row_read_text(const struct query *query, int index, char *text, size_t size, struct error *error)
{
    const unsigned char *value = sqlite3_column_text(query->statement, index);
    if (value == NULL) {
        int code = sqlite3_errcode(query->database->handle);
        return code == SQLITE_NOMEM ? database_fail(query->database, code, error)
                                    : bad_field(query, index, "text", error);
    }
    size_t length = (size_t)sqlite3_column_bytes(query->statement, index);
    if (length >= size || memchr(value, '\0', length) != NULL)
        return bad_field(query, index, "text that fits", error);
    memcpy(text, value, length + 1);
    return STATUS_OK;
}

/* The values a field of this type can hold. */
static void integer_range(enum column_type type, int64_t *least, int64_t *most)
{
    *least = INT64_MIN;
    *most = INT64_MAX;
    if (type == COLUMN_INT) {
        *least = INT_MIN;
        *most = INT_MAX;
    } else if (type == COLUMN_U32) {
        *least = 0;
        *most = UINT32_MAX;
    } else if (type == COLUMN_LONG) {
        *least = LONG_MIN;
        *most = LONG_MAX;
    } else if (type == COLUMN_BOOL) {
        *least = 0;
        *most = 1;
    }
}

static void put_integer(enum column_type type, int64_t value, unsigned char *field)
{
    if (type == COLUMN_INT) {
        int narrow = (int)value;
        memcpy(field, &narrow, sizeof narrow);
    } else if (type == COLUMN_U32) {
        uint32_t narrow = (uint32_t)value;
        memcpy(field, &narrow, sizeof narrow);
    } else if (type == COLUMN_LONG) {
        long narrow = (long)value;
        memcpy(field, &narrow, sizeof narrow);
    } else if (type == COLUMN_BOOL) {
        bool narrow = value != 0;
        memcpy(field, &narrow, sizeof narrow);
    } else {
        memcpy(field, &value, sizeof value);
    }
}

static enum status read_field(const struct query *query, int index, const struct column *column,
                              unsigned char *field, struct error *error)
{
    int type = sqlite3_column_type(query->statement, index);
    if (column->type == COLUMN_TEXT) return row_read_text(query, index, (char *)field, column->size, error);
    if (column->type == COLUMN_FLOAT || column->type == COLUMN_DOUBLE) {
        if (type != SQLITE_FLOAT && type != SQLITE_NULL) return bad_field(query, index, "number", error);
        double value = type == SQLITE_NULL ? (double)NAN : sqlite3_column_double(query->statement, index);
        float single = (float)value;
        if (column->type == COLUMN_FLOAT)
            memcpy(field, &single, sizeof single);
        else
            memcpy(field, &value, sizeof value);
        return STATUS_OK;
    }
    int64_t least, most, value = sqlite3_column_int64(query->statement, index);
    integer_range(column->type, &least, &most);
    if (type != SQLITE_INTEGER || value < least || value > most)
        return bad_field(query, index, "integer in range", error);
    put_integer(column->type, value, field);
    return STATUS_OK;
}

enum status row_read(const struct query *query, void *record, struct error *error)
{
    int own = table_own_count(query->table);
    for (size_t i = 0; i < query->table->column_count; i++) {
        const struct column *column = &query->table->columns[i];
        TRY(read_field(query, own + (int)i, column, (unsigned char *)record + column->offset, error));
    }
    return STATUS_OK;
}
