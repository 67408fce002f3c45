/* trained_model.h - a fine-tuned classifier in a folder, ready to answer: what `ftbench eval` and `predict`
 * use. Nothing is trained, so it takes the memory of its weights and of one layer's activations. */
#ifndef FTBENCH_TRAINER_TRAINED_MODEL_H
#define FTBENCH_TRAINER_TRAINED_MODEL_H

#include "base/status.h"
#include "kernels/ops.h"
#include "trainer/backend.h"
#include "trainer/data/batch.h"
#include "trainer/data/samples.h"
#include "trainer/fit/evaluation.h"
#include "trainer/model/transformer.h"
#include "trainer/spec/run_spec.h"
#include "trainer/text/tokenizer.h"

#include <signal.h>

struct trained_model {
    struct run_spec spec; /* what of it matters here, complete */
    const struct ops *ops;
    struct device *device;
    struct backend_choice choice;
    struct tokenizer *tokenizer;
    struct batch batch;
    struct transformer model;
    char **names; /* (classes): as config.json names them; a class without a name is called by its number */
    int classes;
};

/* A spec in which nobody gave anything: max_length and batch_size are 0, the names of columns "", the rest
 * are the keys' defaults. */
void trained_model_defaults(struct run_spec *spec);

/* What nobody gave becomes what the model was trained with, where its folder says that; else the key's
 * default, of max_length the model's most where that is less. Column names may stay "", which the readers of
 * tables understand. */
enum status trained_model_complete(struct run_spec *spec, struct error *error);

/* Read the folder model_path of a spec that was completed. Of it count also max_length, text_pair_column,
 * batch_size (most samples at once; 0: as evaluations of a run), device, isa and threads. A folder without a
 * head is refused. */
enum status trained_model_open(const struct run_spec *spec, struct trained_model *trained,
                               struct error *error);
void trained_model_close(struct trained_model *trained); /* zeros are fine */

/* Answers to the rows from `from` on, as they come; the arrays are the model's and valid during the call. */
typedef enum status trained_model_take(void *context, int from, int count, const struct answers *answers,
                                       struct error *error);

/* Answer to all rows of a table in their order, some at a time, so that memory does not grow with the table.
 * `path` is what errors call it; `labels` (table->count) are the rows' classes, which the losses need; NULL:
 * there are none, and losses mean nothing. STATUS_INTERRUPTED once *stop is not 0. When it takes long and
 * standard error is a terminal, it is said there how far it is. What happened to the texts is added to
 * `counts`. */
enum status trained_model_answer(struct trained_model *trained, const struct table *table, const char *path,
                                 const int32_t *labels, const volatile sig_atomic_t *stop,
                                 trained_model_take *take, void *context, struct text_counts *counts,
                                 struct error *error);

#endif
