#include "trainer/model/config_reader.h"

#include "base/json_read.h"

#include <stdint.h>
#include <string.h>

struct json_object *config_field(const struct config_reader *reader, const char *field)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(reader->object, field, &value);
    return value;
}

bool config_mentions(const struct config_reader *reader, const char *field)
{
    return json_object_object_get_ex(reader->object, field, NULL) != 0;
}

enum status config_wrong(struct config_reader *reader, const char *field, const char *expected)
{
    return error_set(reader->error, STATUS_BAD_INPUT, "%s: \"%s%s\" must be %s", reader->path, reader->within,
                     field, expected);
}

enum status config_unsupported(struct config_reader *reader, const char *field, const char *computed)
{
    return error_set(reader->error, STATUS_UNSUPPORTED, "%s: \"%s%s\" is %s; only %s is computed",
                     reader->path, reader->within, field, json_read_show(config_field(reader, field)),
                     computed);
}

enum status config_count(struct config_reader *reader, const char *field, int fallback, int most, int *count)
{
    struct json_object *value = config_field(reader, field);
    if (value == NULL) {
        if (fallback == CONFIG_REQUIRED) return config_wrong(reader, field, "given, a whole number > 0");
        *count = fallback;
        return STATUS_OK;
    }
    int64_t number = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;
    if (number < 1 || number > most)
        return error_set(reader->error, STATUS_BAD_INPUT,
                         "%s: \"%s%s\" must be a whole number from 1 to %d, not %s", reader->path,
                         reader->within, field, most, json_read_show(value));
    *count = (int)number;
    return STATUS_OK;
}

enum status config_number(struct config_reader *reader, const char *field, double fallback, double least,
                          double below, double *number)
{
    struct json_object *value = config_field(reader, field);
    *number = fallback;
    if (value == NULL) return STATUS_OK;
    bool is_number =
        json_object_is_type(value, json_type_double) || json_object_is_type(value, json_type_int);
    if (is_number) *number = json_object_get_double(value);
    if (!is_number || !(*number >= least && *number < below)) {
        return error_set(reader->error, STATUS_BAD_INPUT, "%s: \"%s%s\" must be a number >= %g and < %g",
                         reader->path, reader->within, field, least, below);
    }
    return STATUS_OK;
}

enum status config_flag(struct config_reader *reader, const char *field, bool fallback, bool *flag)
{
    struct json_object *value = config_field(reader, field);
    *flag = fallback;
    if (value == NULL) return STATUS_OK;
    if (!json_object_is_type(value, json_type_boolean)) return config_wrong(reader, field, "true or false");
    *flag = json_object_get_boolean(value);
    return STATUS_OK;
}

enum status config_token(struct config_reader *reader, const char *field, int fallback, int vocab_size,
                         int *id)
{
    struct json_object *value = config_field(reader, field);
    *id = config_mentions(reader, field) ? -1 : fallback;
    if (value != NULL) {
        int64_t number = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : -2;
        if (number < -1 || number >= vocab_size)
            return config_wrong(reader, field, "null or an id below vocab_size");
        *id = (int)number;
    }
    if (*id >= vocab_size)
        return error_set(reader->error, STATUS_BAD_INPUT,
                         "%s: \"%s%s\" must be given: its default %d is not below vocab_size", reader->path,
                         reader->within, field, fallback);
    return STATUS_OK;
}

enum status config_only_word(struct config_reader *reader, const char *field, const char *word)
{
    struct json_object *value = config_field(reader, field);
    if (value == NULL) return STATUS_OK;
    if (!json_object_is_type(value, json_type_string) || strcmp(json_object_get_string(value), word) != 0)
        return error_set(reader->error, STATUS_UNSUPPORTED, "%s: \"%s%s\" is %s; only \"%s\" is computed",
                         reader->path, reader->within, field, json_read_show(value), word);
    return STATUS_OK;
}

enum status config_only_false(struct config_reader *reader, const char *field)
{
    struct json_object *value = config_field(reader, field);
    if (value == NULL) return STATUS_OK;
    if (!json_object_is_type(value, json_type_boolean) || json_object_get_boolean(value))
        return config_unsupported(reader, field, "false");
    return STATUS_OK;
}

enum status config_only_one(struct config_reader *reader, const char *field)
{
    struct json_object *value = config_field(reader, field);
    if (value == NULL) return STATUS_OK;
    bool is_number =
        json_object_is_type(value, json_type_double) || json_object_is_type(value, json_type_int);
    return is_number && json_object_get_double(value) == 1.0 ? STATUS_OK
                                                             : config_unsupported(reader, field, "1");
}

enum status config_only_empty(struct config_reader *reader, const char *field)
{
    struct json_object *value = config_field(reader, field);
    bool empty = value == NULL ||
                 (json_object_is_type(value, json_type_object) && json_object_object_length(value) == 0) ||
                 (json_object_is_type(value, json_type_array) && json_object_array_length(value) == 0);
    return empty ? STATUS_OK : config_unsupported(reader, field, "an empty one");
}

static bool in_list(const char *word, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, word) == 0) return true;
    }
    return false;
}

/* Fields that are known to change what is computed, or what is stored, and what to do about them. */
static const char *refusal_of(const char *field)
{
    static const struct {
        const char *field, *advice;
    } refusals[] = {
        {"quantization_config", "the weights are quantized, and those cannot be trained; take the model that "
                                "they were made from, without \"quantization_config\""},
        {"auto_map", "the model is computed by Python code of its own, which is not run; take a model "
                     "of one of the families in docs/families.md"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (strcmp(field, refusals[i].field) == 0) return refusals[i].advice;
    }
    return NULL;
}

enum status config_refuse_unknown(struct config_reader *reader, const char *const *const *lists)
{
    json_object_object_foreach(reader->object, field, value)
    {
        bool known = value == NULL; /* null counts as absent */
        for (const char *const *const *list = lists; *list != NULL; list++)
            known = known || in_list(field, *list);
        if (known) continue;
        if (refusal_of(field) != NULL)
            return error_set(reader->error, STATUS_UNSUPPORTED, "%s: \"%s%s\": %s", reader->path,
                             reader->within, field, refusal_of(field));
        return error_set(
            reader->error, STATUS_UNSUPPORTED,
            "%s: the field \"%s%s\" is not known; remove it if it does not change what the model computes",
            reader->path, reader->within, field);
    }
    return STATUS_OK;
}
