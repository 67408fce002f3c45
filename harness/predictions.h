/* predictions.h - what the runs of a store said of every validation example, as a table: one line for each
 * example of each evaluation, to be joined with runs.csv by run_id.
 *
 *     run_id,step,example,label,prediction,loss
 *
 * `example` counts the validation rows from 1, in the order of the file. Classes are numbers,
 * the first of the report's classes being 0; a label that the trainer does not say is empty, a loss that is
 * not finite is a word (base/number.h). Runs come in the order of the plan, failed ones too as far as they
 * got. */
#ifndef FTBENCH_HARNESS_PREDICTIONS_H
#define FTBENCH_HARNESS_PREDICTIONS_H

#include "base/status.h"
#include "harness/store/store.h"

#include <stddef.h>

/* Write the table to `path`, run by run, so that it may be larger than memory; `*lines` is the number of its
 * lines without the header. On failure `path` is as it was.
 * STATUS_USAGE when something else than such a table stands there. */
enum status predictions_write(struct store *store, const char *path, size_t *lines, struct error *error);

#endif
