#include "base/number.h"
#include "harness/listing.h"
#include "harness/run/models.h"
#include "harness/sequence.h"
#include "harness/store/store.h"
#include "harness/verbs/verb.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

static const struct cli_option options[] = {{.name = NULL}};

/* People read four digits; a program gets the number itself. */
static void add_metric(struct listing *listing, bool known, double value, bool for_people)
{
    char number[NUMBER_TEXT];
    number_shortest(value, number);
    if (!known || isnan(value))
        listing_add(listing, "%s", for_people ? "-" : "");
    else if (for_people)
        listing_add(listing, "%.4f", value);
    else
        listing_add(listing, "%s", number);
}

/* The folder of the run's saved model, where there is one. */
static enum status add_model(const char *output, const char *run_id, struct listing *listing,
                             struct error *error)
{
    char models[SPEC_PATH_BYTES], path[SPEC_PATH_BYTES];
    TRY(models_folder(output, models, error));
    TRY(models_path(models, run_id, path, error));
    listing_add(listing, "%s", models_has(models, run_id) ? path : "");
    return STATUS_OK;
}

static enum status add_run(const char *output, struct store *store, const struct sequence *sequence,
                           const struct plan *plan, size_t index, struct listing *listing,
                           struct error *error)
{
    const struct plan_run *run = &plan->runs[index];
    struct run_record record = {0};
    bool for_people = isatty(STDOUT_FILENO) == 1, not_needed = false;
    TRY(sequence_run_not_needed(sequence, index, &not_needed, error));
    TRY(store_load_run(store, run->id, &record, error));
    listing_add(listing, "%s", run->id);
    listing_add(listing, "%s", plan->settings[run->setting].label);
    listing_add(listing, "%d", run->repeat + 1);
    listing_add(listing, "%u", (unsigned)run->seed_init);
    listing_add(listing, "%u", (unsigned)run->seed_order);
    listing_add(listing, "%u", (unsigned)run->seed_dropout);
    listing_add(listing, "%s", not_needed ? "not needed" : run_outcome_name(record.outcome));
    add_metric(listing, record.has_end, record.end.f1, for_people);
    listing_add(listing, "%ld", record.has_end ? record.end.steps : (long)record.step_count);
    listing_add(listing, "%s%s%s", record.reason, record.detail[0] == '\0' ? "" : ", ", record.detail);
    run_record_free(&record);
    TRY(add_model(output, run->id, listing, error));
    return STATUS_OK;
}

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    static const char *const heads[] = {"run",      "setting",    "repeat",  "seed of init",
                                        "of order", "of dropout", "outcome", "f1",
                                        "steps",    "reason",     "model"};
    struct listing listing = {.columns = sizeof heads / sizeof heads[0]};
    struct store *store = NULL;
    struct plan plan = {0};
    struct sequence *sequence = NULL;
    bool for_people = isatty(STDOUT_FILENO) == 1;
    enum status status;
    (void)exit_code;
    TRY_TO(done, store_open(arguments->words[0], STORE_READ, &store, error));
    TRY_TO(done, store_load_plan(store, &plan, error));
    TRY_TO(done, sequence_read(&plan, store, &sequence, error));
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        listing_add(&listing, "%s", heads[i]);
    for (size_t i = 0; i < plan.run_count; i++)
        TRY_TO(done, add_run(arguments->words[0], store, sequence, &plan, i, &listing, error));
    status = listing_print(&listing, for_people, stdout, error);
done:
    listing_free(&listing);
    sequence_free(sequence);
    plan_free(&plan);
    store_close(store);
    return status;
}

const struct verb list_verb = {
    .name = "list",
    .words = "DIR",
    .least = 1,
    .most = 1,
    .summary = "list the runs of a folder of results",
    .details = "One line a run: id, setting, repeat, seeds, outcome, F1, optimiser steps, why it is not "
               "done, and\n"
               "the folder of its model if it was saved ([run] save_model). Runs\n"
               "that a span of repeats turned out not to need are \"not needed\". Columns are aligned on a "
               "terminal; elsewhere they are separated by tabs and numbers are complete.\n",
    .options = options,
    .act = act,
};
