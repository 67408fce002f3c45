/* keeper.h - keeps a run's checkpoint: says when one is due, writes it, and goes on from the one that is
 * there.
 *
 * A checkpoint is due every `checkpoint_steps` steps, and every `checkpoint_seconds` seconds, but by time
 * never so often that more than a twentieth of the run goes into writing. None of this decides a bit. A run
 * without [run] checkpoint has a keeper that does nothing. */
#ifndef FTBENCH_TRAINER_KEEPER_H
#define FTBENCH_TRAINER_KEEPER_H

#include "base/status.h"
#include "trainer/fit/checkpoint.h"
#include "trainer/session.h"

#include <stdbool.h>

struct keeper {
    bool keeps;
    struct checkpoint checkpoint; /* borrows from the session and from the state */
    const char *path;             /* the spec's */
    int steps;
    double seconds;
    double written_at, cost; /* when the last one was written, and in how many seconds */
    long written_step;       /* -1: none by now */
};

/* For an open session and the loop's state, which must both outlive the keeper. Digests the model and the
 * data where the spec does not say their digests. */
enum status keeper_open(struct session *session, struct run_state *state, struct keeper *keeper,
                        struct error *error);

/* Go on from the checkpoint if there is one: then model, optimiser and state are as it says and `*resumed` is
 * true. Any failure but STATUS_NO_MEMORY is a checkpoint that must be refused. */
enum status keeper_resume(struct keeper *keeper, bool *resumed, struct error *error);

/* Whether a checkpoint is due after the state's last step. */
bool keeper_due(const struct keeper *keeper);

/* Write one, unless that of the state's last step is there. */
enum status keeper_save(struct keeper *keeper, struct error *error);

/* What the loop said: into the curve, so that it can be said again. */
enum status keeper_note(struct keeper *keeper, const struct observation *observation, struct error *error);

/* Take the curve's lines one by one, as observations. */
enum status keeper_recall(const struct keeper *keeper,
                          enum status (*take)(void *context, const struct observation *observation,
                                              struct error *error),
                          void *context, struct error *error);

#endif
