/* observation.h - what a running trainer says: one JSON object a line, on its standard output or in a file.
 *
 * A trainer reads one run spec (run_spec.h) and prints lines in this order: one `begin`; then `step`,
 * `evaluation` and `note` lines as they happen, the evaluation of step 0 first; one `end`. One that goes on
 * from a checkpoint prints the lines of the steps before again, the same as then. Anything that prints these
 * lines is a trainer. A run without its `end` line did not finish, whatever its exit code. docs/protocol.md
 * shows every member.
 *
 * Numbers are printed so that they read back to the same bits (%.9g for binary32, %.17g for binary64);
 * non-finite ones as NaN, Infinity, -Infinity, as Python writes them. Unknown members are ignored by a
 * reader, unknown events refused. */
#ifndef FTBENCH_TRAINER_SPEC_OBSERVATION_H
#define FTBENCH_TRAINER_SPEC_OBSERVATION_H

#include "base/digest.h"
#include "base/status.h"
#include "base/text.h"
#include "trainer/spec/run_spec.h"

#include <stdint.h>

#define OBSERVATION_PROTOCOL 1

enum observation_kind {
    OBSERVATION_BEGIN,
    OBSERVATION_STEP,
    OBSERVATION_EVALUATION,
    OBSERVATION_NOTE, /* something the user should know: duplicates across the split, truncated texts... */
    OBSERVATION_END
};

/* What the trainer is about to do. */
struct observed_begin {
    char run_id[RUN_ID_BYTES];
    long train_samples, validation_samples;
    int labels;            /* number of classes */
    char label_names[512]; /* what they are called in the data, class 0 first: "bad, good"
                              (observed_begin_name) */
    long total_steps, epoch_steps, warmup_steps;
    long resumed_step; /* the run goes on from a checkpoint of this step; 0: it starts at its beginning */
    double resumed_seconds; /* wall time of its earlier parts */
    int64_t parameters;     /* trainable numbers */
    /* Bytes, 0 where they are not said. The most that the trainer will hold of the machine's memory: program,
     * data and, on a CPU, what the device holds; then what it will hold of a device's own memory, and how
     * much of that was free before */
    int64_t memory_bytes, device_memory_bytes, device_free_bytes;
    /* what the device holds, in parts: best is the best weights so far, batch the tokens of a micro-batch */
    int64_t weights_bytes, gradients_bytes, moments_bytes, best_bytes, activations_bytes, batch_bytes;
    double step_seconds; /* measured time of one optimiser step; 0 when not measured (only `plan` does) */
    double evaluation_seconds; /* the same for one evaluation */
    /* environment, for the record; never decides bits */
    char program[64], compiler[128], flags[256], backend[32], isa[16], cpu[128], host[64], commit[64];
    char gpu[128];       /* name and compute capability; "": the CPU computes */
    char libraries[128]; /* of the GPU: driver, runtime and what else decides bits of fast arithmetic */
    char overrides[128]; /* the operations that are not strict, ", " between; "": strict arithmetic */
    char choice[256];    /* with device = auto: why the CPU was taken */
    int threads;
    int labelled; /* rows that validation_labels is said for: validation_samples, or 0 where it is not said */
    int32_t *validation_labels; /* (labelled) class of each validation row, 0 .. labels - 1; owned by the
                                   observation when it was read; NULL: not said */
    char *tensors; /* names of the weights, "\n" between two, in the order of each step's sums; owned by the
                      observation when it was read; NULL: not said */
};

/* After each optimiser step. */
struct observed_step {
    long step;                /* 1 first */
    double epoch;             /* epochs done, in fractions */
    float loss;               /* mean over the step's samples, with dropout, before the update */
    float grad_norm;          /* before clipping */
    double learning_rate;     /* used in this step; not used when it was skipped */
    bool logged;              /* a multiple of logging_steps, or the last step */
    double train_loss;        /* when logged: mean loss of the steps since the last logged one; else NaN */
    bool skipped;             /* the gradients overflowed in fp16: nothing was updated */
    double loss_scale;        /* by which the gradients were multiplied; 1 but in fp16; NaN: not said */
    char digest[DIGEST_TEXT]; /* chain over all steps so far (loss, clip norm, every tensor's gradient sum of
                                 squares; in fp16 the loss scale and `skipped` too) and the evaluations
                                 between them */
    int tensor_count;
    float *sums; /* (tensor_count) each tensor's gradient sum of squares (of the gradients times loss_scale);
                    owned by the observation when it was read; NULL: not said */
};

struct observed_evaluation {
    long step; /* 0: before training */
    double epoch;
    double loss, accuracy, precision, recall, f1, f1_macro; /* fractions; NaN where undefined */
    bool best;                /* the best so far by metric_for_best_model (the first wins a tie) */
    int count;                /* validation samples */
    int32_t *predictions;     /* (count), owned by the observation */
    float *losses;            /* (count), owned by the observation */
    char digest[DIGEST_TEXT]; /* of the weights and both moments */
};

enum end_reason {
    END_COMPLETED,
    END_EARLY_STOPPED,
    END_DIVERGED,    /* a non-finite loss or gradient norm */
    END_FAILED,      /* an error; message says which */
    END_INTERRUPTED, /* asked to stop */
    END_REFUSED      /* the checkpoint cannot be gone on from; message says why. Nothing was trained */
};

struct observed_end {
    int reason;         /* enum end_reason */
    char message[512];  /* one line; "" when all went well */
    long steps;         /* optimiser steps done, skipped ones too */
    long skipped_steps; /* those of them that updated nothing (fp16) */
    long best_step;     /* the evaluation whose weights are the result; -1 when there is none */
    double loss, accuracy, precision, recall, f1, f1_macro; /* of that evaluation: the run's metrics */
    char digest[DIGEST_TEXT]; /* chain over steps and evaluations: equal digests, equal runs */
    double seconds;           /* wall time of the run */
    double train_seconds, evaluation_seconds;
    /* Medians over the steps of the process that ended the run, and of a fixed loop that it timed between
     * them, for step times to be compared by (trainer/step_times.h): by the wall's clock and by the
     * processor's; 0 when not measured */
    double step_seconds, step_processor_seconds, calibration_seconds, calibration_processor_seconds;
    int64_t peak_memory_bytes;
};

struct observed_note {
    char code[32]; /* "duplicates", "truncated", ... */
    char message[512];
};

struct observation {
    enum observation_kind kind;
    union {
        struct observed_begin begin;
        struct observed_step step;
        struct observed_evaluation evaluation;
        struct observed_note note;
        struct observed_end end;
    } as;
};

/* Append the next class's name to label_names. A name's own ", " loses its blank, so that names can be told
 * apart; when a name has no room, "..." stands for it and all that follow. */
void observed_begin_name(struct observed_begin *begin, const char *name);

/* The run's metric by enum metric; NaN where it is undefined. */
double observed_end_metric(const struct observed_end *end, int metric);

/* The same of an evaluation. */
double observed_evaluation_metric(const struct observed_evaluation *evaluation, int metric);

/* Words of enum end_reason: "completed", "early_stopped", "diverged", "failed", "interrupted", "refused". */
const char *end_reason_name(int reason);

/* Append one line, newline included. */
enum status observation_write(const struct observation *observation, struct text *line, struct error *error);

/* Read one line (without its newline). The arrays of a begin and of an evaluation are allocated; free with
 * observation_free. STATUS_BAD_INPUT with what is wrong for anything that is no valid observation. */
enum status observation_read(const char *line, struct observation *observation, struct error *error);
void observation_free(struct observation *observation);

#endif
