#include "trainer/spec/wire.h"

#include "base/json_text.h"
#include "base/number.h"

#include <limits.h>
#include <math.h>
#include <string.h>

void wire_add_name(struct text *line, const char *name, bool first)
{
    text_add(line, first ? "{" : ", ");
    wire_add_string(line, name);
    text_add(line, ": ");
}

void wire_add_string(struct text *line, const char *string)
{
    json_text_string(line, string);
}

void wire_add_number(struct text *line, double value)
{
    char number[NUMBER_TEXT];
    number_shortest(value, number);
    text_add(line, number);
    if (value == 0 && signbit(value))
        text_add(line, ".0"); /* -0 alone is a whole number, which has no sign */
}

void wire_add_float(struct text *line, float value)
{
    char number[NUMBER_TEXT];
    number_shortest_float(value, number);
    text_add(line, number);
    if (value == 0 && signbit(value)) text_add(line, ".0");
}

enum status wire_parse(const char *json, struct json_object **object, struct error *error)
{
    *object = NULL;
    size_t length = strlen(json);
    if (length >= INT_MAX) return error_set(error, STATUS_BAD_INPUT, "JSON of %zu bytes is too long", length);
    struct json_tokener *tokener = json_tokener_new();
    if (tokener == NULL) return error_no_memory(error, 0);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    /* The final NUL tells json-c that there is no more to come. */
    struct json_object *parsed = json_tokener_parse_ex(tokener, json, (int)length + 1);
    enum json_tokener_error problem = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    enum status status = STATUS_OK;
    if (problem != json_tokener_success)
        status = error_set(error, STATUS_BAD_INPUT, "not JSON: %s at byte %zu",
                           json_tokener_error_desc(problem), end);
    else if (!json_object_is_type(parsed, json_type_object))
        status = error_set(error, STATUS_BAD_INPUT, "not a JSON object");
    if (status != STATUS_OK) {
        json_object_put(parsed);
        return status;
    }
    *object = parsed;
    return STATUS_OK;
}
