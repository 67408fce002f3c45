#include "trainer/weights/safetensors.h"

#include "base/file.h"
#include "base/json_read.h"
#include "base/memory.h"
#include "trainer/weights/half.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LENGTH_BYTES = 8, HEADER_LIMIT = 100000000 };
#define METADATA "__metadata__"

/* Every dtype of the format, so that a tensor that is not read can be passed over. */
static const struct {
    const char *name;
    unsigned bits;
} dtypes[] = {{"F32", 32},    {"F16", 16},    {"BF16", 16},       {"F64", 64},        {"I64", 64},
              {"I32", 32},    {"I16", 16},    {"I8", 8},          {"U64", 64},        {"U32", 32},
              {"U16", 16},    {"U8", 8},      {"BOOL", 8},        {"C64", 64},        {"F8_E4M3", 8},
              {"F8_E5M2", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"F6_E2M3", 6},
              {"F6_E3M2", 6}, {"F4", 4}};
enum { DTYPES = sizeof dtypes / sizeof dtypes[0] };

static uint64_t little_endian(const unsigned char *bytes, int count)
{
    uint64_t value = 0;
    for (int i = 0; i < count; i++)
        value |= (uint64_t)bytes[i] << 8 * i;
    return value;
}

static enum status map_file(struct safetensors *file, struct error *error)
{
    int descriptor;
    struct stat info;
    TRY(file_open(file->path, &descriptor, error));
    enum status status = STATUS_OK;
    if (fstat(descriptor, &info) != 0)
        status = error_set(error, STATUS_IO, "%s: cannot be looked at: %s", file->path, strerror(errno));
    else if (info.st_size < LENGTH_BYTES)
        status =
            error_set(error, STATUS_BAD_INPUT,
                      "%s: has %lld bytes; a safetensors file begins with the 8 bytes of its header's length",
                      file->path, (long long)info.st_size);
    if (status == STATUS_OK) {
        void *map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (map == MAP_FAILED)
            status = error_set(error, STATUS_IO, "%s: cannot be mapped: %s", file->path, strerror(errno));
        else {
            file->map = map;
            file->map_bytes = (size_t)info.st_size;
        }
    }
    close(descriptor);
    return status;
}

static enum status parse_header(struct safetensors *file, struct error *error)
{
    const uint64_t length = little_endian(file->map, LENGTH_BYTES), rest = file->map_bytes - LENGTH_BYTES;
    const char *path = file->path;
    if (length > HEADER_LIMIT)
        return error_set(
            error, STATUS_BAD_INPUT,
            "%s: a header of %llu bytes is more than the format's limit of %d; is it a safetensors file?",
            path, (unsigned long long)length, HEADER_LIMIT);
    if (length > rest)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: the header should have %llu bytes, and %llu follow; the file is cut off", path,
                         (unsigned long long)length, (unsigned long long)rest);
    if (length == 0 || file->map[LENGTH_BYTES] != '{')
        return error_set(error, STATUS_BAD_INPUT, "%s: the header must begin with {", path);
    file->data = file->map + LENGTH_BYTES + length;
    char *header = memory_zeroed(length + 1, 1); /* ends with the NUL that the parser needs */
    if (header == NULL) return error_no_memory(error, length + 1);
    memcpy(header, file->map + LENGTH_BYTES, length);
    struct error problem = {0};
    enum status status = json_read_object(header, length, &file->header, &problem);
    if (status == STATUS_OK) status = json_read_check_names(header, file->header, &problem);
    memory_free(header);
    return status == STATUS_OK ? STATUS_OK
                               : error_set(error, status, "%s: the header: %s", path, problem.text);
}

static enum status check_metadata(const struct safetensors *file, struct json_object *metadata,
                                  struct error *error)
{
    bool fine = json_object_is_type(metadata, json_type_object);
    if (fine) {
        json_object_object_foreach(metadata, name, value)
        {
            (void)name;
            fine = fine && json_object_is_type(value, json_type_string);
        }
    }
    if (fine) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT, "%s: " METADATA " must be an object of strings", file->path);
}

static enum status wrong(const struct safetensors *file, const char *tensor, const char *member,
                         const char *expected, struct error *error)
{
    return error_set(error, STATUS_BAD_INPUT, "%s: tensor \"%s\": \"%s\" must be %s", file->path, tensor,
                     member, expected);
}

/* A whole number from 0 to 2^63 - 1, which no size of a real file reaches. */
static bool take_size(struct json_object *value, uint64_t *size)
{
    if (!json_object_is_type(value, json_type_int)) return false;
    int64_t number = json_object_get_int64(value);
    if (number < 0 || number == INT64_MAX) return false;
    *size = (uint64_t)number;
    return true;
}

