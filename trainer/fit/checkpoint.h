/* checkpoint.h - a run in the middle, as one file, from which a fresh process goes on with the same bits
 * (docs/checkpoint.md has the format).
 *
 * Invariants: the file at a checkpoint's path is whole: it is written to a temporary name, synced and
 * renamed, so a crash leaves the one before. It ends with the digest of all that precedes it, which is
 * checked before anything of it is believed or allocated. It names the run, the numeric version and the
 * content of model and data, and is refused for any other. The permutation of the samples, the learning rate
 * and the dropout masks follow from the step, so they are not in it. */
#ifndef FTBENCH_TRAINER_FIT_CHECKPOINT_H
#define FTBENCH_TRAINER_FIT_CHECKPOINT_H

#include "base/digest.h"
#include "base/status.h"
#include "base/text.h"
#include "trainer/fit/early_stop.h"
#include "trainer/fit/loss_scale.h"
#include "trainer/fit/optimiser.h"
#include "trainer/model/transformer.h"

#include <stdbool.h>

/* Goes up whenever the layout of the file changes. */
#define CHECKPOINT_VERSION 2

/* What a run has come to, besides its model and optimiser: all that the loop carries from step to step. */
struct run_state {
    struct early_stop best;  /* by metric_for_best_model; metric and patience are not part of the file */
    struct early_stop early; /* by early_stopping_metric */
    struct digest chain;     /* over steps and evaluations */
    double logged_sum;       /* losses since the last logged step */
    long logged_steps;
    struct loss_scale loss_scale; /* of the next step; whether it is dynamic is not part of the file */
    struct observed_end end;      /* so far: steps, best_step and metrics; times and memory of all parts */
    struct text curve;            /* the lines said so far, but for begin; owned */
};

/* Whose checkpoint it is. */
struct checkpoint_identity {
    char run_id[RUN_ID_BYTES];
    char model_digest[DIGEST_TEXT], train_digest[DIGEST_TEXT], validation_digest[DIGEST_TEXT];
};

/* What a checkpoint holds, where it lives in a run. Nothing is owned. */
struct checkpoint {
    struct checkpoint_identity identity;
    struct transformer *model;
    struct optimiser *optimiser;
    struct run_state *state;
    float *scratch;  /* (layout.total) host: one block at a time passes through it */
    bool keeps_best; /* the model remembers its best weights once state->best.seen */
};

/* Write the file. On failure the one that was there stays, and nothing is left beside it. */
enum status checkpoint_write(const char *path, const struct checkpoint *checkpoint, struct error *error);

/* Check the file and fill model, optimiser and state from it; state->curve must be empty before. On any
 * failure but STATUS_NO_MEMORY the file is refused: the text says what is wrong with it and what to do.
 * Nothing is changed unless the whole file is in order. */
enum status checkpoint_read(const char *path, const struct checkpoint *checkpoint, struct error *error);

#endif
