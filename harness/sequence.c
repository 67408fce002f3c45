#include "harness/sequence.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

/* What is known of a run. */
struct known {
    bool ended, done;
    bool copy;                /* an earlier repeat of its setting has the same seeds or bits */
    double value;             /* the experiment's metric; NaN: it failed */
    char digest[DIGEST_TEXT]; /* "": none */
};

struct sequence {
    const struct plan *plan;
    struct sequential_plan test;
    struct known *known; /* (plan's run_count) */
    double *values;      /* (repeats): room for one setting's */
    int *repeats;        /* (repeats): which repeat each of them is of, 0 first */
};

/* A plan that was read from a damaged store may be anything. */
static enum status check_order(const struct plan *plan, struct error *error)
{
    int repeats = plan->experiment.repeats;
    bool whole = repeats > 0 && plan->run_count == plan->setting_count * (size_t)repeats;
    for (size_t i = 0; i < plan->run_count && whole; i++)
        whole = plan->runs[i].setting == (int)(i / (size_t)repeats) &&
                plan->runs[i].repeat == (int)(i % (size_t)repeats);
    if (whole) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT,
                     "the plan's %zu runs are not %zu settings with %d repeats each, in this order",
                     plan->run_count, plan->setting_count, repeats);
}

/* The test of the experiment, from the points of the ini. */
static enum status make_test(const struct experiment *experiment, struct sequential_plan *test,
                             struct error *error)
{
    double max_spread = experiment->max_spread / 100;
    *test = sequential_plan_default(max_spread, experiment->span.least, experiment->span.most);
    test->error_rate = experiment->alpha;
    if (experiment->sigma0 > 0) TRY(sequential_plan_scale(experiment->sigma0 / 100, max_spread, test, error));
    return sequential_check(test, error);
}

enum status sequence_create(const struct plan *plan, struct sequence **sequence, struct error *error)
{
    const struct experiment *experiment = &plan->experiment;
    size_t repeats = (size_t)experiment->repeats;
    enum status status = STATUS_OK;
    *sequence = NULL;
    TRY(check_order(plan, error));
    struct sequence *created = memory_zeroed(1, sizeof *created);
    if (created == NULL) return error_no_memory(error, sizeof *created);
    created->plan = plan;
    created->known = memory_zeroed(plan->run_count, sizeof *created->known);
    created->values = memory_zeroed(repeats, sizeof *created->values);
    created->repeats = memory_zeroed(repeats, sizeof *created->repeats);
    if (created->known == NULL || created->values == NULL || created->repeats == NULL)
        status = error_no_memory(error, plan->run_count * sizeof *created->known);
    else if (experiment_is_sequential(experiment))
        status = make_test(experiment, &created->test, error);
    if (status == STATUS_OK)
        *sequence = created;
    else
        sequence_free(created);
    return status;
}

enum status sequence_read(const struct plan *plan, struct store *store, struct sequence **sequence,
                          struct error *error)
{
    TRY(sequence_create(plan, sequence, error));
    enum status status = STATUS_OK;
    for (size_t i = 0; i < plan->run_count; i++) {
        struct observed_end end;
        enum run_outcome outcome;
        bool has_end;
        TRY_TO(failed, store_run_outcome(store, plan->runs[i].id, &outcome, error));
        if (outcome == RUN_PENDING) continue;
        TRY_TO(failed, store_load_end(store, plan->runs[i].id, &end, &has_end, error));
        sequence_tell(*sequence, i, outcome, has_end ? &end : NULL);
    }
    return STATUS_OK;
failed:
    sequence_free(*sequence);
    *sequence = NULL;
    return status;
}

const struct sequential_plan *sequence_test(const struct sequence *sequence)
{
    return &sequence->test;
}

void sequence_free(struct sequence *sequence)
{
    if (sequence == NULL) return;
    memory_free(sequence->known);
    memory_free(sequence->values);
    memory_free(sequence->repeats);
    memory_free(sequence);
}

/* The first run of the setting: its runs stand together in the plan, repeat by repeat. */
static size_t first_of(const struct sequence *sequence, size_t setting)
{
    return setting * (size_t)sequence->plan->experiment.repeats;
}

static bool same_seeds(const struct plan_run *a, const struct plan_run *b)
{
    return a->seed_init == b->seed_init && a->seed_order == b->seed_order &&
           a->seed_dropout == b->seed_dropout;
}

/* Of two runs with the same seeds or the same bits the later repeat is the copy, in whatever order they
 * ended. */
static void mark_copies(struct sequence *sequence, size_t run)
{
    size_t first = first_of(sequence, (size_t)sequence->plan->runs[run].setting);
    struct known *known = &sequence->known[run];
    for (size_t i = first; i < first + (size_t)sequence->plan->experiment.repeats; i++) {
        struct known *other = &sequence->known[i];
        bool same = same_seeds(&sequence->plan->runs[i], &sequence->plan->runs[run]) ||
                    (known->digest[0] != '\0' && strcmp(other->digest, known->digest) == 0);
        if (i == run || !other->done || !same) continue;
        if (i < run)
            known->copy = true;
        else
            other->copy = true;
    }
}

