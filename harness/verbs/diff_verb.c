#include "base/file.h"
#include "base/memory.h"
#include "harness/program.h"
#include "harness/sequence.h"
#include "harness/store/store.h"
#include "harness/verbs/verb.h"
#include "harness/verify/chain.h"
#include "harness/verify/comparable.h"
#include "harness/verify/locate.h"
#include "trainer/spec/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cli_option options[] = {{.name = NULL}};

/* One of the two arguments. */
struct half {
    char folder[SPEC_PATH_BYTES];
    char start[RUN_ID_BYTES]; /* of a run's id; "": all runs */
    char trainer[SPEC_PATH_BYTES];
    struct store *store;
    struct plan plan;
    struct sequence *sequence;
};

struct comparison {
    struct half a, b;
    size_t equal, different, skipped;
    size_t
        not_needed; /* pairs of which a sequential decision needs neither, or not the one that is missing */
};

/* DIR, DIR:RUN or DIR/RUN: what is a folder is a folder. */
static enum status read_half(const char *word, struct half *half, struct error *error)
{
    size_t length = strlen(word);
    if (length >= sizeof half->folder)
        return error_set(error, STATUS_USAGE, "diff: '%.60s...' is too long", word);
    memcpy(half->folder, word, length + 1);
    if (file_is_directory(half->folder)) return STATUS_OK;
    char *cut = strrchr(half->folder, ':');
    if (cut == NULL) cut = strrchr(half->folder, '/');
    if (cut == NULL || cut[1] == '\0' || strlen(cut + 1) >= sizeof half->start)
        return error_set(
            error, STATUS_USAGE,
            "diff: '%s' is neither a folder of results nor one run of it, written DIR:ID or DIR/ID", word);
    memcpy(half->start, cut + 1, strlen(cut + 1) + 1);
    *cut = '\0';
    return STATUS_OK;
}

static enum status open_half(const char *word, struct half *half, struct error *error)
{
    TRY(read_half(word, half, error));
    TRY(store_open(half->folder, STORE_READ, &half->store, error));
    TRY(store_load_plan(half->store, &half->plan, error));
    TRY(sequence_read(&half->plan, half->store, &half->sequence, error));
    return program_find_trainer(half->plan.experiment.trainer, half->trainer, error);
}

static void close_half(struct half *half)
{
    sequence_free(half->sequence);
    plan_free(&half->plan);
    store_close(half->store);
}

static enum status find_run(const struct half *half, size_t *index, struct error *error)
{
    size_t found = 0;
    for (size_t i = 0; i < half->plan.run_count; i++) {
        if (strncmp(half->plan.runs[i].id, half->start, strlen(half->start)) != 0) continue;
        *index = i;
        found++;
    }
    if (found == 1) return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "diff: %s run of %s has an id that starts with '%s'; see ftbench list %s",
                     found == 0 ? "no" : "more than one", half->folder, half->start, half->folder);
}

/* The run of the same setting and repeat. */
static bool find_twin(const struct half *half, const struct half *other, size_t run, size_t *index)
{
    const struct plan_run *wanted = &other->plan.runs[run];
    const char *label = other->plan.settings[wanted->setting].label;
    for (size_t i = 0; i < half->plan.run_count; i++) {
        const struct plan_run *candidate = &half->plan.runs[i];
        *index = i;
        if (candidate->repeat == wanted->repeat &&
            strcmp(half->plan.settings[candidate->setting].label, label) == 0)
            return true;
    }
    return false;
}

static void name_pair(const struct half *a, size_t run_a, const struct half *b, size_t run_b)
{
    const struct plan_run *left = &a->plan.runs[run_a], *right = &b->plan.runs[run_b];
    const char *label_a = a->plan.settings[left->setting].label,
               *label_b = b->plan.settings[right->setting].label;
    printf("A %s %s repeat %d", left->id, label_a, left->repeat + 1);
    printf(", B %s", right->id);
    if (strcmp(label_a, label_b) != 0 || left->repeat != right->repeat)
        printf(" %s repeat %d", label_b, right->repeat + 1);
    printf(": ");
}

static enum status tell_place(const struct side *a, const struct side *b, const struct chain *chain,
                              struct error *error)
{
    struct place place;
    struct text words = {0};
    size_t last = a->record->step_count;
    long steps = chain->step >= 0 ? chain->step : last == 0 ? 0 : a->record->steps[last - 1].step;
    TRY(locate_difference(a, b, steps, &place, error));
    if (place.kind == PLACE_NOWHERE) {
        if (chain->step >= 0)
            text_addf(&words, "step %ld: %s; ", chain->step, chain->what);
        else
            text_addf(&words, "the end: %s; ", chain->what);
    }
    place_describe(&place, a, b, &words);
    enum status status = text_status(&words, error);
    if (status == STATUS_OK) printf("DIFFERENT at %s\n", text_string(&words));
    text_free(&words);
    return status;
}

/* One run of a pair is not there, or neither is: say why. */
static enum status skip_pair(struct comparison *work, size_t run_a, size_t run_b, bool a_pending,
                             bool b_pending, struct error *error)
{
    bool a_needless = false, b_needless = false;
    TRY(sequence_run_not_needed(work->a.sequence, run_a, &a_needless, error));
    TRY(sequence_run_not_needed(work->b.sequence, run_b, &b_needless, error));
    bool needless = a_needless == a_pending && b_needless == b_pending;
    work->skipped += !needless;
    work->not_needed += needless;
    if (needless)
        printf("%s not needed, skipped\n", a_pending && b_pending ? "both were"
                                           : a_pending            ? "A was"
                                                                  : "B was");
    else
        printf("%s is not there yet, skipped\n", a_pending && !a_needless ? "A" : "B");
    return STATUS_OK;
}

