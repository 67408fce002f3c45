/* evaluation.h - a model's loss, predictions and metrics on a set of samples. */
#ifndef FTBENCH_TRAINER_FIT_EVALUATION_H
#define FTBENCH_TRAINER_FIT_EVALUATION_H

#include "base/status.h"
#include "trainer/data/batch.h"
#include "trainer/data/dataset.h"
#include "trainer/model/transformer.h"
#include "trainer/spec/observation.h"

/* Evaluate all of `samples` in as few batches as fit (the cut changes no bit): fills loss (mean, summed in
 * binary64 in the samples' order), metrics, count, predictions (the first of equal logits wins) and losses of
 * `evaluation`; the arrays are allocated and the caller's (observation_free). Other fields are left alone. */
enum status evaluation_run(struct transformer *model, struct batch *batch, const struct samples *samples,
                           struct observed_evaluation *evaluation, struct error *error);

#endif
