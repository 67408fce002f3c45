/* watch.h - the inside of a trace, for the two files that make it: trace.c (what a run is told and asked),
 * watch.c (what an operation wrote), and for traced_ops.c, which calls them. */
#ifndef FTBENCH_TRAINER_TRACE_WATCH_H
#define FTBENCH_TRAINER_TRACE_WATCH_H

#include "trainer/trace/regions.h"
#include "trainer/trace/trace.h"
#include "trainer/trace/written.h"

/* Parts of a step, in the order in which they happen. */
enum phase { PHASE_START, PHASE_STEP, PHASE_UPDATE, PHASE_EVALUATION, PHASES };

/* One output of the watched step; its parts come with the passes. */
struct seen {
    enum phase phase;
    int place, output; /* the operation's number in its pass; the output's number in the operation */
    enum operation operation;
    char tensor[TRACE_TENSOR_BYTES];
    bool integers, by_sample;
    int columns;
    const float
        *adds; /* device: read `total` values when the gradients are complete; NULL: read when written */
    int64_t total;
    size_t parts, room;
    int64_t *values;              /* (room) */
    char (*digests)[DIGEST_TEXT]; /* (room) */
};

struct wanted { /* the values that were asked for */
    bool any;
    enum phase phase;
    int place, output;
    size_t part;
    uint32_t *words; /* owned; NULL: not seen yet */
    int64_t count;
};

struct trace {
    long wanted_step;
    struct wanted wanted;
    bool has_fault, fault_done;
    struct fault fault;
    /* the session's */
    const struct ops *real;
    struct device *device;
    struct ops table;
    struct transformer *model;
    struct regions regions;
    float *scratch; /* (layout.total) */
    /* where the run is */
    long step;
    bool seen_step;
    enum phase phase;
    int place, output, layer;
    size_t phase_begin, cursor; /* into `list` */
    int calls[OPERATIONS];      /* in this step */
    struct seen *list;
    size_t count, room;
    float *buffer;
    size_t buffer_room;
    struct error failure; /* the first; status STATUS_OK: none */
};

/* Whether calls of this step are read or changed. */
bool watch_open(const struct trace *trace);

/* A forward pass begins: of the step, or of the evaluation after its update. */
void watch_pass(struct trace *trace);

/* The step's gradients are complete, its update begins. */
void watch_update(struct trace *trace);

/* An operation was called and wrote `outputs`. `hint` is an address that tells the layer, or NULL. */
void watch_call(struct trace *trace, enum operation operation, const void *hint,
                const struct written *outputs, size_t count);

/* The same for what is no operation of the table (start, batch, host): it has no place of its own. */
void watch_source(struct trace *trace, enum operation operation, const struct written *written);

#endif
