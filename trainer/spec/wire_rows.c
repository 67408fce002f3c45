#include "trainer/spec/wire_rows.h"

#include "base/memory.h"

#include <limits.h>
#include <string.h>

enum { FLOAT_DIGITS = 8 };

void wire_add_classes(struct text *line, const char *name, const int32_t *classes, int count)
{
    wire_add_name(line, name, false);
    text_add(line, "[");
    for (int i = 0; i < count; i++)
        text_addf(line, "%s%d", i == 0 ? "" : ", ", (int)classes[i]);
    text_add(line, "]");
}

void wire_add_losses(struct text *line, const char *name, const float *losses, int count)
{
    wire_add_name(line, name, false);
    text_add(line, "\"");
    for (int i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &losses[i], sizeof bits);
        text_addf(line, "%08x", (unsigned)bits);
    }
    text_add(line, "\"");
}

static enum status read_class(struct json_object *value, const char *name, size_t index, int32_t *class,
                              struct error *error)
{
    int64_t number = json_object_get_int64(value);
    if (!json_object_is_type(value, json_type_int) || number < 0 || number > INT32_MAX)
        return error_set(error, STATUS_BAD_INPUT, "\"%s\"[%zu] must be a class, 0 or more, not %.40s", name,
                         index, json_object_to_json_string(value));
    *class = (int32_t)number;
    return STATUS_OK;
}

enum status wire_read_classes(struct json_object *value, const char *name, int32_t **classes, int *count,
                              struct error *error)
{
    *classes = NULL;
    if (!json_object_is_type(value, json_type_array))
        return error_set(error, STATUS_BAD_INPUT, "\"%s\" must be an array of classes", name);
    size_t length = json_object_array_length(value);
    if (length > INT_MAX / FLOAT_DIGITS)
        return error_set(error, STATUS_BAD_INPUT, "\"%s\" has too many classes", name);
    int32_t *read = memory_zeroed(length, sizeof *read);
    if (read == NULL) return error_no_memory(error, length * sizeof *read);
    for (size_t i = 0; i < length; i++) {
        enum status status = read_class(json_object_array_get_idx(value, i), name, i, &read[i], error);
        if (status == STATUS_OK) continue;
        memory_free(read);
        return status;
    }
    *classes = read;
    *count = (int)length;
    return STATUS_OK;
}

enum status wire_read_losses(struct json_object *value, const char *name, int count, float **losses,
                             struct error *error)
{
    const size_t digits = (size_t)count * FLOAT_DIGITS;
    const char *text = json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
    *losses = NULL;
    if (text == NULL || strlen(text) != digits || strspn(text, "0123456789abcdef") != digits)
        return error_set(error, STATUS_BAD_INPUT,
                         "\"%s\" must be %d hexadecimal digits for each of the %d predictions", name,
                         FLOAT_DIGITS, count);
    float *read = memory_zeroed((size_t)count, sizeof *read);
    if (read == NULL) return error_no_memory(error, (size_t)count * sizeof *read);
    for (size_t i = 0; i < digits; i += FLOAT_DIGITS) {
        uint32_t bits = 0;
        for (size_t j = 0; j < FLOAT_DIGITS; j++) {
            char digit = text[i + j];
            bits = bits << 4 | (uint32_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        }
        memcpy(&read[i / FLOAT_DIGITS], &bits, sizeof bits);
    }
    *losses = read;
    return STATUS_OK;
}
