/* session.h - what a run holds while it trains: device, data, model, one batch, the optimiser. Everything is
 * allocated by session_open; a step allocates nothing. */
#ifndef FTBENCH_TRAINER_SESSION_H
#define FTBENCH_TRAINER_SESSION_H

#include "base/digest.h"
#include "base/status.h"
#include "base/text.h"
#include "kernels/ops.h"
#include "trainer/backend.h"
#include "trainer/data/batch.h"
#include "trainer/data/dataset.h"
#include "trainer/fit/optimiser.h"
#include "trainer/model/memory_plan.h"
#include "trainer/model/transformer.h"
#include "trainer/spec/observation.h"
#include "trainer/spec/run_spec.h"
#include "trainer/trace/trace.h"

struct session {
    struct run_spec spec;
    struct trace *trace; /* not owned; NULL: nobody watches */
    const struct ops *ops;
    struct device *device;
    struct backend_choice choice;
    struct dataset data;
    const char *tokenizer_class; /* as tokenizer_class_name */
    struct model_config config;
    struct memory_plan plan;
    struct memory_room room; /* before any of the plan was taken */
    int64_t memory_before;   /* bytes that the process held before the model */
    struct batch_limits limits;
    struct batch batch;
    struct transformer model;
    struct optimiser optimiser;
    long total_steps, epoch_steps, warmup_steps;
    int32_t *order; /* (train.count): the current epoch's permutation */
    float *losses;  /* (samples of a step) */
    float *link; /* (tensors + 4): what a step's digest covers: loss, norm, each tensor's sum of squares; in
                    fp16 also the loss scale and whether the step was skipped */
    float *scratch;      /* (layout.total) host, for digests */
    struct text drawn;   /* with init = pretrained: the tensors that the folder has not, which were drawn */
    struct text numbers; /* what the labels 0, 1, ... stand for in the folder; "": nothing to say */
};

/* Check the spec and its content digests, read model and data, allocate. When there is too little memory that
 * is STATUS_NO_MEMORY with what would fit (fitting.h), before any of it is taken. On failure nothing is held.
 * `trace` (may be NULL; not owned) watches every operation from here to session_close. */
enum status session_open(const struct run_spec *spec, struct trace *trace, struct session *session,
                         struct error *error);
void session_close(struct session *session);

/* The plan of the run and the environment it runs in. */
void session_describe(const struct session *session, struct observed_begin *begin);

/* Take a step's samples order[from .. from + count - 1] in micro-batches of run_spec_pass_samples through
 * forward and backward: gradients of the mean loss times `scale`, each sample's loss in session->losses.
 * `draw` is the number of steps before. */
void session_gradients(struct session *session, int from, int count, uint32_t draw, double scale);

#endif
