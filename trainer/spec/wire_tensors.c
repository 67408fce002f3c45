#include "trainer/spec/wire_tensors.h"

#include "base/memory.h"
#include "trainer/spec/wire_rows.h"

#include <limits.h>
#include <string.h>

enum { FLOAT_DIGITS = 8 };

void wire_add_tensors(struct text *line, const char *name, const char *joined)
{
    wire_add_name(line, name, false);
    text_add(line, "[");
    for (const char *c = joined; *c != '\0';) {
        size_t length = strcspn(c, "\n");
        struct text word = {0};
        text_add_bytes(&word, c, length);
        if (c != joined) text_add(line, ", ");
        wire_add_string(line, text_string(&word));
        line->failed = line->failed || word.failed;
        text_free(&word);
        c += length + (c[length] == '\n');
    }
    text_add(line, "]");
}

enum status wire_read_tensors(struct json_object *value, const char *name, char **joined, struct error *error)
{
    struct text names = {0};
    bool good = json_object_is_type(value, json_type_array);
    *joined = NULL;
    for (size_t i = 0; good && i < json_object_array_length(value); i++) {
        struct json_object *item = json_object_array_get_idx(value, i);
        const char *word = json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "";
        good = word[0] != '\0' && strchr(word, '\n') == NULL;
        if (i > 0) text_add(&names, "\n");
        text_add(&names, word);
    }
    enum status status = text_status(&names, error);
    if (status == STATUS_OK && !good)
        status = error_set(error, STATUS_BAD_INPUT, "\"%s\" must be an array of names, none empty", name);
    if (status == STATUS_OK) {
        *joined = memory_copy_string(text_string(&names));
        if (*joined == NULL) status = error_no_memory(error, names.length);
    }
    text_free(&names);
    return status;
}

enum status wire_read_sums(struct json_object *value, const char *name, float **sums, int *count,
                           struct error *error)
{
    size_t digits =
        json_object_is_type(value, json_type_string) ? (size_t)json_object_get_string_len(value) : 0;
    *sums = NULL;
    if (value == NULL) return STATUS_OK;
    if (digits == 0 || digits % FLOAT_DIGITS != 0 || digits / FLOAT_DIGITS > INT_MAX / FLOAT_DIGITS)
        return error_set(error, STATUS_BAD_INPUT, "\"%s\" must be %d hexadecimal digits for each tensor",
                         name, FLOAT_DIGITS);
    TRY(wire_read_losses(value, name, (int)(digits / FLOAT_DIGITS), sums, error));
    *count = (int)(digits / FLOAT_DIGITS);
    return STATUS_OK;
}
