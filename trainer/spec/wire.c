#include "trainer/spec/wire.h"

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

/* Bytes of the well-formed UTF-8 sequence at `c`, 0 when it is malformed (Unicode 15, table 3-7). */
static size_t sequence_length(const unsigned char *c)
{
    if (c[0] < 0x80) return 1;
    size_t length = c[0] >= 0xf0 ? 4 : c[0] >= 0xe0 ? 3 : 2;
    unsigned char low = 0x80, high = 0xbf;
    if (c[0] < 0xc2 || c[0] > 0xf4) return 0;
    if (c[0] == 0xe0) low = 0xa0;
    if (c[0] == 0xed) high = 0x9f;
    if (c[0] == 0xf0) low = 0x90;
    if (c[0] == 0xf4) high = 0x8f;
    if (c[1] < low || c[1] > high) return 0;
    for (size_t i = 2; i < length; i++) {
        if (c[i] < 0x80 || c[i] > 0xbf) return 0;
    }
    return length;
}

void wire_add_string(struct text *line, const char *string)
{
    text_add(line, "\"");
    for (const unsigned char *c = (const unsigned char *)string; *c != '\0';) {
        size_t length = sequence_length(c);
        if (length == 0)
            text_add(line, "\xef\xbf\xbd");
        else if (*c == '"' || *c == '\\')
            text_addf(line, "\\%c", *c);
        else if (*c < 0x20 || *c == 0x7f)
            text_addf(line, "\\u%04x", *c);
        else
            text_add_bytes(line, c, length);
        c += length == 0 ? 1 : length;
    }
    text_add(line, "\"");
}

void wire_add_number(struct text *line, double value)
{
    char number[NUMBER_TEXT];
    number_shortest(value, number);
    text_add(line, number);
    if (value == 0 && signbit(value)) text_add(line, ".0"); /* -0 alone is a whole number, which has no sign */
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
