#include "harness/store/blob.h"

#include "base/memory.h"

#include <string.h>

/* Bytes of each word. */
enum { BYTE = 1, HALF = 2, WORD = 4 };

static size_t width_of(const int32_t *classes, size_t count)
{
    uint32_t all = 0;
    for (size_t i = 0; i < count; i++)
        all |= (uint32_t)classes[i];
    return all <= UINT8_MAX ? BYTE : all <= UINT16_MAX ? HALF : WORD;
}

/* `words` are 32 bits wide in memory; their lowest `width` bytes are kept. */
static enum status bind_words(const struct query *query, int index, const void *words, size_t count,
                              size_t width, struct error *error)
{
    unsigned char *bytes = memory_zeroed(count, width);
    if (bytes == NULL) return error_no_memory(error, count * width);
    for (size_t i = 0; i < count; i++) {
        uint32_t word;
        memcpy(&word, (const unsigned char *)words + WORD * i, sizeof word);
        for (size_t b = 0; b < width; b++)
            bytes[width * i + b] = (unsigned char)(word >> (8 * b) & 0xff);
    }
    int code = sqlite3_bind_blob64(query->statement, index, bytes, count * width, SQLITE_TRANSIENT);
    memory_free(bytes);
    return code == SQLITE_OK ? STATUS_OK : database_fail(query->database, code, error);
}

enum status blob_bind_classes(const struct query *query, int index, const int32_t *classes, int count,
                              struct error *error)
{
    size_t values = classes == NULL || count < 0 ? 0 : (size_t)count;
    return bind_words(query, index, classes, values, width_of(classes, values), error);
}

enum status blob_bind_losses(const struct query *query, int index, const float *losses, int count,
                             struct error *error)
{
    size_t values = losses == NULL || count < 0 ? 0 : (size_t)count;
    return bind_words(query, index, losses, values, WORD, error);
}

static enum status read_words(const struct query *query, int index, size_t count, size_t width, void **words,
                              struct error *error)
{
    const unsigned char *bytes = sqlite3_column_blob(query->statement, index);
    if (bytes == NULL) return database_fail(query->database, SQLITE_NOMEM, error);
    *words = memory_zeroed(count, WORD);
    if (*words == NULL) return error_no_memory(error, WORD * count);
    for (size_t i = 0; i < count; i++) {
        uint32_t word = 0;
        for (size_t b = 0; b < width; b++)
            word |= (uint32_t)bytes[width * i + b] << (8 * b);
        memcpy((unsigned char *)*words + WORD * i, &word, sizeof word);
    }
    return STATUS_OK;
}

static enum status damaged(const struct query *query, int count, struct error *error)
{
    return error_set(error, STATUS_BAD_INPUT, "%s: damaged: an array of validation rows has not %d values",
                     query->database->path, count);
}

enum status blob_read_classes(const struct query *query, int index, int count, int32_t **classes,
                              struct error *error)
{
    size_t size = (size_t)sqlite3_column_bytes(query->statement, index);
    size_t values = count > 0 ? (size_t)count : 0;
    void *words = NULL;
    *classes = NULL;
    if (size == 0) return STATUS_OK;
    if (size != BYTE * values && size != HALF * values && size != WORD * values)
        return damaged(query, count, error);
    TRY(read_words(query, index, values, size / values, &words, error));
    *classes = words;
    return STATUS_OK;
}

enum status blob_read_losses(const struct query *query, int index, int count, float **losses,
                             struct error *error)
{
    size_t size = (size_t)sqlite3_column_bytes(query->statement, index);
    size_t values = count > 0 ? (size_t)count : 0;
    void *words = NULL;
    *losses = NULL;
    if (size == 0) return STATUS_OK;
    if (size != WORD * values) return damaged(query, count, error);
    TRY(read_words(query, index, values, WORD, &words, error));
    *losses = words;
    return STATUS_OK;
}

int blob_count(const struct query *query, int index)
{
    return sqlite3_column_bytes(query->statement, index) / WORD;
}
