/* saved_settings.h - how a saved model read its texts and computed while it was trained, so that it can be
 * used in the same way: max_length, the names of the columns and the precision, in config.json's
 * task_specific_params, as "ftbench". Other programs pass over them there. */
#ifndef FTBENCH_TRAINER_SAVED_SETTINGS_H
#define FTBENCH_TRAINER_SAVED_SETTINGS_H

#include "base/status.h"
#include "trainer/spec/run_spec.h"

#include <json-c/json.h>
#include <stdbool.h>

/* Put those of `spec` into a config.json; false when there is no memory. */
bool saved_settings_put(const struct run_spec *spec, struct json_object *config);

/* Fill in what `spec` has not (a max_length of 0, names that are ""), and the precision, from its
 * model_path's config.json; what that has not stays as it is. */
enum status saved_settings_read(struct run_spec *spec, struct error *error);

#endif
