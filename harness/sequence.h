/* sequence.h - which runs of a plan are needed, by what is known of the others: the one place where that is
 * decided.
 *
 * With `repeats = 3..10` each setting goes its own way: first its least number of repeats, then one more at a
 * time while the sequential test (harness/stats/sequential.h) cannot decide, up to the most. The test is fed
 * with the unbroken row of ended runs from the first repeat on, in planned order; so the same results need
 * the same runs, whatever the jobs, the order in which runs ended and the interruptions. A run that failed,
 * diverged or has an undefined metric counts as failed. A run with the seeds of an earlier repeat
 * that is done, or with other seeds and yet its bits (its digest), brings nothing new and is not fed: a
 * setting all of whose runs are equal for that reason goes to the cap and stays undetermined.
 *
 * Runs behind a decision that never ended are "not needed": that is not stored, it follows from the stored
 * runs. In other plans all runs are needed. Designs (harness/plan/design.h) use the same runs for the
 * variance by seed stream. */
#ifndef FTBENCH_HARNESS_SEQUENCE_H
#define FTBENCH_HARNESS_SEQUENCE_H

#include "base/status.h"
#include "harness/run/demand.h"
#include "harness/stats/sequential.h"
#include "harness/stats/streams.h"
#include "harness/store/store.h"

struct sequence;

/* How a setting was decided. */
struct sequence_answer {
    bool
        sequential; /* false: the plan has one number of repeats; then nothing below but `wanted` is filled */
    struct sequential test; /* its `state`; its `n` counts runs of different bits */
    int rests_on; /* repeats of the plan that the decision rests on, from the first one on; 0: not decided */
    int wanted;   /* repeats that are needed by what is known: ended ones, and those to be trained now */
    int not_needed; /* repeats of the plan that were not trained and will not be */
};

/* Nothing is known of any run yet. The plan must outlive it; STATUS_BAD_INPUT when it is not settings x
 * repeats in order. Free with sequence_free; `*sequence` is NULL on failure. */
enum status sequence_create(const struct plan *plan, struct sequence **sequence, struct error *error);

/* The same, told of every run that the store holds. */
enum status sequence_read(const struct plan *plan, struct store *store, struct sequence **sequence,
                          struct error *error);
void sequence_free(struct sequence *sequence);

/* A run ended; RUN_PENDING: it did not, and nothing is known. `end`: what it said, or NULL. */
void sequence_tell(struct sequence *sequence, size_t run, enum run_outcome outcome,
                   const struct observed_end *end);

/* The test that settings are put to; of meaning when the plan has a span of repeats. */
const struct sequential_plan *sequence_test(const struct sequence *sequence);

/* How the setting stands. */
enum status sequence_setting(const struct sequence *sequence, size_t setting, struct sequence_answer *answer,
                             struct error *error);

/* Whether the run has not ended and is not needed; `*not_needed` of all runs of the plan. */
enum status sequence_run_not_needed(const struct sequence *sequence, size_t run, bool *not_needed,
                                    struct error *error);
enum status sequence_not_needed(const struct sequence *sequence, size_t *not_needed, struct error *error);

/* The sequence as the executor asks it; valid as long as the sequence is. */
struct demand sequence_demand(struct sequence *sequence);

/* The ended runs of a setting as harness/stats/streams.h takes them, into `runs`, which has room for the
 * plan's repeats; `count` of them. Failed ones have the value NaN. */
void sequence_streams(const struct sequence *sequence, size_t setting, struct stream_run *runs,
                      size_t *count);

#endif
