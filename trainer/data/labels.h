/* labels.h - the classes: the distinct labels of the training part, in a fixed order.
 *
 * Whole numbers come first, by value; all others follow, by bytes. So "2" is before "10", and the class of a
 * label does not depend on the order of the rows. */
#ifndef FTBENCH_TRAINER_DATA_LABELS_H
#define FTBENCH_TRAINER_DATA_LABELS_H

#include "base/status.h"
#include "trainer/data/table.h"

#include <stddef.h>
#include <stdint.h>

/* Names of the classes, owned by the caller (labels_free). At least 2, else STATUS_BAD_INPUT naming `path`.
 */
enum status labels_collect(const struct table_part *part, const char *path, char ***names, int *classes,
                           struct error *error);
void labels_free(char **names, int classes);

/* Where the names come from. A model's classes may also be called by their numbers, 0 first, unless a name is
 * a number itself. */
enum labels_of { LABELS_OF_DATA, LABELS_OF_MODEL };

/* The class of each row of a part, in out[part->count]; a label that is not among the names is an error that
 * names `path` and the line. */
enum status labels_assign(const struct table_part *part, const char *path, char *const *names, int classes,
                          enum labels_of of, int32_t *out, struct error *error);

#endif
