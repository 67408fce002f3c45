/* locate.h - where two runs part: both are replayed, first to find the step after which their states differ,
 * then, with every operation watched, that step, then for the values of the first output that differs. */
#ifndef FTBENCH_HARNESS_VERIFY_LOCATE_H
#define FTBENCH_HARNESS_VERIFY_LOCATE_H

#include "base/status.h"
#include "base/text.h"
#include "harness/verify/rerun.h"

#include <stdbool.h>
#include <stdint.h>

struct side {
    struct rerun rerun;
    const char *name;                /* "store", "A", for sentences */
    const struct run_record *record; /* what it must reproduce to be evidence; NULL: nothing */
};

enum place_kind {
    PLACE_ELEMENT,   /* found */
    PLACE_STRUCTURE, /* the operations themselves differ: `what` */
    PLACE_NOWHERE    /* not to be found: `what` says why */
};

struct place {
    enum place_kind kind;
    long step; /* 0: before the first step; meaningful when it is not PLACE_NOWHERE */
    char op[TRACE_OP_BYTES], tensor[TRACE_TENSOR_BYTES];
    int64_t element; /* of the whole output in canonical order (trainer/spec/fault.h) */
    bool by_sample;
    size_t sample;       /* of the step, or of the evaluation */
    int64_t row, column; /* token and column, or row and column of a matrix; -1: not so arranged */
    bool integers;
    uint32_t left, right; /* the two words */
    char what[640];
};

/* Find where the two sides part within the first `steps` steps. Failures of a trainer are told in the place;
 * the status is that of this program: no memory, interrupted. */
enum status locate_difference(const struct side *left, const struct side *right, long steps,
                              struct place *place, struct error *error);

/* Append the place as a part of a sentence: "step 7: gelu_forward, layer 0 inner, element 17 (sample 0, token
 * 0, column 17): store 0.5 (3f000000), re-run 0.25 (3e800000)". */
void place_describe(const struct place *place, const struct side *left, const struct side *right,
                    struct text *out);

#endif
