/* json_read.h - a JSON text read whole and strictly into json-c's tree, and what json-c would not tell. */
#ifndef FTBENCH_BASE_JSON_READ_H
#define FTBENCH_BASE_JSON_READ_H

#include "base/status.h"

#include <json-c/json.h>
#include <stddef.h>

/* Parse one JSON object from `length` bytes, after which there is a NUL; blanks may surround it, nothing else
 * may. UTF-8 is validated, control characters in strings are refused. `*object` is released with
 * json_object_put. STATUS_BAD_INPUT says what is wrong and at which byte, without a place. */
enum status json_read_object(const char *json, size_t length, struct json_object **object,
                             struct error *error);

/* Of two members of one name json-c keeps the last, and a name ends for it at a NUL; both without a word.
 * STATUS_BAD_INPUT when the object, or one inside it, has the same name twice, or a name has a NUL.
 * `json` is the text from which `object` was read. */
enum status json_read_check_names(const char *json, struct json_object *object, struct error *error);

/* A value as a message shows it, on one line, slashes as they are; valid until the value is shown again or
 * released. */
const char *json_read_show(struct json_object *value);

#endif
