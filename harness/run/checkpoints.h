/* checkpoints.h - the folder in which trainers keep the checkpoints of runs that are not done: one file a
 * run, RUNID.ckpt. The harness never looks into them. It names them, takes those of finished runs away, and
 * sets aside what a trainer refused. Only the one who holds the store's lock may call these. */
#ifndef FTBENCH_HARNESS_RUN_CHECKPOINTS_H
#define FTBENCH_HARNESS_RUN_CHECKPOINTS_H

#include "base/status.h"
#include "harness/plan/plan.h"
#include "trainer/spec/run_spec.h"

/* Make the folder, and clear it of what writers left that were killed while they wrote. */
enum status checkpoints_open(const char *folder, struct error *error);

/* Clear it, and remove it when nothing is in it. One that is not there is fine. */
void checkpoints_close(const char *folder);

/* Where the checkpoint of a run is or will be. */
enum status checkpoints_path(const char *folder, const char *run_id, char path[SPEC_PATH_BYTES],
                             struct error *error);

/* How many checkpoints are of runs that are not in the plan; `stranger` is the id of one. A folder that is
 * not there has none. */
long checkpoints_strangers(const char *folder, const struct plan *plan, char stranger[RUN_ID_BYTES]);

/* Remove the checkpoint of a run that is done; none is fine. */
void checkpoints_forget(const char *folder, const char *run_id);

/* Rename a refused checkpoint to PATH.refused, over one that was refused before. */
enum status checkpoints_set_aside(const char *path, struct error *error);

#endif
