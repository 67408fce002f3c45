#include "base/memory.h"
#include "harness/program.h"
#include "harness/sequence.h"
#include "harness/store/store.h"
#include "harness/verbs/verb.h"
#include "harness/verify/chain.h"
#include "harness/verify/comparable.h"
#include "harness/verify/locate.h"
#include "trainer/spec/fault.h"
#include "trainer/spec/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cli_option options[] = {
    {"--run", "ID", "only this run; the start of its id is enough", false},
    {"--runs", "N", "only the first N runs of the plan", false},
    {"--steps", "N", "only so many optimiser steps", false},
    {"--threads", "N", "CPU threads of the repeated run", false},
    {"--isa", "NAME", "its instructions: avx512, avx2, portable (scalar means the same), auto", false},
    {"--micro-batch", "N", "samples of each of its forward and backward passes", false},
    {"--padding", "MODE", "its padding: none, longest, max", false},
    {"--gradient-checkpointing", "YES", "whether its layers are computed again going back: yes, no", false},
    {"--device", "D", "what computes it: cpu, cuda, cuda:N, auto", false},
    {"--fault", "SPEC", "turn one bit of it over, to see that it is found (docs/verify.md)", false},
    {.name = NULL},
};

/* What the verb holds while it works. */
struct verification {
    const struct cli_arguments *arguments;
    char trainer[SPEC_PATH_BYTES];
    struct store *store;
    struct plan plan;
    struct sequence *sequence;
    long steps; /* CHAIN_ALL: all */
    size_t equal, different, skipped, not_needed;
};

static enum status read_number(const struct cli_arguments *arguments, const char *option, long *number,
                               struct error *error)
{
    enum { MOST = 1000000000 };
    const char *value = cli_value(arguments, option);
    char *end = NULL;
    if (value == NULL) return STATUS_OK;
    *number = strtol(value, &end, 10);
    if (value[0] >= '0' && value[0] <= '9' && *end == '\0' && *number >= 1 && *number <= MOST)
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "verify: %s: '%s' is not a whole number >= 1 and <= %d", option,
                     value, MOST);
}

/* The options that say how a run is repeated mean keys of [run], and are checked as they are. */
static enum status change_spec(const struct cli_arguments *arguments, struct run_spec *spec,
                               struct error *error)
{
    static const struct {
        const char *option, *key;
    } changes[] = {{"--threads", "threads"},
                   {"--isa", "isa"},
                   {"--micro-batch", "micro_batch"},
                   {"--padding", "padding"},
                   {"--gradient-checkpointing", "gradient_checkpointing"},
                   {"--device", "device"}};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *value = cli_value(arguments, changes[i].option);
        struct error problem = {0};
        if (value == NULL) continue;
        if (strcmp(changes[i].key, "isa") == 0 && strcmp(value, "scalar") == 0) value = "portable";
        if (key_set(key_find("run", changes[i].key), spec, value, &problem) != STATUS_OK)
            return error_set(error, STATUS_USAGE, "verify: %s: %s", changes[i].option, problem.text);
    }
    return STATUS_OK;
}

static enum status check_arguments(const struct cli_arguments *arguments, long *runs, long *steps,
                                   struct error *error)
{
    struct run_spec spec;
    struct fault fault;
    run_spec_defaults(&spec);
    TRY(read_number(arguments, "--runs", runs, error));
    TRY(read_number(arguments, "--steps", steps, error));
    TRY(change_spec(arguments, &spec, error));
    if (cli_has(arguments, "--run") && cli_has(arguments, "--runs"))
        return error_set(error, STATUS_USAGE, "verify: --run and --runs exclude each other");
    return cli_has(arguments, "--fault") ? fault_parse(cli_value(arguments, "--fault"), &fault, error)
                                         : STATUS_OK;
}

static void tell_difference(const struct plan *plan, const struct plan_run *run, const char *what)
{
    printf("%s %s repeat %d: DIFFERENT at %s\n", run->id, plan->settings[run->setting].label, run->repeat + 1,
           what);
}

