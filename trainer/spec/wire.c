#include "trainer/spec/wire.h"

#include "base/json_read.h"
#include "base/json_text.h"
#include "base/number.h"

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
    return json_read_object(json, strlen(json), object, error);
}
