/* log_csv.h - losses from a table with a header (training_log.h).
 *
 * Columns are found by name, whatever the case of letters, with blanks, '-', '/' and '.' for '_': the first
 * that is there of step, steps, global_step, current_steps, iteration, train_global_step, epoch, epochs; of
 * loss, train_loss, training_loss, train_loss_epoch; of eval_loss, val_loss, validation_loss, valid_loss,
 * dev_loss, val_loss_epoch; and metrics (log_points.h), whose cells may be anything. The others do not
 * matter. Epochs that are counted from 0 (row 0 has a train loss, so training had begun) are moved up by one.
 */
#ifndef FTBENCH_HARNESS_LOGS_LOG_CSV_H
#define FTBENCH_HARNESS_LOGS_LOG_CSV_H

#include "base/text.h"
#include "harness/logs/log_points.h"

/* Add the losses of the content. `name` is for error texts. */
enum status log_csv_read(const struct text *content, const char *name, struct log_losses *losses,
                         struct error *error);

#endif