/* The chains differ: find where, and say it. */
static enum status tell_place(struct verification *work, const struct plan_run *run, const struct side *store,
                              const struct side *repeated, const struct chain *chain, struct error *error)
{
    struct place place;
    struct text words = {0};
    long steps = chain->step >= 0 ? chain->step : store->record->end.steps;
    TRY(locate_difference(store, repeated, steps, &place, error));
    if (place.kind == PLACE_NOWHERE) {
        if (chain->step >= 0)
            text_addf(&words, "step %ld: %s; ", chain->step, chain->what);
        else
            text_addf(&words, "its end: %s; ", chain->what);
    }
    place_describe(&place, store, repeated, &words);
    enum status status = text_status(&words, error);
    if (status == STATUS_OK) tell_difference(&work->plan, run, text_string(&words));
    text_free(&words);
    return status;
}

/* Of fast arithmetic, before it is trained all over again: the evaluation before the first step tells where
 * that would be. */
static enum status check_comparable(const struct side *store, const struct side *repeated,
                                    const struct plan_run *run, struct error *error)
{
    struct run_record start = {0};
    struct error problem = {0};
    const struct run_spec *was = store->rerun.spec, *now = repeated->rerun.spec;
    if (now->arithmetic != ARITHMETIC_FAST) return STATUS_OK;
    if (run_spec_pass_samples(was) != run_spec_pass_samples(now) || was->padding != now->padding)
        return error_set(
            error, STATUS_USAGE,
            "run %s: the bits of fast arithmetic depend on how a step is cut and padded: verify it "
            "without --micro-batch and --padding",
            run->id);
    enum status status = rerun_train(&repeated->rerun, 0, &start, error);
    if (status == STATUS_OK && start.has_begin && store->record->has_begin) {
        const struct comparable stored = {&store->record->begin, store->name},
                                again = {&start.begin, repeated->name};
        status = comparable_check(&stored, &again, &problem);
        if (status != STATUS_OK) error_set(error, status, "run %s: %s", run->id, problem.text);
    }
    run_record_free(&start);
    return status;
}

static enum status compare(struct verification *work, const struct plan_run *run, const struct run_spec *spec,
                           const struct run_record *stored, struct error *error)
{
    struct run_spec changed = *spec;
    struct run_record again = {0};
    struct chain chain;
    const struct side store = {
        .rerun = {.trainer = work->trainer, .spec = spec}, .name = "store", .record = stored};
    const struct side repeated = {.rerun = {.trainer = work->trainer,
                                            .spec = &changed,
                                            .fault = cli_value(work->arguments, "--fault"),
                                            .timeout = work->plan.experiment.timeout},
                                  .name = "re-run"};
    enum status status;
    TRY_TO(done, change_spec(work->arguments, &changed, error));
    TRY_TO(done, check_comparable(&store, &repeated, run, error));
    TRY_TO(done, rerun_train(&repeated.rerun, work->steps, &again, error));
    const struct chain_pair pair = {.left = stored,
                                    .right = &again,
                                    .left_name = store.name,
                                    .right_name = repeated.name,
                                    .steps = work->steps};
    chain_compare(&pair, &chain);
    if (chain.equal) {
        work->equal++;
        printf("%s %s repeat %d: %zu steps, %zu evaluations: equal\n", run->id,
               work->plan.settings[run->setting].label, run->repeat + 1, chain.steps, chain.evaluations);
    } else {
        work->different++;
        TRY_TO(done, tell_place(work, run, &store, &repeated, &chain, error));
    }
    fflush(stdout);
done:
    run_record_free(&again);
    return status;
}

/* Bits of one numeric version say nothing about another's. */
static enum status check_version(const struct plan_run *run, const struct run_spec *spec, struct error *error)
{
    char id[RUN_ID_BYTES];
    TRY(run_spec_id(spec, id, error));
    if (strcmp(id, run->id) == 0) return STATUS_OK;
    return error_set(
        error, STATUS_BAD_INPUT,
        "run %s is %s under numeric version %d: it was made by another version of ftbench, whose bits "
        "are not comparable",
        run->id, id, FTBENCH_NUMERIC_VERSION);
}

