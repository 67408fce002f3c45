/* trace_line.h - what `ftbench-trainer trace` prints: one JSON object a line. docs/verify.md shows the
 * members.
 *
 *   state   after a step, or an evaluation: the chain of the observations so far, the digest of weights and
 * moments output  one tensor that one operation of the traced step wrote: a digest for each sample, in
 * canonical order (sample by sample, token by token), so that neither padding nor the cut into micro-batches
 * shows values  a stretch of one part of an output, as words
 *
 * An output's key is PHASE.PLACE.OUTPUT: the phase (start, step, update, evaluation), the operation's place
 * in the pass, the output's number; with .PART behind it names one part: a sample's, or the whole of an
 * output without samples. */
#ifndef FTBENCH_TRAINER_SPEC_TRACE_LINE_H
#define FTBENCH_TRAINER_SPEC_TRACE_LINE_H

#include "base/digest.h"
#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRACE_KEY_BYTES = 64, TRACE_OP_BYTES = 32, TRACE_TENSOR_BYTES = 192, TRACE_VALUES_MOST = 4096 };

enum trace_kind { TRACE_STATE, TRACE_OUTPUT, TRACE_VALUES };

struct trace_state {
    bool evaluation;           /* after an evaluation, else after a step */
    long step;                 /* steps done */
    char chain[DIGEST_TEXT];   /* of a step: its observation's digest; of an evaluation: that of its losses */
    char weights[DIGEST_TEXT]; /* of weights and moments */
};

struct trace_output {
    char key[TRACE_KEY_BYTES];
    char op[TRACE_OP_BYTES];         /* operation.h */
    char tensor[TRACE_TENSOR_BYTES]; /* "layer 1 qkv", "gradient of classifier.bias" */
    bool integers;                   /* words are whole numbers, not binary32 */
    bool by_sample;                  /* parts are samples, else there is one part */
    int columns;                     /* values of a token, of a matrix' row; 0: not so arranged */
    size_t parts;
    int64_t *values;              /* (parts): how many each has; owned */
    char (*digests)[DIGEST_TEXT]; /* (parts), owned */
};

struct trace_values {
    char key[TRACE_KEY_BYTES]; /* with its part */
    int64_t at;                /* of the first */
    size_t count;              /* <= TRACE_VALUES_MOST */
    uint32_t words[TRACE_VALUES_MOST];
};

struct trace_line {
    enum trace_kind kind;
    union {
        struct trace_state state;
        struct trace_output output;
        struct trace_values values;
    } as;
};

/* Append one line, newline included. */
enum status trace_line_write(const struct trace_line *line, struct text *text, struct error *error);

/* Read one line (without its newline); free with trace_line_free. STATUS_BAD_INPUT for anything else. */
enum status trace_line_read(const char *text, struct trace_line *line, struct error *error);
void trace_line_free(struct trace_line *line);

#endif
