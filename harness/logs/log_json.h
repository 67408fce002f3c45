/* log_json.h - losses from logs in JSON: one document, or an object a line (training_log.h). */
#ifndef FTBENCH_HARNESS_LOGS_LOG_JSON_H
#define FTBENCH_HARNESS_LOGS_LOG_JSON_H

#include "base/text.h"
#include "harness/logs/log_points.h"

/* Add the losses of the content. `name` is for error texts. */
enum status log_json_read(const struct text *content, const char *name, struct log_losses *losses,
                          struct error *error);

#endif
