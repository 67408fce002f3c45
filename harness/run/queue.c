#include "harness/run/queue.h"

#include "base/memory.h"

#include <stdlib.h>

enum status queue_create(const struct plan *plan, const struct demand *demand, bool longest_first,
                         struct queue *queue, struct error *error)
{
    *queue = (struct queue){.plan = plan, .demand = demand, .longest_first = longest_first};
    queue->runs = memory_zeroed(plan->run_count, sizeof *queue->runs);
    queue->taken = memory_zeroed(plan->run_count, sizeof *queue->taken);
    if (queue->runs == NULL || queue->taken == NULL)
        return error_no_memory(error, plan->run_count * (sizeof *queue->runs + sizeof *queue->taken));
    return STATUS_OK;
}

void queue_free(struct queue *queue)
{
    memory_free(queue->runs);
    memory_free(queue->taken);
    *queue = (struct queue){0};
}

double queue_work(const struct plan *plan, size_t run)
{
    return plan->settings[plan->runs[run].setting].spec.epochs;
}

/* A run that waits, and what decides when it is started. */
struct waiting {
    double work;
    size_t run; /* index into the plan */
};

static int by_start(const void *left, const void *right)
{
    const struct waiting *a = left, *b = right;
    if (a->work != b->work) return a->work > b->work ? -1 : 1;
    return a->run < b->run ? -1 : a->run > b->run;
}

/* The longest first, where several run at a time: so that the last to end is a short one. Runs of the same
 * length stay in the order of the plan. No result depends on the order. */
static enum status order(struct queue *queue, struct error *error)
{
    size_t count = queue->count - queue->next, *runs = queue->runs + queue->next;
    struct waiting *waiting = memory_zeroed(count, sizeof *waiting);
    if (waiting == NULL) return error_no_memory(error, count * sizeof *waiting);
    for (size_t i = 0; i < count; i++)
        waiting[i] = (struct waiting){.work = queue_work(queue->plan, runs[i]), .run = runs[i]};
    qsort(waiting, count, sizeof *waiting, by_start);
    for (size_t i = 0; i < count; i++)
        runs[i] = waiting[i].run;
    memory_free(waiting);
    return STATUS_OK;
}

static void tell(struct queue *queue, size_t run, enum run_outcome outcome, const struct observed_end *end)
{
    if (queue->demand != NULL) queue->demand->tell(queue->demand->context, run, outcome, end);
}

void queue_keep(struct queue *queue, size_t run, enum run_outcome outcome, const struct observed_end *end)
{
    queue->taken[run] = true;
    tell(queue, run, outcome, end);
}

/* Queue the first `repeats` runs of the setting whose runs begin at `first`. Returns how many were new. */
static int add(struct queue *queue, size_t first, int repeats)
{
    int added = 0;
    for (size_t i = first; i < queue->plan->run_count && i < first + (size_t)repeats; i++) {
        if (queue->taken[i]) continue;
        queue->taken[i] = true;
        queue->runs[queue->count++] = i;
        added++;
    }
    return added;
}

/* Queue what is wanted of the setting of `run`. */
static enum status add_wanted(struct queue *queue, size_t run, int *added, struct error *error)
{
    int wanted = queue->plan->experiment.repeats;
    const struct plan_run *planned = &queue->plan->runs[run];
    if (queue->demand != NULL)
        TRY(queue->demand->ask(queue->demand->context, (size_t)planned->setting, &wanted, error));
    *added = add(queue, run - (size_t)planned->repeat, wanted);
    return STATUS_OK;
}

/* Of the setting that begins at `first`. */
static int count_open(const struct queue *queue, size_t first)
{
    int open = 0;
    for (size_t i = first; i < queue->plan->run_count; i++) {
        if (queue->plan->runs[i].setting != queue->plan->runs[first].setting) break;
        open += !queue->taken[i];
    }
    return open;
}

enum status queue_fill(struct queue *queue, struct error *error)
{
    for (size_t i = 0; i < queue->plan->run_count; i++) {
        int added = 0;
        if (queue->plan->runs[i].repeat > 0) continue;
        TRY(add_wanted(queue, i, &added, error));
        if (added > 0) queue->open += count_open(queue, i);
    }
    return queue->longest_first ? order(queue, error) : STATUS_OK;
}

enum status queue_tell(struct queue *queue, size_t run, enum run_outcome outcome,
                       const struct observed_end *end, struct error *error)
{
    int added = 0;
    tell(queue, run, outcome, end);
    if (queue->demand == NULL) return STATUS_OK;
    TRY(add_wanted(queue, run, &added, error));
    queue->open -= added;
    return added > 0 && queue->longest_first ? order(queue, error) : STATUS_OK;
}

bool queue_take(struct queue *queue, size_t *run)
{
    if (queue->next == queue->count) return false;
    *run = queue->runs[queue->next++];
    return true;
}
