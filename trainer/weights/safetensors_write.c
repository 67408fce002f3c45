#include "base/file.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "trainer/weights/safetensors.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 8, LENGTH_BYTES = 8, CHUNK = 16384 };

static int by_name(const void *left, const void *right)
{
    const struct safetensors_source *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

static uint64_t count_numbers(const struct safetensors_source *tensor)
{
    uint64_t count = 1;
    for (int i = 0; i < tensor->rank; i++)
        count *= tensor->shape[i];
    return count;
}

static void add_little_endian(struct text *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        unsigned char byte = (unsigned char)(value >> 8 * i & 0xff);
        text_add_bytes(out, &byte, 1);
    }
}

static void add_tensor(struct text *header, const struct safetensors_source *tensor, uint64_t *offset)
{
    uint64_t begin = *offset;
    *offset += count_numbers(tensor) * sizeof(float);
    text_add(header, ",");
    json_text_string(header, tensor->name);
    text_add(header, ":{\"dtype\":\"F32\",\"shape\":[");
    for (int i = 0; i < tensor->rank; i++)
        text_addf(header, "%s%llu", i == 0 ? "" : ",", (unsigned long long)tensor->shape[i]);
    text_addf(header, "],\"data_offsets\":[%llu,%llu]}", (unsigned long long)begin,
              (unsigned long long)*offset);
}

static enum status write_header(const struct safetensors_source **sorted, size_t count,
                                struct file_stream *stream, struct error *error)
{
    struct text header = {0}, length = {0};
    uint64_t offset = 0;
    enum status status;
    text_add(&header, "{\"__metadata__\":{\"format\":\"pt\"}");
    for (size_t i = 0; i < count; i++)
        add_tensor(&header, sorted[i], &offset);
    text_add(&header, "}");
    while (!header.failed && header.length % ALIGNMENT != 0)
        text_add(&header, " ");
    TRY_TO(done, text_status(&header, error));
    add_little_endian(&length, header.length, LENGTH_BYTES);
    TRY_TO(done, text_status(&length, error));
    TRY_TO(done, file_stream_add(stream, length.data, length.length, error));
    status = file_stream_add(stream, header.data, header.length, error);
done:
    text_free(&header);
    text_free(&length);
    return status;
}

static enum status write_values(const struct safetensors_source *tensor, struct file_stream *stream,
                                struct error *error)
{
    unsigned char bytes[CHUNK * sizeof(float)];
    uint64_t count = count_numbers(tensor);
    for (uint64_t from = 0; from < count; from += CHUNK) {
        size_t now = count - from < CHUNK ? (size_t)(count - from) : CHUNK;
        for (size_t i = 0; i < now; i++) {
            uint32_t bits;
            memcpy(&bits, &tensor->values[from + i], sizeof bits);
            for (size_t b = 0; b < sizeof bits; b++)
                bytes[sizeof bits * i + b] = (unsigned char)(bits >> 8 * b & 0xff);
        }
        TRY(file_stream_add(stream, bytes, now * sizeof(float), error));
    }
    return STATUS_OK;
}

enum status safetensors_write(const char *path, const struct safetensors_source *tensors, size_t count,
                              struct error *error)
{
    struct file_stream stream = {0};
    enum status status;
    const struct safetensors_source **sorted = memory_zeroed(count, sizeof *sorted);
    if (sorted == NULL) return error_no_memory(error, count * sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &tensors[i];
    qsort(sorted, count, sizeof *sorted, by_name);
    TRY_TO(done, file_stream_open(path, &stream, error));
    TRY_TO(done, write_header(sorted, count, &stream, error));
    for (size_t i = 0; i < count; i++)
        TRY_TO(done, write_values(sorted[i], &stream, error));
    status = file_stream_commit(&stream, error);
done:
    file_stream_discard(&stream);
    memory_free(sorted);
    return status;
}
