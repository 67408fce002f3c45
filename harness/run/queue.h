/* queue.h - the runs that wait to be started, in their order.
 *
 * Every run of the plan is taken at most once: kept, when its end was stored before, or queued. Without a
 * demand all runs that are not kept are queued; with one only those that it asks for, and more as it is told
 * how runs ended. */
#ifndef FTBENCH_HARNESS_RUN_QUEUE_H
#define FTBENCH_HARNESS_RUN_QUEUE_H

#include "base/status.h"
#include "harness/plan/plan.h"
#include "harness/run/demand.h"

#include <stdbool.h>
#include <stddef.h>

struct queue {
    const struct plan *plan;
    const struct demand *demand; /* NULL: all runs are wanted */
    bool longest_first;          /* else in the order of the plan, later demands behind earlier ones */
    size_t *runs;                /* (count) indices into the plan; those before `next` were taken out */
    size_t count, next;
    bool *taken; /* (plan's run_count) */
    int open;    /* runs of the plan that may still be asked for */
};

/* An empty queue; `plan` and `demand` must outlive it. Free with queue_free, also after a failure. */
enum status queue_create(const struct plan *plan, const struct demand *demand, bool longest_first,
                         struct queue *queue, struct error *error);
void queue_free(struct queue *queue);

/* The run's end was stored before. */
void queue_keep(struct queue *queue, size_t run, enum run_outcome outcome, const struct observed_end *end);

/* Queue what is wanted at the beginning, when all kept runs are known. */
enum status queue_fill(struct queue *queue, struct error *error);

/* The run has ended now: queue what is wanted more by that. */
enum status queue_tell(struct queue *queue, size_t run, enum run_outcome outcome,
                       const struct observed_end *end, struct error *error);

/* Take the next run out; false when none waits. */
bool queue_take(struct queue *queue, size_t *run);

/* How long a run takes compared with the others of its plan: steps times samples are proportional to the
 * epochs, because all of them train on the same samples. */
double queue_work(const struct plan *plan, size_t run);

#endif
