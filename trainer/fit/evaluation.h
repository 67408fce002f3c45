/* evaluation.h - a model's loss, predictions and metrics on a set of samples. */
#ifndef FTBENCH_TRAINER_FIT_EVALUATION_H
#define FTBENCH_TRAINER_FIT_EVALUATION_H

#include "base/status.h"
#include "trainer/data/batch.h"
#include "trainer/data/dataset.h"
#include "trainer/model/transformer.h"
#include "trainer/spec/observation.h"

/* A model's answers to samples. */
struct answers {
    int32_t *predictions;  /* (count): the first of equal logits wins */
    float *losses;         /* (count) */
    double *probabilities; /* (count, classes): softmax of the logits, in binary64; NULL: not wanted */
};

/* Answers to all of `samples`, in as few batches as fit: the cut changes no bit. */
enum status evaluation_answer(struct transformer *model, struct batch *batch, const struct samples *samples,
                              const struct answers *answers, struct error *error);

/* Loss (mean, summed in binary64 in the samples' order) and metrics from the count, predictions and losses of
 * `evaluation` and the samples' labels. */
enum status evaluation_measure(const int32_t *labels, int classes, struct observed_evaluation *evaluation,
                               struct error *error);

/* Both: fills loss, metrics, count, predictions and losses of `evaluation`; the arrays are allocated and the
 * caller's (observation_free). Other fields are left alone. */
enum status evaluation_run(struct transformer *model, struct batch *batch, const struct samples *samples,
                           struct observed_evaluation *evaluation, struct error *error);

#endif
