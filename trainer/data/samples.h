/* samples.h - rows as token ids: what batches are filled from. */
#ifndef FTBENCH_TRAINER_DATA_SAMPLES_H
#define FTBENCH_TRAINER_DATA_SAMPLES_H

#include "base/status.h"
#include "trainer/data/table.h"
#include "trainer/text/tokenizer.h"

#include <stdint.h>

struct samples {
    int count;
    int64_t *begin;    /* (count + 1): first token of each sample in ids and types */
    int32_t *ids;      /* (begin[count]) */
    int32_t *types;    /* (begin[count]) */
    int32_t *labels;   /* (count): 0 .. classes - 1 */
    int32_t *lines;    /* (count): line of the file, 1 first */
    int replaced_line; /* the first one's with invalid UTF-8; 0: none has */
};

/* What happened to the texts of one or more tables. */
struct text_counts {
    int truncated;   /* samples cut to max_length */
    int replaced;    /* samples with invalid UTF-8 */
    int64_t tokens;  /* of all samples, without the special ones that frame them */
    int64_t unknown; /* those of them that are [UNK] */
};

/* A model cannot tell apart what its vocabulary has no names for. A few rare signs are usual; more than one
 * token in twenty is a vocabulary of another language or domain. Adds a sentence about it, or nothing. */
void text_counts_unknown(const struct text_counts *counts, struct text *sentence);

/* The part's rows in their order, at most max_length tokens each, all of class 0; what happened is added to
 * `counts`. A text that gives no token is an error that names `path` and the line. `samples` is freed by the
 * caller, also after a failure. */
enum status samples_tokenize(const struct table_part *part, const char *path,
                             const struct tokenizer *tokenizer, int max_length, struct samples *samples,
                             struct text_counts *counts, struct error *error);
void samples_free(struct samples *samples); /* zeros are fine */

#endif
