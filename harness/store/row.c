#include "harness/store/row.h"

#include <limits.h>
#include <math.h>
#include <string.h>

enum status row_prepare_insert(struct database *database, const struct table *table, sqlite3_stmt **statement,
                               struct error *error)
{
    struct text sql = {0};
    table_insert_sql(table, &sql);
    enum status status = text_status(&sql, error);
    if (status == STATUS_OK) status = database_prepare(database, text_string(&sql), statement, error);
    text_free(&sql);
    return status;
}

enum status row_prepare_select(struct database *database, const struct table *table, const char *rest,
                               sqlite3_stmt **statement, struct error *error)
{
    struct text sql = {0};
    table_select_sql(table, &sql);
    text_addf(&sql, " %s", rest);
    enum status status = text_status(&sql, error);
    if (status == STATUS_OK) status = database_prepare(database, text_string(&sql), statement, error);
    text_free(&sql);
    return status;
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

enum status row_bind(struct database *database, sqlite3_stmt *statement, const struct table *table,
                     const void *record, struct error *error)
{
    int own = table_own_count(table);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        int code =
            bind_field(statement, own + (int)i + 1, column, (const unsigned char *)record + column->offset);
        if (code != SQLITE_OK) return database_fail(database, code, error);
    }
    return STATUS_OK;
}

static enum status bad_field(const struct database *database, const struct table *table, const char *name,
                             const char *expected, struct error *error)
{
    return error_set(error, STATUS_BAD_INPUT, "%s: damaged: column \"%s\" of table \"%s\" holds no %s",
                     database->path, name, table->name, expected);
}

/* SQLite gives NULL for a text when it has no memory, and for a NULL, which no text column holds. */
static enum status read_text(struct database *database, sqlite3_stmt *statement, int index,
                             const struct table *table, const char *name, char *text, size_t size,
                             struct error *error)
{
    const unsigned char *value = sqlite3_column_text(statement, index);
    if (value == NULL) {
        if (sqlite3_errcode(database->handle) == SQLITE_NOMEM)
            return database_fail(database, SQLITE_NOMEM, error);
        return bad_field(database, table, name, "text", error);
    }
    size_t length = (size_t)sqlite3_column_bytes(statement, index);
    if (length >= size || memchr(value, '\0', length) != NULL)
        return bad_field(database, table, name, "text that fits", error);
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

static enum status read_field(struct database *database, sqlite3_stmt *statement, int index,
                              const struct table *table, const struct column *column, unsigned char *field,
                              struct error *error)
{
    int type = sqlite3_column_type(statement, index);
    if (column->type == COLUMN_TEXT)
        return read_text(database, statement, index, table, column->name, (char *)field, column->size, error);
    if (column->type == COLUMN_FLOAT || column->type == COLUMN_DOUBLE) {
        if (type != SQLITE_FLOAT && type != SQLITE_NULL)
            return bad_field(database, table, column->name, "number", error);
        double value = type == SQLITE_NULL ? (double)NAN : sqlite3_column_double(statement, index);
        float single = (float)value;
        if (column->type == COLUMN_FLOAT)
            memcpy(field, &single, sizeof single);
        else
            memcpy(field, &value, sizeof value);
        return STATUS_OK;
    }
    int64_t least, most, value = sqlite3_column_int64(statement, index);
    integer_range(column->type, &least, &most);
    if (type != SQLITE_INTEGER || value < least || value > most)
        return bad_field(database, table, column->name, "integer in range", error);
    put_integer(column->type, value, field);
    return STATUS_OK;
}

enum status row_read(struct database *database, sqlite3_stmt *statement, const struct table *table,
                     void *record, struct error *error)
{
    int own = table_own_count(table);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        TRY(read_field(database, statement, own + (int)i, table, column,
                       (unsigned char *)record + column->offset, error));
    }
    return STATUS_OK;
}

enum status row_read_text(struct database *database, sqlite3_stmt *statement, const struct table *table,
                          int index, char *text, size_t size, struct error *error)
{
    return read_text(database, statement, index, table, table->name, text, size, error);
}
