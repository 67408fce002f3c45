/* wire_rows.h - one value for each row of the validation data, as a member of an observation: classes as an
 * array of whole numbers, losses as one string of 8 hexadecimal digits for each binary32, which is shorter
 * than decimals and exact without a thought. */
#ifndef FTBENCH_TRAINER_SPEC_WIRE_ROWS_H
#define FTBENCH_TRAINER_SPEC_WIRE_ROWS_H

#include "trainer/spec/wire.h"

#include <stdint.h>

/* Append the member `name` with `count` values; never the first of its object. */
void wire_add_classes(struct text *line, const char *name, const int32_t *classes, int count);
void wire_add_losses(struct text *line, const char *name, const float *losses, int count);

/* Read an array of classes, each 0 or more, into a new block of `*count` values. STATUS_BAD_INPUT, which
 * names `name`, when `value` (NULL: no such member) is no such array; then, and without memory, `*classes` is
 * NULL. */
enum status wire_read_classes(struct json_object *value, const char *name, int32_t **classes, int *count,
                              struct error *error);

/* Read exactly `count` losses into a new block; NULL on failure. */
enum status wire_read_losses(struct json_object *value, const char *name, int count, float **losses,
                             struct error *error);

#endif
