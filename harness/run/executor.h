/* executor.h - carries a plan out: starts trainers, a few at a time, and stores how each run ended.
 *
 * A child gets its run spec on standard input and prints observations. The executor reads all children in one
 * loop, keeps each run's observations until its end, stores it in one transaction, and only then counts it as
 * done. What is already done in the store is not run again. A child that crashes, hangs, prints rubbish or
 * diverges is a result with a reason; the other runs go on. A run that has a checkpoint goes on from it; one
 * that is refused by the trainer is set aside, and the run starts at its beginning. With a demand (demand.h)
 * no run is started before it is needed, so that which runs are trained depends on results alone, not on the
 * number of jobs. A checkpoint is removed once the run's end is stored. Children die with their parent
 * (PR_SET_PDEATHSIG). */
#ifndef FTBENCH_HARNESS_RUN_EXECUTOR_H
#define FTBENCH_HARNESS_RUN_EXECUTOR_H

#include "base/status.h"
#include "harness/plan/plan.h"
#include "harness/run/demand.h"
#include "harness/store/store.h"

#include <stdbool.h>
#include <stdio.h>

struct executor_options {
    const char *trainer; /* program that trains */
    int jobs;            /* children at the same time, >= 1 */
    double timeout;      /* seconds a run may take; 0: none */
    FILE *progress;      /* where the live view goes (stderr); NULL: nowhere */
    double grace; /* seconds that a child gets to leave; 0: 3 after its last word, 30 after SIGTERM, which
                     is time to write a checkpoint */
    const struct demand *demand; /* says which runs are needed as others end; NULL: all of the plan */
    const char *checkpoints; /* folder for the checkpoints of runs that are not done; NULL: none are kept */
    const char *models;      /* folder for the trained models (models.h); NULL: none are kept */
};

struct executor_result {
    int kept;         /* were done in the store before */
    int done;         /* done now */
    int failed;       /* failed now, whatever the reason: diverged, crashed, timed out, bad output, failed */
    bool interrupted; /* SIGINT or SIGTERM arrived; children were stopped, the rest of the plan is pending */
};

/* Whether a stored run with this outcome is kept, and not tried again. */
bool executor_keeps(enum run_outcome outcome);

/* Runs what is pending. Failed runs of earlier attempts are tried again, but for diverged ones: their end is
 * a reproducible result. Returns STATUS_OK also when runs failed; a failure of the executor itself (no
 * trainer, no store) is an error. */
enum status executor_run(const struct plan *plan, struct store *store, const struct executor_options *options,
                         struct executor_result *result, struct error *error);

#endif
