/* trace.h - watches every operation of a run: a table of operations that passes each call on to a backend's
 * and then, in one step that was asked for, reads what the call wrote and keeps its digest; or, asked for by
 * a test, flips one bit of it (trainer/spec/fault.h).
 *
 * Nothing that the run computes depends on being watched (but for a fault). Outputs are read in canonical
 * order, sample by sample, and each sample has its own digest, so that traces of the same step under
 * different padding, threads, backends or cuts into micro-batches are equal when the bits are. Outputs that
 * accumulate over micro-batches (gradients of weights) are read once, when the step's gradients are complete.
 * What is computed again (gradient checkpointing) is not read again.
 *
 * Made before the session and freed after it: it holds what was seen. One session at a time. */
#ifndef FTBENCH_TRAINER_TRACE_TRACE_H
#define FTBENCH_TRAINER_TRACE_TRACE_H

#include "base/digest.h"
#include "base/status.h"
#include "kernels/ops.h"
#include "trainer/model/transformer.h"
#include "trainer/spec/fault.h"
#include "trainer/spec/trace_line.h"

#include <stdbool.h>

struct trace;

enum { TRACE_NO_STEP = -1 };

struct trace_request {
    long step;          /* whose operations are read; 0: the weights at the start and the first evaluation */
    const char *values; /* "KEY.PART": keep the values of this part in place of digests; NULL: digests */
    bool has_fault;
    struct fault fault;
};

/* STATUS_USAGE when `values` is no key with a part. */
enum status trace_create(const struct trace_request *request, struct trace **trace, struct error *error);
void trace_free(struct trace *trace); /* NULL is fine */

/* Put the trace between a session and its backend: takes the opened device and gives the table and the device
 * to use in their place. Closing that device closes the backend's. */
void trace_wrap(struct trace *trace, const struct ops **ops, struct device **device);

/* The model is made: name its memory, and let it compute again past the trace. It must stay where it is until
 * the device is closed. */
enum status trace_attach(struct trace *trace, struct transformer *model, struct error *error);

/* The `step`-th optimiser step (1 first) begins: its gradients, its update, and the evaluation after it. */
void trace_step(struct trace *trace, long step);

/* Digest of weights and moments now. */
enum status trace_state(struct trace *trace, struct digest *digest, struct error *error);

/* After the run: the first failure, if any; a fault that never came to pass, a step or key that was never
 * seen. */
enum status trace_check(const struct trace *trace, struct error *error);

/* Give everything that was seen, in order: outputs, or the values that were asked for. */
typedef enum status trace_take(void *context, const struct trace_line *line, struct error *error);
enum status trace_tell(const struct trace *trace, trace_take *take, void *context, struct error *error);

#endif
