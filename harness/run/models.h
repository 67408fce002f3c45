/* models.h - the folder in which trainers save their models: a folder for each run, named by the run's id. */
#ifndef FTBENCH_HARNESS_RUN_MODELS_H
#define FTBENCH_HARNESS_RUN_MODELS_H

#include "base/status.h"
#include "harness/plan/plan.h"
#include "harness/store/store.h"

#include <stdbool.h>
#include <stddef.h>

/* The folder of all models of an experiment whose results are in `output`. */
enum status models_folder(const char *output, char folder[SPEC_PATH_BYTES], struct error *error);

/* Where the model of a run is or will be. */
enum status models_path(const char *folder, const char *run_id, char path[SPEC_PATH_BYTES],
                        struct error *error);

/* Whether there is a whole model: its config.json is written last. */
bool models_has(const char *folder, const char *run_id);

/* Say on standard output where the model of the best run of an experiment is, whose results are in `output`,
 * what kind of run that is ("the recommended setting's best run"), and how it is used; nothing when there is
 * none, or no such run (`run_id` is NULL). */
enum status models_say_best(const char *output, const char *run_id, const char *kind, struct error *error);

/* Runs of the plan that are done and have no model there. */
enum status models_missing(const char *folder, const struct plan *plan, struct store *store, size_t *missing,
                           struct error *error);

#endif