void sequence_tell(struct sequence *sequence, size_t run, enum run_outcome outcome,
                   const struct observed_end *end)
{
    struct known *known = &sequence->known[run];
    if (outcome == RUN_PENDING) return;
    *known = (struct known){.ended = true, .value = NAN};
    if (outcome != RUN_DONE || end == NULL) return;
    known->done = true;
    known->value = observed_end_metric(end, sequence->plan->experiment.metric);
    memcpy(known->digest, end->digest, sizeof known->digest);
    mark_copies(sequence, run);
}

/* The values of the setting's unbroken row of ended runs; `row` is how many runs that is. */
static size_t gather(const struct sequence *sequence, size_t setting, int *row)
{
    const struct known *known = sequence->known + first_of(sequence, setting);
    size_t count = 0;
    for (*row = 0; *row < sequence->plan->experiment.repeats && known[*row].ended; ++*row) {
        if (known[*row].copy) continue;
        sequence->repeats[count] = *row;
        sequence->values[count++] = known[*row].value;
    }
    return count;
}

static int count_not_ended(const struct sequence *sequence, size_t setting, int from)
{
    const struct known *known = sequence->known + first_of(sequence, setting);
    int count = 0;
    for (int i = from; i < sequence->plan->experiment.repeats; i++)
        count += !known[i].ended;
    return count;
}

enum status sequence_setting(const struct sequence *sequence, size_t setting, struct sequence_answer *answer,
                             struct error *error)
{
    const struct experiment *experiment = &sequence->plan->experiment;
    struct sequential *test = &answer->test;
    *answer = (struct sequence_answer){.wanted = experiment->repeats};
    if (!experiment_is_sequential(experiment)) return STATUS_OK;
    answer->sequential = true;
    int row = 0;
    size_t count = gather(sequence, setting, &row);
    TRY(sequential_judge(&sequence->test, sequence->values, count, test, error));
    if (test->state == SEQUENTIAL_CONTINUE && row == experiment->repeats)
        test->state = SEQUENTIAL_UNDETERMINED; /* with copies among the runs the test itself waits for more */
    if (test->state == SEQUENTIAL_CONTINUE) {
        answer->wanted = row < experiment->span.least ? experiment->span.least : row + 1;
        return STATUS_OK;
    }
    bool by_cap = test->state == SEQUENTIAL_UNDETERMINED;
    answer->rests_on = by_cap ? experiment->repeats : sequence->repeats[test->n - 1] + 1;
    answer->wanted = answer->rests_on;
    answer->not_needed = count_not_ended(sequence, setting, answer->rests_on);
    return STATUS_OK;
}

enum status sequence_run_not_needed(const struct sequence *sequence, size_t run, bool *not_needed,
                                    struct error *error)
{
    struct sequence_answer answer;
    const struct plan_run *planned = &sequence->plan->runs[run];
    TRY(sequence_setting(sequence, (size_t)planned->setting, &answer, error));
    *not_needed = answer.rests_on > 0 && planned->repeat >= answer.rests_on && !sequence->known[run].ended;
    return STATUS_OK;
}

enum status sequence_not_needed(const struct sequence *sequence, size_t *not_needed, struct error *error)
{
    *not_needed = 0;
    for (size_t i = 0; i < sequence->plan->setting_count; i++) {
        struct sequence_answer answer;
        TRY(sequence_setting(sequence, i, &answer, error));
        *not_needed += (size_t)answer.not_needed;
    }
    return STATUS_OK;
}

static void tell(void *context, size_t run, enum run_outcome outcome, const struct observed_end *end)
{
    sequence_tell(context, run, outcome, end);
}

static enum status ask(void *context, size_t setting, int *repeats, struct error *error)
{
    struct sequence_answer answer;
    TRY(sequence_setting(context, setting, &answer, error));
    *repeats = answer.wanted;
    return STATUS_OK;
}

struct demand sequence_demand(struct sequence *sequence)
{
    return (struct demand){.context = sequence, .tell = tell, .ask = ask};
}

void sequence_streams(const struct sequence *sequence, size_t setting, struct stream_run *runs, size_t *count)
{
    size_t first = first_of(sequence, setting);
    *count = 0;
    for (size_t i = first; i < first + (size_t)sequence->plan->experiment.repeats; i++) {
        const struct plan_run *run = &sequence->plan->runs[i];
        if (!sequence->known[i].ended) continue;
        runs[(*count)++] = (struct stream_run){{run->seed_init, run->seed_order, run->seed_dropout},
                                               sequence->known[i].value};
    }
}