static enum status verify_run(struct verification *work, size_t index, struct error *error)
{
    const struct plan_run *run = &work->plan.runs[index];
    struct run_record stored = {0};
    struct run_spec spec;
    enum status status;
    TRY_TO(done, store_load_run(work->store, run->id, &stored, error));
    if (stored.outcome != RUN_DONE) {
        bool not_needed = false;
        TRY_TO(done, sequence_run_not_needed(work->sequence, index, &not_needed, error));
        work->skipped += !not_needed;
        work->not_needed += not_needed;
        printf("%s %s repeat %d: %s, skipped\n", run->id, work->plan.settings[run->setting].label,
               run->repeat + 1, not_needed ? "not needed" : run_outcome_name(stored.outcome));
        goto done;
    }
    plan_run_spec(&work->plan, index, &spec);
    TRY_TO(done, check_version(run, &spec, error));
    status = compare(work, run, &spec, &stored, error);
done:
    run_record_free(&stored);
    return status;
}

static enum status find_run(const struct verification *work, const char *start, size_t *index,
                            struct error *error)
{
    size_t found = 0;
    for (size_t i = 0; i < work->plan.run_count; i++) {
        if (strncmp(work->plan.runs[i].id, start, strlen(start)) != 0) continue;
        *index = i;
        found++;
    }
    if (found == 1) return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "verify: --run: %s run of %s has an id that starts with '%s'; see ftbench list",
                     found == 0 ? "no" : "more than one", work->arguments->words[0], start);
}

static enum status verify_all(struct verification *work, long runs, struct error *error)
{
    size_t from = 0, to = work->plan.run_count;
    const char *start = cli_value(work->arguments, "--run");
    if (start != NULL) {
        TRY(find_run(work, start, &from, error));
        to = from + 1;
    } else if (runs > 0 && (size_t)runs < to) {
        to = (size_t)runs;
    }
    for (size_t i = from; i < to; i++)
        TRY(verify_run(work, i, error));
    if (work->equal + work->different == 0)
        return error_set(error, STATUS_USAGE, "verify: no run of %s is done, so there is nothing to verify",
                         work->arguments->words[0]);
    return STATUS_OK;
}

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    enum status status;
    long runs = 0;
    struct verification *work = memory_zeroed(1, sizeof *work);
    if (work == NULL) return error_no_memory(error, sizeof *work);
    work->arguments = arguments;
    work->steps = CHAIN_ALL;
    unsetenv(FAULT_VARIABLE); /* a fault is asked for by --fault, and for one side only */
    TRY_TO(done, check_arguments(arguments, &runs, &work->steps, error));
    TRY_TO(done, store_open(arguments->words[0], STORE_READ, &work->store, error));
    TRY_TO(done, store_load_plan(work->store, &work->plan, error));
    TRY_TO(done, sequence_read(&work->plan, work->store, &work->sequence, error));
    TRY_TO(done, program_find_trainer(work->plan.experiment.trainer, work->trainer, error));
    TRY_TO(done, verify_all(work, runs, error));
    printf("%zu equal, %zu different, %zu not done and skipped", work->equal, work->different, work->skipped);
    if (work->not_needed > 0) printf(", %zu not needed", work->not_needed);
    printf("\n");
    if (work->different > 0) *exit_code = CLI_GATE_FAILED;
done:
    sequence_free(work->sequence);
    plan_free(&work->plan);
    store_close(work->store);
    memory_free(work);
    return status;
}

const struct verb verify_verb = {
    .name = "verify",
    .words = "DIR",
    .least = 1,
    .most = 1,
    .summary = "train stored runs again and compare every step's digest with the store",
    .details = "Repeats the finished runs of DIR in fresh trainers, with what the options change, and "
               "compares the chain of\n"
               "digests step by step, evaluation by evaluation. Nothing that can be changed here may change "
               "a bit. On a\n"
               "difference both are replayed, and the first step, operation, tensor and element that differ "
               "are named, with\n"
               "both values. Exit code 0: all equal; 1: a difference; 2: nothing could be compared.\n",
    .options = options,
    .act = act,
};