static enum status read_shape(const struct safetensors *file, struct json_object *shape,
                              struct safetensors_tensor *tensor, struct error *error)
{
    if (!json_object_is_type(shape, json_type_array) || json_object_array_length(shape) > SAFETENSORS_RANK)
        return wrong(file, tensor->name, "shape", "a list of at most 8 sizes", error);
    tensor->rank = (int)json_object_array_length(shape);
    tensor->count = 1;
    bool fits = true;
    for (int i = 0; i < tensor->rank; i++) {
        uint64_t *size = &tensor->shape[i];
        if (!take_size(json_object_array_get_idx(shape, (size_t)i), size))
            return wrong(file, tensor->name, "shape", "a list of whole numbers >= 0", error);
        /* overflow is one whatever follows, a 0 too: the reference multiplies in this order */
        fits = fits && !__builtin_mul_overflow(tensor->count, *size, &tensor->count);
    }
    return fits ? STATUS_OK : wrong(file, tensor->name, "shape", "of fewer than 2^64 numbers", error);
}

static enum status read_offsets(const struct safetensors *file, struct json_object *offsets, unsigned bits,
                                struct safetensors_tensor *tensor, struct error *error)
{
    const uint64_t available = (uint64_t)(file->map + file->map_bytes - file->data);
    if (!json_object_is_type(offsets, json_type_array) || json_object_array_length(offsets) != 2 ||
        !take_size(json_object_array_get_idx(offsets, 0), &tensor->begin) ||
        !take_size(json_object_array_get_idx(offsets, 1), &tensor->end) || tensor->begin > tensor->end)
        return wrong(file, tensor->name, "data_offsets", "two whole numbers, begin <= end", error);
    if (tensor->end > available)
        return error_set(
            error, STATUS_BAD_INPUT,
            "%s: tensor \"%s\" ends at byte %llu of the data, which have %llu; the file is cut off",
            file->path, tensor->name, (unsigned long long)tensor->end, (unsigned long long)available);
    uint64_t size;
    bool whole = !__builtin_mul_overflow(tensor->count, (uint64_t)bits, &size) && size % 8 == 0;
    if (!whole || size / 8 != tensor->end - tensor->begin) {
        char shape[SAFETENSORS_SHAPE_TEXT];
        safetensors_shape_text(tensor->shape, tensor->rank, shape);
        return error_set(
            error, STATUS_BAD_INPUT,
            "%s: tensor \"%s\": %s numbers of dtype %s do not take the %llu bytes that data_offsets say",
            file->path, tensor->name, shape, tensor->dtype,
            (unsigned long long)(tensor->end - tensor->begin));
    }
    return STATUS_OK;
}

static enum status read_tensor(const struct safetensors *file, const char *name, struct json_object *entry,
                               struct safetensors_tensor *tensor, struct error *error)
{
    struct json_object *dtype = NULL, *shape = NULL, *offsets = NULL;
    *tensor = (struct safetensors_tensor){.name = name};
    if (!json_object_is_type(entry, json_type_object))
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: tensor \"%s\" must be an object with dtype, shape and data_offsets", file->path,
                         name);
    bool complete = json_object_object_get_ex(entry, "dtype", &dtype) &&
                    json_object_object_get_ex(entry, "shape", &shape) &&
                    json_object_object_get_ex(entry, "data_offsets", &offsets);
    if (!complete || json_object_object_length(entry) != 3)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: tensor \"%s\" must have dtype, shape and data_offsets, and nothing else",
                         file->path, name);
    size_t type = 0;
    const char *word = json_object_is_type(dtype, json_type_string) ? json_object_get_string(dtype) : "";
    if (strlen(word) != (size_t)json_object_get_string_len(dtype)) word = ""; /* a NUL in it */
    while (type < DTYPES && strcmp(dtypes[type].name, word) != 0)
        type++;
    if (type == DTYPES)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: tensor \"%s\": \"dtype\" is %s, which is none of the format's", file->path,
                         name, json_object_to_json_string(dtype));
    tensor->dtype = dtypes[type].name;
    TRY(read_shape(file, shape, tensor, error));
    return read_offsets(file, offsets, dtypes[type].bits, tensor, error);
}

static enum status read_tensors(struct safetensors *file, struct error *error)
{
    size_t members = (size_t)json_object_object_length(file->header);
    file->tensors = memory_zeroed(members, sizeof *file->tensors);
    if (file->tensors == NULL) return error_no_memory(error, members * sizeof *file->tensors);
    json_object_object_foreach(file->header, name, entry)
    {
        if (strcmp(name, METADATA) == 0)
            TRY(check_metadata(file, entry, error));
        else
            TRY(read_tensor(file, name, entry, &file->tensors[file->count++], error));
    }
    return STATUS_OK;
}

static int by_place(const void *left, const void *right)
{
    const struct safetensors_tensor *a = left, *b = right;
    if (a->begin != b->begin) return a->begin < b->begin ? -1 : 1;
    return a->end < b->end ? -1 : a->end > b->end;
}

static int by_name(const void *left, const void *right)
{
    const struct safetensors_tensor *a = left, *b = right;
    return strcmp(a->name, b->name);
}

