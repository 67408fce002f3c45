#include "trainer/replay.h"

#include <string.h>

/* What the sink of a replay knows. */
struct listener {
    const struct replay *replay;
    const volatile sig_atomic_t *outer; /* the caller's; NULL: none */
    volatile sig_atomic_t stop;
    bool reached; /* the steps that were asked for are taken */
    struct trace *trace;
};

static enum status tell_state(struct listener *listener, const struct observation *observation,
                              struct error *error)
{
    struct trace_line line = {.kind = TRACE_STATE};
    struct trace_state *state = &line.as.state;
    if (observation->kind == OBSERVATION_STEP) {
        struct digest weights;
        state->step = observation->as.step.step;
        memcpy(state->chain, observation->as.step.digest, sizeof state->chain);
        TRY(trace_state(listener->trace, &weights, error));
        digest_text(weights, state->weights);
    } else if (observation->kind == OBSERVATION_EVALUATION) {
        const struct observed_evaluation *evaluation = &observation->as.evaluation;
        state->evaluation = true;
        state->step = evaluation->step;
        digest_text(digest_floats(evaluation->losses, (size_t)evaluation->count), state->chain);
        memcpy(state->weights, evaluation->digest, sizeof state->weights);
    } else {
        return STATUS_OK;
    }
    return listener->replay->take(listener->replay->context, &line, error);
}

static enum status listen(void *context, const struct observation *observation, struct error *error)
{
    struct listener *listener = context;
    const struct replay *replay = listener->replay;
    bool step = observation->kind == OBSERVATION_STEP && observation->as.step.step == replay->steps;
    bool start = observation->kind == OBSERVATION_EVALUATION && replay->steps == 0;
    listener->reached = listener->reached || step || start;
    if (listener->reached || (listener->outer != NULL && *listener->outer)) listener->stop = 1;
    if (replay->states) TRY(tell_state(listener, observation, error));
    if (replay->sink.take == NULL) return STATUS_OK;
    return replay->sink.take(replay->sink.context, observation, error);
}

enum status replay_run(const struct run_spec *spec, const struct replay *replay,
                       const volatile sig_atomic_t *stop, struct error *error)
{
    struct listener listener = {.replay = replay, .outer = stop};
    bool watched = replay->states || replay->trace.has_fault || replay->trace.step != TRACE_NO_STEP;
    if (watched) TRY(trace_create(&replay->trace, &listener.trace, error));
    struct run_spec alone = *spec;
    if (replay->take != NULL)
        alone.checkpoint[0] = '\0'; /* what a checkpoint has behind it cannot be watched */
    struct finetune_sink sink = {.take = listen, .context = &listener, .trace = listener.trace};
    enum status status = finetune_run(&alone, &sink, &listener.stop, error);
    if (status == STATUS_INTERRUPTED && listener.reached) status = STATUS_OK;
    /* A trace is of the step that diverged too: that is when it is wanted most. */
    if (status == STATUS_DIVERGED && replay->take != NULL) status = STATUS_OK;
    if (status == STATUS_OK && watched) status = trace_check(listener.trace, error);
    if (status == STATUS_OK && watched && replay->take != NULL)
        status = trace_tell(listener.trace, replay->take, replay->context, error);
    trace_free(listener.trace);
    return status;
}
