/* finetune.h - one run, from its spec to its end: trains, evaluates, and says what happens as observations.
 */
#ifndef FTBENCH_TRAINER_FINETUNE_H
#define FTBENCH_TRAINER_FINETUNE_H

#include "base/status.h"
#include "trainer/spec/observation.h"
#include "trainer/spec/run_spec.h"

#include <signal.h>
#include <stdbool.h>

struct trace;

/* Where observations go, and who else watches. A failure to take one ends the run. */
struct finetune_sink {
    enum status (*take)(void *context, const struct observation *observation, struct error *error);
    void *context;
    struct trace *trace; /* watches every operation (trainer/trace/trace.h); NULL: nobody does */
};

/* Train. `stop` (may be NULL) is looked at before each step: non-zero ends the run with END_INTERRUPTED.
 * With a `checkpoint` in the spec the run goes on from that file when it is there, saying all that was said
 * before again, and writes it when one is due and when it is stopped (keeper.h). A file that it cannot go on
 * from is END_REFUSED, without a begin. Always gives an end observation once it gave a begin; when the run
 * cannot begin (bad data, bad model) the sink gets begin-less END_FAILED with the error's text, and the
 * status is returned. A diverged run returns STATUS_DIVERGED, an interrupted one STATUS_INTERRUPTED. */
enum status finetune_run(const struct run_spec *spec, const struct finetune_sink *sink,
                         const volatile sig_atomic_t *stop, struct error *error);

/* Say what a run would do without training: begin, notes, end. `measure` times a few steps and a part of an
 * evaluation on a throw-away model. */
enum status finetune_plan(const struct run_spec *spec, bool measure, const struct finetune_sink *sink,
                          struct error *error);

#endif
