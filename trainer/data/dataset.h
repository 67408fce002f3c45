/* dataset.h - the samples of a run: read, tokenized, split; before batches.
 *
 * The order of samples is the order of the file's rows, and the split is drawn by Philox with split_seed, so
 * both are functions of content and settings alone. */
#ifndef FTBENCH_TRAINER_DATA_DATASET_H
#define FTBENCH_TRAINER_DATA_DATASET_H

#include "base/status.h"
#include "trainer/data/samples.h"
#include "trainer/spec/run_spec.h"
#include "trainer/text/tokenizer.h"

#include <stdint.h>

struct dataset {
    struct samples train, validation;
    int classes;        /* distinct labels; at least 2 */
    char **label_names; /* (classes): as written in the file; numbers sort numerically, others by bytes */
    int truncated;      /* samples cut to max_length */
    int replaced;       /* samples with invalid UTF-8 */
    int64_t tokens;     /* of all samples, without the special ones that frame them */
    int64_t unknown;    /* those of them that are [UNK] */
    int duplicates;     /* validation samples whose text also stands in the training part */
    char duplicate_example[256]; /* the lines of the first such pair, for the user; "" when there is none */
    int quoted;                  /* texts of TSV files that begin and end with a quote */
    char quoted_example[64];     /* where the first is, for the user */
    int duplicates_within;       /* training texts that stand more than once in the training part */
};

/* Read spec's train file (and its validation file, or hold out validation_fraction: round(fraction * rows),
 * at least 1 and at most rows - 1, chosen by a Philox shuffle under split_seed, kept in file order in both
 * parts). Errors name file and line: a missing column, a wrong number of columns, an empty text, a text
 * that gives no token, a label that only the validation has, one class only, fewer than 2 rows... All bad
 * rows are counted, and the first few named in the one line of text. */
enum status dataset_load(const struct run_spec *spec, const struct tokenizer *tokenizer,
                         struct dataset *dataset, struct error *error);
void dataset_free(struct dataset *dataset);

#endif
