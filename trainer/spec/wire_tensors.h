/* wire_tensors.h - one value for each tensor of the weights, as members of observations: their names once, in
 * `begin`, as an array of strings, and in each step the sums of their squared gradients, as losses are
 * written (wire_rows.h). */
#ifndef FTBENCH_TRAINER_SPEC_WIRE_TENSORS_H
#define FTBENCH_TRAINER_SPEC_WIRE_TENSORS_H

#include "trainer/spec/wire.h"

/* Append the member `name` with the names that stand in `joined`, each but the last with a newline behind it.
 */
void wire_add_tensors(struct text *line, const char *name, const char *joined);

/* Read it into a new block. STATUS_BAD_INPUT for what is no array of strings, or has an empty one or one with
 * a newline; then `*joined` is NULL. */
enum status wire_read_tensors(struct json_object *value, const char *name, char **joined,
                              struct error *error);

/* Read the sums, however many, into a new block; NULL on failure, and where there is no `value`. */
enum status wire_read_sums(struct json_object *value, const char *name, float **sums, int *count,
                           struct error *error);

#endif
