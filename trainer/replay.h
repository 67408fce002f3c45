/* replay.h - a run that is watched or cut short: what the verbs `run --steps` and `trace` of ftbench-trainer
 * do. */
#ifndef FTBENCH_TRAINER_REPLAY_H
#define FTBENCH_TRAINER_REPLAY_H

#include "base/status.h"
#include "trainer/finetune.h"
#include "trainer/trace/trace.h"

#include <signal.h>
#include <stdbool.h>

enum { REPLAY_ALL = -1 };

struct replay {
    long steps;  /* stop after so many, and the evaluation that follows; REPLAY_ALL: run to the end */
    bool states; /* tell the state after each step and evaluation */
    struct trace_request trace; /* what is watched */
    struct finetune_sink sink;  /* observations; without `take` they are dropped */
    trace_take *take;           /* lines of the trace */
    void *context;
};

/* Run the spec (from its beginning, without its checkpoint, when lines are taken) and tell what was asked
 * for. A run that ends because it has taken `steps` steps gives its end observation (interrupted) and
 * STATUS_OK; so does one that diverges while lines are taken. STATUS_USAGE when the step, the key or the
 * fault did not come to pass. */
enum status replay_run(const struct run_spec *spec, const struct replay *replay,
                       const volatile sig_atomic_t *stop, struct error *error);

#endif
