/* traces.h - what two replays of one run say, kept and compared: the states after each step, and the outputs
 * of one. */
#ifndef FTBENCH_HARNESS_VERIFY_TRACES_H
#define FTBENCH_HARNESS_VERIFY_TRACES_H

#include "base/status.h"
#include "harness/store/store.h"
#include "trainer/spec/trace_line.h"

#include <stdbool.h>
#include <stddef.h>

/* Lines of one kind, in the order in which they came; free with traces_free. */
struct traces {
    enum trace_kind kind;
    struct trace_line *list; /* (count), owned with what is in it */
    size_t count, room;
};

/* A rerun_take (rerun.h) into the struct traces `context`: a line of another kind is STATUS_BAD_INPUT. */
enum status traces_take(void *context, struct trace_line *line, struct error *error);
void traces_free(struct traces *traces);

/* Whether the states are those of a stored run, as far as both go; else `step` is the first that is not. */
bool traces_match(const struct traces *states, const struct run_record *record, long *step);

/* The first step after which the states differ, or whose evaluation does; false when they do not. One that
 * stops where the other goes on differs there. */
bool traces_differing_step(const struct traces *left, const struct traces *right, long *step);

/* Where two lists of outputs differ. */
struct output_difference {
    bool found;
    bool structure;                  /* they are not the same outputs: `what` says how */
    const struct trace_output *left; /* the output */
    size_t part;                     /* its first part that differs */
    char what[512];
};
void traces_compare_outputs(const struct traces *left, const struct traces *right,
                            struct output_difference *difference);

/* Where two lists of values differ, by value (-0 is 0, every NaN is one): false when they do not. */
struct value_difference {
    int64_t element; /* of the part */
    uint32_t left, right;
};
bool traces_compare_values(const struct traces *left, const struct traces *right, bool integers,
                           struct value_difference *difference);

#endif
