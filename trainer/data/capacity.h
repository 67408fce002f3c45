/* capacity.h - how large the largest batch of a run is: what batches, activations and attention are allocated
 * for.
 *
 * Training needs room for the longest samples that can meet in one pass. Evaluation may cut its batches as it
 * likes, since no bit depends on the cut: it gets enough for its products to be efficient, and no more,
 * because every token costs activations in every layer. */
#ifndef FTBENCH_TRAINER_DATA_CAPACITY_H
#define FTBENCH_TRAINER_DATA_CAPACITY_H

#include "base/status.h"
#include "trainer/data/batch.h"
#include "trainer/data/dataset.h"

/* What decides a batch's size, besides the samples. */
struct capacity_request {
    int pass_samples; /* training samples of one forward and backward pass, >= 1 */
    int max_length;   /* the setting */
    int padding;      /* enum padding (run_spec.h) */
    struct token_reading reading;
};

/* The limits for training on `train` and evaluating on `validation`. STATUS_BAD_INPUT when a pass would have
 * more than 2^28 rows. */
enum status capacity_choose(const struct samples *train, const struct samples *validation,
                            const struct capacity_request *request, struct batch_limits *limits,
                            struct error *error);

/* The limits for evaluating samples of at most max_length tokens that are not known yet, unpadded: at most
 * `samples` at once, all of which may be of that length; 0: as many as evaluations take while a run trains.
 */
enum status capacity_for_evaluation(int samples, int max_length, const struct token_reading *reading,
                                    struct batch_limits *limits, struct error *error);

/* How many of the samples from `from` on, in their order, fit into one batch; at least 1. */
int capacity_fitting(const struct batch_limits *limits, const struct samples *samples, int from);

#endif
