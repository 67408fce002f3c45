/* model_check.h - whether a folder can be a model's, before anything is started: what is in its files is the
 * trainer's to check. */
#ifndef FTBENCH_HARNESS_PLAN_MODEL_CHECK_H
#define FTBENCH_HARNESS_PLAN_MODEL_CHECK_H

#include "base/status.h"

/* A folder with a config.json that can be read. */
enum status model_check_folder(const char *path, struct error *error);

/* Whether the folder has weights that can be read (trainer/weights/weights_files.h). */
enum status model_check_weights(const char *path, struct error *error);

#endif
