/* wire.h - JSON on one line, as run specs and observations cross between programs: writing members without
 * loss, and reading text into json-c's tree strictly.
 *
 * Non-finite numbers are NaN, Infinity, -Infinity, as Python writes them. Everything written is valid UTF-8:
 * bytes that are not (a path, a cut message) become U+FFFD. */
#ifndef FTBENCH_TRAINER_SPEC_WIRE_H
#define FTBENCH_TRAINER_SPEC_WIRE_H

#include "base/status.h"
#include "base/text.h"

#include <json-c/json.h>

/* Append "name": and what precedes it: '{' when nothing of the object was written, else ','. `line` must end
 * with the object's last member, or with what comes before the object. */
void wire_add_name(struct text *line, const char *name, bool first);

/* Append a quoted string. */
void wire_add_string(struct text *line, const char *string);

/* Append a finite double or float in its shortest form, or the word for a non-finite one. */
void wire_add_number(struct text *line, double value);
void wire_add_float(struct text *line, float value);

/* Parse one JSON object, to the end of the text. `*object` is released with json_object_put. STATUS_BAD_INPUT
 * says what is wrong and at which byte. */
enum status wire_parse(const char *json, struct json_object **object, struct error *error);

#endif