/* Neither holes nor overlaps nor bytes behind the last tensor: nothing in the file that nobody looks at. */
static enum status check_cover(struct safetensors *file, struct error *error)
{
    const uint64_t available = (uint64_t)(file->map + file->map_bytes - file->data);
    uint64_t reached = 0;
    qsort(file->tensors, file->count, sizeof *file->tensors, by_place);
    for (size_t i = 0; i < file->count; i++) {
        const struct safetensors_tensor *tensor = &file->tensors[i];
        if (tensor->begin != reached)
            return error_set(
                error, STATUS_BAD_INPUT,
                "%s: tensor \"%s\" begins at byte %llu of the data, not at %llu, where the one before "
                "ends: %s",
                file->path, tensor->name, (unsigned long long)tensor->begin, (unsigned long long)reached,
                tensor->begin < reached ? "they overlap" : "a hole");
        reached = tensor->end;
    }
    if (reached != available)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: %llu bytes follow the last tensor, whose end must be the file's", file->path,
                         (unsigned long long)(available - reached));
    qsort(file->tensors, file->count, sizeof *file->tensors, by_name);
    return STATUS_OK;
}

enum status safetensors_open(const char *path, struct safetensors *file, struct error *error)
{
    *file = (struct safetensors){.path = memory_copy_string(path)};
    if (file->path == NULL) return error_no_memory(error, 0);
    enum status status = map_file(file, error);
    if (status == STATUS_OK) status = parse_header(file, error);
    if (status == STATUS_OK) status = read_tensors(file, error);
    if (status == STATUS_OK) status = check_cover(file, error);
    if (status != STATUS_OK) safetensors_close(file);
    return status;
}

void safetensors_close(struct safetensors *file)
{
    if (file->map != NULL) munmap((void *)(uintptr_t)file->map, file->map_bytes);
    json_object_put(file->header);
    memory_free(file->tensors);
    memory_free(file->path);
    *file = (struct safetensors){0};
}

const struct safetensors_tensor *safetensors_find(const struct safetensors *file, const char *name)
{
    const struct safetensors_tensor wanted = {.name = name};
    return bsearch(&wanted, file->tensors, file->count, sizeof *file->tensors, by_name);
}

/* The pages of what was read need not stay in memory beside the numbers: they are the file's, and are read
 * again when they are looked at again. Whole pages only; a refusal changes nothing. */
static void let_go(const unsigned char *from, const unsigned char *to)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t begin = ((uintptr_t)from + page - 1) / page * page, end = (uintptr_t)to / page * page;
    if (begin < end) (void)madvise((void *)begin, end - begin, MADV_DONTNEED);
}

/* `count` numbers of a dtype that is read. */
static void read_numbers(const unsigned char *bytes, const char *dtype, uint64_t count, float *values)
{
    if (strcmp(dtype, "F32") == 0) {
        for (uint64_t i = 0; i < count; i++) {
            uint32_t bits = (uint32_t)little_endian(bytes + 4 * i, 4);
            memcpy(&values[i], &bits, sizeof bits);
        }
    } else if (strcmp(dtype, "F16") == 0) {
        for (uint64_t i = 0; i < count; i++)
            values[i] = half_from_float16((uint16_t)little_endian(bytes + 2 * i, 2));
    } else {
        for (uint64_t i = 0; i < count; i++)
            values[i] = half_from_bfloat16((uint16_t)little_endian(bytes + 2 * i, 2));
    }
}

enum status safetensors_read(const struct safetensors *file, const struct safetensors_tensor *tensor,
                             float *values, struct error *error)
{
    enum { PIECE = 1 << 20 }; /* numbers, of which no more are in memory twice */
    const unsigned char *bytes = file->data + tensor->begin;
    const char *dtype = tensor->dtype;
    const bool wide = strcmp(dtype, "F32") == 0;
    if (!wide && strcmp(dtype, "F16") != 0 && strcmp(dtype, "BF16") != 0)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: tensor \"%s\" has dtype %s; weights are read as F32, F16 or BF16", file->path,
                         tensor->name, dtype);
    for (uint64_t done = 0; done < tensor->count;) {
        const uint64_t now = tensor->count - done < PIECE ? tensor->count - done : PIECE;
        const unsigned char *from = bytes + (wide ? 4 : 2) * done, *to = from + (wide ? 4 : 2) * now;
        read_numbers(from, dtype, now, values + done);
        let_go(from, to);
        done += now;
    }
    return STATUS_OK;
}

void safetensors_shape_text(const uint64_t *shape, int rank, char text[SAFETENSORS_SHAPE_TEXT])
{
    int used = snprintf(text, SAFETENSORS_SHAPE_TEXT, "(");
    for (int i = 0; i < rank; i++)
        used += snprintf(text + used, (size_t)(SAFETENSORS_SHAPE_TEXT - used), "%s%llu", i == 0 ? "" : ", ",
                         (unsigned long long)shape[i]);
    snprintf(text + used, (size_t)(SAFETENSORS_SHAPE_TEXT - used), ")");
}
