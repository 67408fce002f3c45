/* json_file.h - a file of ftbench that holds one JSON object. */
#ifndef FTBENCH_TESTS_ERROR_RATES_JSON_FILE_H
#define FTBENCH_TESTS_ERROR_RATES_JSON_FILE_H

#include "base/status.h"

#include <json-c/json.h>

/* `*object` is released with json_object_put. STATUS_BAD_INPUT names the file and the byte. */
enum status json_file_read(const char *path, struct json_object **object, struct error *error);

#endif
