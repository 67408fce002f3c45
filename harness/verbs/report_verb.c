#include "harness/account.h"
#include "harness/store/store.h"
#include "harness/verbs/verb.h"

#include <stdio.h>

static const struct cli_option options[] = {{.name = NULL}};

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    const char *folder = arguments->words[0];
    struct store *store = NULL;
    struct account *account = NULL;
    enum status status;
    (void)exit_code;
    TRY_TO(done, store_open(folder, STORE_READ, &store, error));
    TRY_TO(done, account_open(store, &account, error));
    TRY_TO(done, account_write(account, folder, error));
    TRY_TO(done, account_print(account, stdout, error));
    printf("report: %s/report.md\n", folder);
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
               "it, also while runs are missing. Trains nothing.\n",
    .options = options,
    .act = act,
};
