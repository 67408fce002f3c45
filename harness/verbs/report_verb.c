#include "harness/account.h"
#include "harness/predictions.h"
#include "harness/run/models.h"
#include "harness/store/store.h"
#include "harness/verbs/verb.h"

#include <stdio.h>

static const struct cli_option options[] = {
    {"--predictions", "FILE.csv", "also write what every evaluation said of every validation example", false},
    {.name = NULL},
};

static enum status write_predictions(struct store *store, const char *path, struct error *error)
{
    size_t lines = 0;
    TRY(predictions_write(store, path, &lines, error));
    printf("predictions: %s (%zu lines)\n", path, lines);
    return STATUS_OK;
}

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    const char *folder = arguments->words[0], *predictions = cli_value(arguments, "--predictions");
    struct store *store = NULL;
    struct account *account = NULL;
    enum status status;
    (void)exit_code;
    TRY_TO(done, store_open(folder, STORE_READ, &store, error));
    TRY_TO(done, account_open(store, &account, error));
    TRY_TO(done, account_write(account, folder, error));
    TRY_TO(done, account_print(account, stdout, error));
    printf("report: %s/report.md\n", folder);
    TRY_TO(done, models_say_best(folder, account_best_run(account), account_best_kind(account), error));
    if (predictions != NULL) TRY_TO(done, write_predictions(store, predictions, error));
    const char *no_figures = account_no_figures(account);
    if (no_figures[0] != '\0') fprintf(stderr, "ftbench: the report has no figures: %s\n", no_figures);
done:
    account_close(account);
    store_close(store);
    return status;
}

const struct verb report_verb = {
    .name = "report",
    .words = "DIR",
    .least = 1,
    .most = 1,
    .summary = "write the report of a folder of results again",
    .details = "Reads DIR/ftbench.sqlite and writes report.md, figures/, runs.csv, summary.json and "
               "timings.csv beside\n"
               "it, also while runs are missing. Trains nothing.\n"
               "FILE.csv has one line for each validation example of each evaluation: run_id, step, example "
               "(1 first, in\n"
               "the order of the rows), label, prediction (classes as numbers from 0) and loss.\n",
    .options = options,
    .act = act,
};
