/* run_spec.h - everything that one run is asked to do: the plain struct that the harness plans, hashes and
 * stores, and that the trainer obeys. It crosses between the two programs as JSON.
 *
 * Invariants after run_spec_check: every field is in its key's range, paths are absolute or relative to the
 * trainer's working directory, and seeds are given (a trainer never chooses one). */
#ifndef FTBENCH_TRAINER_SPEC_RUN_SPEC_H
#define FTBENCH_TRAINER_SPEC_RUN_SPEC_H

#include "base/digest.h"
#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Goes up whenever the bits of an unchanged run change; part of the run id. */
#define FTBENCH_NUMERIC_VERSION 2

enum { SPEC_PATH_BYTES = 4096, SPEC_NAME_BYTES = 128 };

/* Enumerations are stored as int, in the order of the words in their key's `choices` (keys.h). */
enum init_mode { INIT_RANDOM, INIT_PRETRAINED };
enum header_mode { HEADER_AUTO, HEADER_YES, HEADER_NO };
enum scheduler { SCHEDULER_LINEAR, SCHEDULER_COSINE, SCHEDULER_CONSTANT };
enum metric { METRIC_F1, METRIC_F1_MACRO, METRIC_ACCURACY, METRIC_EVAL_LOSS };
enum precision { PRECISION_FP32, PRECISION_FP16, PRECISION_BF16 };
enum arithmetic { ARITHMETIC_STRICT, ARITHMETIC_FAST };
enum padding { PADDING_NONE, PADDING_LONGEST, PADDING_MAX };

struct run_spec {
    /* [model] */
    char model_path[SPEC_PATH_BYTES]; /* a Hugging Face folder: config.json, tokenizer files, weights */
    int init;                         /* enum init_mode */
    /* [data] */
    char train_path[SPEC_PATH_BYTES];
    char validation_path[SPEC_PATH_BYTES]; /* "": validation_fraction of the train file is held out */
    double validation_fraction;            /* in (0, 1); 0 when validation_path is given */
    uint32_t split_seed;
    int max_length; /* tokens, special ones included */
    char text_column[SPEC_NAME_BYTES], text_pair_column[SPEC_NAME_BYTES], label_column[SPEC_NAME_BYTES];
    int header; /* enum header_mode */
    /* [training] */
    double learning_rate;
    int batch_size;
    double epochs;
    int gradient_accumulation_steps;
    double warmup_ratio;
    int lr_scheduler_type; /* enum scheduler */
    double weight_decay;
    double max_grad_norm; /* 0: no clipping */
    double adam_beta1, adam_beta2, adam_epsilon;
    double dropout; /* probability for every dropout of the model; negative: as config.json says */
    int logging_steps;
    int eval_steps;              /* 0: at the end of each epoch */
    int early_stopping_patience; /* evaluations without improvement; 0: off */
    int early_stopping_metric;   /* enum metric */
    bool load_best_model_at_end;
    int metric_for_best_model; /* enum metric */
    int precision;             /* enum precision */
    int arithmetic;            /* enum arithmetic */
    /* seeds of the streams (kernels/common/philox.h); the split's is split_seed */
    uint32_t seed_init, seed_order, seed_dropout;
    /* 0, 1, 2, ...: which of several runs with the same seeds this is. They have the same bits, and each is
     * computed, so that "the same seed gives the same result" is measured and not assumed. Part of the id, or
     * they would be one run. */
    uint32_t replica;
    /* content of what the paths name, as found when the run was planned; "" when not known. The trainer
     * refuses a folder or file whose digest differs from a given one. */
    char model_digest[DIGEST_TEXT], train_digest[DIGEST_TEXT], validation_digest[DIGEST_TEXT];
    /* [run]: how, not what; never part of the run id */
    char device[SPEC_NAME_BYTES];      /* auto | cpu | cuda | cuda:N */
    char isa[SPEC_NAME_BYTES];         /* auto | avx512 | avx2 | portable */
    int threads;                       /* CPU threads of one run, >= 1 */
    int padding;                       /* enum padding */
    int micro_batch;                   /* samples of one forward and backward pass; 0: batch_size */
    bool gradient_checkpointing;       /* keep each layer's input and compute the rest again */
    double checkpoint_seconds;         /* between checkpoints; 0: never by time */
    bool record_tensors;               /* say each tensor's gradient in each step */
    int checkpoint_steps;              /* the same in optimiser steps; 0: never by steps */
    char checkpoint[SPEC_PATH_BYTES];  /* the file to keep checkpoints in and to go on from; "": none */
    char saved_model[SPEC_PATH_BYTES]; /* the folder to write the trained model to; "": none */
};

/* All defaults of the keys (keys.h); strings that must be given are "". */
void run_spec_defaults(struct run_spec *spec);

/* Sense across keys: a validation source is given exactly once, early stopping has something to watch, betas
 * below 1... Single ranges are checked where a value is set (keys.h). The text names the keys of the first
 * problem. */
enum status run_spec_check(const struct run_spec *spec, struct error *error);

/* The same, but every problem: called for each with the key where it is best mended and the line of text. */
typedef void run_spec_refuse(void *context, const char *section, const char *key, const char *text);
void run_spec_problems(const struct run_spec *spec, run_spec_refuse *refuse, void *context);

/* The id of a run: 16 hexadecimal digits, the start of the digest of the canonical text of everything that
 * decides the bits: every key marked so in keys.h with its losslessly printed value, the seeds, the content
 * digests (not the paths), the arithmetic and FTBENCH_NUMERIC_VERSION. */
#define RUN_ID_BYTES 17
enum status run_spec_id(const struct run_spec *spec, char id[RUN_ID_BYTES], struct error *error);

/* One JSON object on one line, keys "section.name", and the way back. Reading refuses unknown, duplicate or
 * ill-typed members, another "ftbench_run_spec" version, and a missing member, but for those of [run] with a
 * default, which decide no bit, and those marked so in keys.h: a spec that was stored before there was such a
 * key can still be read. */
enum status run_spec_to_json(const struct run_spec *spec, struct text *json, struct error *error);
enum status run_spec_from_json(const char *json, struct run_spec *spec, struct error *error);

/* Samples of one optimiser step: batch_size x gradient_accumulation_steps. */
int run_spec_step_samples(const struct run_spec *spec);
/* Samples of one forward and backward pass: micro_batch, or batch_size when that is 0; never more than a step
 * has. */
int run_spec_pass_samples(const struct run_spec *spec);
/* Steps of one epoch over `samples` training samples: the last step takes the remainder. */
long run_spec_epoch_steps(const struct run_spec *spec, long samples);
/* Steps of the whole run: ceil(epochs * steps of an epoch), at least 1. */
long run_spec_total_steps(const struct run_spec *spec, long samples);
/* Warm-up steps: ceil(warmup_ratio * total steps), as transformers does. */
long run_spec_warmup_steps(const struct run_spec *spec, long samples);

#endif
