/* folder_json.h - the JSON files beside a tokenizer: reading them, and the few shapes that their members
 * have.
 *
 * Paths in messages are those that folder_json_read gives. */
#ifndef FTBENCH_TRAINER_TEXT_FOLDER_JSON_H
#define FTBENCH_TRAINER_TEXT_FOLDER_JSON_H

#include "base/status.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* The parsed object of folder/name, and its path in `path`; *object is NULL when there is no such file. The
 * caller releases it with json_object_put. STATUS_BAD_INPUT when the file is no JSON object in
 * UTF-8; a file of more
 * than 256 MiB is refused. */
enum status folder_json_read(const char *folder, const char *name, char path[PATH_MAX],
                             struct json_object **object, struct error *error);

/* A member, or NULL when it is absent or null. Not owned. */
struct json_object *folder_json_member(const struct json_object *object, const char *key);

/* A member that must be true, false or null; null and absent leave *value as it is. */
enum status folder_json_bool(const struct json_object *object, const char *path, const char *key, bool *value,
                             struct error *error);

/* A member that must be a string or null; NULL in *value when it is null or absent. Not owned. */
enum status folder_json_string(const struct json_object *object, const char *path, const char *key,
                               const char **value, struct error *error);

/* A whole number from 0 to 2^31 - 1; false for anything else. */
bool folder_json_id(const struct json_object *value, int32_t *id);

/* Refuses (STATUS_UNSUPPORTED) an object that has a member other than `keys` (NULL at their end): what is not
 * known might change token ids. `where` names the object in the message. */
enum status folder_json_only(const struct json_object *object, const char *path, const char *where,
                             const char *const keys[], struct error *error);

/* A token is written as a string, or as an object with the string in its member "content". NULL for anything
 * else. */
const char *folder_json_token(struct json_object *member);

#endif
