/* config_reader.h - fields of a JSON object read one by one, for config.json. Errors name the file and the
 * field.
 *
 * A field that is null counts as absent. */
#ifndef FTBENCH_TRAINER_MODEL_CONFIG_READER_H
#define FTBENCH_TRAINER_MODEL_CONFIG_READER_H

#include "base/status.h"

#include <json-c/json.h>
#include <stdbool.h>

struct config_reader {
    struct json_object *object; /* borrowed */
    const char *path;           /* what errors call the file */
    const char *within;         /* "", or what errors write before a field: "rope_scaling." */
    struct error *error;
};

enum { CONFIG_REQUIRED = -1 };

/* The field, or NULL when it is absent or null. */
struct json_object *config_field(const struct config_reader *reader, const char *field);
/* Also when it is null. */
bool config_mentions(const struct config_reader *reader, const char *field);

/* STATUS_BAD_INPUT: the field must be what `expected` says. */
enum status config_wrong(struct config_reader *reader, const char *field, const char *expected);
/* STATUS_UNSUPPORTED: the field's value is legal, and only what `computed` says is computed. */
enum status config_unsupported(struct config_reader *reader, const char *field, const char *computed);

/* A whole number from 1 to `most`; absent: `fallback`, or an error when that is CONFIG_REQUIRED. */
enum status config_count(struct config_reader *reader, const char *field, int fallback, int most, int *count);
/* A number >= least and < below; absent: `fallback`. */
enum status config_number(struct config_reader *reader, const char *field, double fallback, double least,
                          double below, double *number);
enum status config_flag(struct config_reader *reader, const char *field, bool fallback, bool *flag);
/* Absent: `fallback`. Otherwise an id below `vocab_size`; null and -1 are no token: -1. */
enum status config_token(struct config_reader *reader, const char *field, int fallback, int vocab_size,
                         int *id);

/* Fields that may be absent, or have the one value that we compute. */
enum status config_only_word(struct config_reader *reader, const char *field, const char *word);
enum status config_only_false(struct config_reader *reader, const char *field);
enum status config_only_one(struct config_reader *reader, const char *field);
/* null, {} or []. */
enum status config_only_empty(struct config_reader *reader, const char *field);

/* STATUS_UNSUPPORTED when a field that is not null is in none of the `lists` (each, and the list of lists,
 * ends with NULL). */
enum status config_refuse_unknown(struct config_reader *reader, const char *const *const *lists);

#endif