static enum status compare_pair(struct comparison *work, size_t run_a, size_t run_b, struct error *error)
{
    struct run_record left = {0}, right = {0};
    struct run_spec spec_a, spec_b;
    struct chain chain;
    struct half *a = &work->a, *b = &work->b;
    enum status status;
    TRY_TO(done, store_load_run(a->store, a->plan.runs[run_a].id, &left, error));
    TRY_TO(done, store_load_run(b->store, b->plan.runs[run_b].id, &right, error));
    name_pair(a, run_a, b, run_b);
    if (left.outcome == RUN_PENDING || right.outcome == RUN_PENDING) {
        status =
            skip_pair(work, run_a, run_b, left.outcome == RUN_PENDING, right.outcome == RUN_PENDING, error);
        goto done;
    }
    if (left.has_begin && right.has_begin) {
        const struct comparable begun[] = {{&left.begin, left.id}, {&right.begin, right.id}};
        TRY_TO(done, comparable_check(&begun[0], &begun[1], error));
    }
    const struct chain_pair pair = {
        .left = &left, .right = &right, .left_name = "A", .right_name = "B", .steps = CHAIN_ALL};
    chain_compare(&pair, &chain);
    if (chain.equal) {
        work->equal++;
        printf("%zu steps, %zu evaluations: equal\n", chain.steps, chain.evaluations);
    } else {
        work->different++;
        plan_run_spec(&a->plan, run_a, &spec_a);
        plan_run_spec(&b->plan, run_b, &spec_b);
        const struct side sides[2] = {
            {.rerun = {.trainer = a->trainer, .spec = &spec_a}, .name = "A", .record = &left},
            {.rerun = {.trainer = b->trainer, .spec = &spec_b}, .name = "B", .record = &right}};
        TRY_TO(done, tell_place(&sides[0], &sides[1], &chain, error));
    }
    fflush(stdout);
done:
    run_record_free(&left);
    run_record_free(&right);
    return status;
}

static enum status compare_all(struct comparison *work, struct error *error)
{
    size_t from = 0, to = work->a.plan.run_count, twin = 0;
    if (work->a.start[0] != '\0' && work->b.start[0] != '\0') {
        TRY(find_run(&work->a, &from, error));
        TRY(find_run(&work->b, &twin, error));
        return compare_pair(work, from, twin, error);
    }
    if (work->a.start[0] != '\0') {
        TRY(find_run(&work->a, &from, error));
        to = from + 1;
    } else if (work->b.start[0] != '\0') {
        size_t run = 0;
        TRY(find_run(&work->b, &run, error));
        if (!find_twin(&work->a, &work->b, run, &from))
            return error_set(error, STATUS_USAGE, "diff: %s has no run of the setting and repeat of %s",
                             work->a.folder, work->b.plan.runs[run].id);
        return compare_pair(work, from, run, error);
    }
    for (size_t i = from; i < to; i++) {
        if (find_twin(&work->b, &work->a, i, &twin)) {
            TRY(compare_pair(work, i, twin, error));
            continue;
        }
        const struct plan_run *run = &work->a.plan.runs[i];
        work->skipped++;
        printf("A %s %s repeat %d: B has no run of this setting and repeat, skipped\n", run->id,
               work->a.plan.settings[run->setting].label, run->repeat + 1);
    }
    return STATUS_OK;
}

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    enum status status;
    struct comparison *work = memory_zeroed(1, sizeof *work);
    if (work == NULL) return error_no_memory(error, sizeof *work);
    unsetenv(FAULT_VARIABLE); /* what is compared are the runs as they are */
    TRY_TO(done, open_half(arguments->words[0], &work->a, error));
    TRY_TO(done, open_half(arguments->words[1], &work->b, error));
    TRY_TO(done, compare_all(work, error));
    if (work->equal + work->different == 0) {
        status = error_set(error, STATUS_USAGE, "diff: there are no two runs to compare");
        goto done;
    }
    printf("%zu equal, %zu different, %zu skipped", work->equal, work->different, work->skipped);
    if (work->not_needed > 0) printf(", %zu not needed", work->not_needed);
    printf("\n");
    if (work->different > 0) *exit_code = CLI_GATE_FAILED;
done:
    close_half(&work->a);
    close_half(&work->b);
    memory_free(work);
    return status;
}

const struct verb diff_verb = {
    .name = "diff",
    .words = "DIR_OR_RUN_A DIR_OR_RUN_B",
    .least = 2,
    .most = 2,
    .summary = "compare stored runs, and say where two of them part",
    .details = "A run is DIR:ID or DIR/ID; the start of its id is enough. Two folders are compared run by "
               "run, by setting and\n"
               "repeat. Equal runs are found from the store alone; of two that differ, both are replayed, "
               "and the first step,\n"
               "operation, tensor and element that differ are named, with both values (step 0: they start "
               "from other weights).\n"
               "Exit code 0: all equal; 1: a difference; 2: nothing could be compared.\n",
    .options = options,
    .act = act,
};
