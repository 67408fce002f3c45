#include "harness/account.h"
#include "harness/check/baseline.h"
#include "harness/check/changes.h"
#include "harness/check/check.h"
#include "harness/listing.h"
#include "harness/verbs/verb.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct cli_option options[] = {
    {"--baselines", "FOLDER", "where the baselines are; by default FTBENCH_BASELINES, or else baselines",
     false},
    {.name = NULL}};

/* A baseline that cannot be had is an answer with an exit code of its own. */
static enum status refuse(enum status status, int *exit_code, struct error *error)
{
    if (status != STATUS_BAD_INPUT) return status;
    fprintf(stderr, "ftbench: %s\n", error->text);
    *exit_code = CLI_NO_BASELINE;
    return STATUS_OK;
}

static enum status keep(const struct cli_arguments *arguments, const char *folder, bool replace,
                        struct error *error)
{
    struct store_origin origin;
    const char *name = arguments->words[1], *results = arguments->words[2];
    char path[SPEC_PATH_BYTES];
    TRY(baseline_path(folder, name, path, error));
    TRY(baseline_save(folder, name, results, replace, &origin, error));
    printf("%s: %s, %d setting%s, %d run%s%s\n", replace ? "updated" : "saved", path, origin.settings,
           origin.settings == 1 ? "" : "s", origin.done, origin.done == 1 ? "" : "s",
           origin.numeric_version == 0 ? ", made under another numeric version than this ftbench's" : "");
    if (origin.failed > 0)
        printf("%d of its runs failed: a check will not mind if they fail again\n", origin.failed);
    return STATUS_OK;
}

static enum status save(const struct cli_arguments *arguments, const char *folder, int *exit_code,
                        struct error *error)
{
    (void)exit_code;
    return keep(arguments, folder, false, error);
}

/* What changes is found while the old baseline is there, and told when it is replaced; where it cannot be
 * found, such as of an old baseline that is damaged, that alone is told. */
static enum status update(const struct cli_arguments *arguments, const char *folder, int *exit_code,
                          struct error *error)
{
    const struct check_request request = {.folder = arguments->words[2],
                                          .baselines = folder,
                                          .baseline = arguments->words[1],
                                          .terms = check_terms_default()};
    char path[SPEC_PATH_BYTES];
    struct check *check = NULL;
    struct error unknown = {0};
    enum status status = baseline_find(folder, request.baseline, path, error);
    if (status != STATUS_OK) return refuse(status, exit_code, error);
    check_make(&request, &check, &unknown);
    status = keep(arguments, folder, true, error);
    if (status == STATUS_OK && check != NULL) changes_print(check_reported(check), stdout);
    if (status == STATUS_OK && check == NULL) printf("what has changed is not known: %s\n", unknown.text);
    check_free(check);
    return status;
}

static enum status print_origin(const struct store_origin *origin, struct error *error)
{
    struct listing listing = {.columns = 2};
    const struct {
        const char *name, *value;
    } facts[] = {
        {"results of", origin->folder}, {"saved", origin->saved},     {"by", origin->writer},
        {"trainer", origin->program},   {"commit", origin->commit},   {"compiler", origin->compiler},
        {"flags", origin->flags},       {"backend", origin->backend}, {"instruction set", origin->isa},
        {"CPU", origin->cpu},           {"host", origin->host}};
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (facts[i].value[0] == '\0') continue;
        listing_add(&listing, "%s", facts[i].name);
        listing_add(&listing, "%s", facts[i].value);
    }
    listing_add(&listing, "numeric version");
    if (origin->numeric_version == 0)
        listing_add(&listing, "another than that of the program that saved it");
    else
        listing_add(&listing, "%d", origin->numeric_version);
    listing_add(&listing, "runs");
    listing_add(&listing, "%d done, %d failed", origin->done, origin->failed);
    listing_add(&listing, "digest of all it holds");
    listing_add(&listing, "%s", origin->seal);
    enum status status = listing_print(&listing, isatty(STDOUT_FILENO) == 1, stdout, error);
    listing_free(&listing);
    return status;
}

static enum status show(const struct cli_arguments *arguments, const char *folder, int *exit_code,
                        struct error *error)
{
    struct store *store = NULL;
    struct store_origin origin;
    struct account *account = NULL;
    enum status status = baseline_open(folder, arguments->words[1], &store, &origin, error);
    if (status == STATUS_OK) status = account_open(store, &account, error);
    store_close(store);
    if (status != STATUS_OK) return refuse(status, exit_code, error);
    status = print_origin(&origin, error);
    if (status == STATUS_OK) status = account_print(account, stdout, error);
    account_close(account);
    return status;
}

/* One row; a baseline that cannot be read has its reason in the last column. */
static enum status list_one(const char *folder, const char *name, struct listing *listing,
                            struct error *error)
{
    struct store *store = NULL;
    struct store_origin origin = {0};
    struct plan plan = {0};
    enum status status = baseline_open(folder, name, &store, &origin, error);
    if (status == STATUS_OK) status = store_load_plan(store, &plan, error);
    listing_add(listing, "%s", name);
    listing_add(listing, "%s", status == STATUS_OK ? plan.experiment.name : "");
    listing_add(listing, "%d", origin.settings);
    listing_add(listing, "%d", origin.done);
    listing_add(listing, "%d", origin.failed);
    listing_add(listing, "%s", origin.saved);
    listing_add(listing, "%s", origin.commit);
    listing_add(listing, "%s", status == STATUS_OK ? "" : error->text);
    plan_free(&plan);
    store_close(store);
    return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

static enum status list(const struct cli_arguments *arguments, const char *folder, int *exit_code,
                        struct error *error)
{
    static const char *const heads[] = {"baseline", "experiment", "settings", "done",
                                        "failed",   "saved",      "commit",   "cannot be read"};
    struct listing listing = {.columns = sizeof heads / sizeof heads[0]};
    struct text names = {0};
    size_t count = 0;
    enum status status;
    (void)arguments;
    (void)exit_code;
    TRY_TO(done, baseline_names(folder, &names, &count, error));
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        listing_add(&listing, "%s", heads[i]);
    const char *name = text_string(&names);
    for (size_t i = 0; i < count; i++, name += strlen(name) + 1)
        TRY_TO(done, list_one(folder, name, &listing, error));
    status = listing_print(&listing, isatty(STDOUT_FILENO) == 1, stdout, error);
done:
    text_free(&names);
    listing_free(&listing);
    return status;
}

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    static const struct {
        const char *name, *words;
        int count;
        enum status (*act)(const struct cli_arguments *, const char *, int *, struct error *);
    } deeds[] = {{"save", "NAME DIR", 3, save},
                 {"update", "NAME DIR", 3, update},
                 {"show", "NAME", 2, show},
                 {"list", "", 1, list}};
    const char *folder = baseline_folder(cli_value(arguments, "--baselines"));
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
        if (strcmp(arguments->words[0], deeds[i].name) != 0) continue;
        if (arguments->word_count == deeds[i].count) return deeds[i].act(arguments, folder, exit_code, error);
        return error_set(error, STATUS_USAGE, "baseline %s: it is written ftbench baseline %s%s%s",
                         deeds[i].name, deeds[i].name, deeds[i].words[0] == '\0' ? "" : " ", deeds[i].words);
    }
    return error_set(error, STATUS_USAGE, "baseline: '%s' is not one of save, update, show, list",
                     arguments->words[0]);
}

const struct verb baseline_verb = {
    .name = "baseline",
    .words = "save NAME DIR | update NAME DIR | show NAME | list",
    .least = 1,
    .most = 3,
    .summary = "keep a finished experiment as what later ones are checked against",
    .details = "save copies the results of DIR to FOLDER/NAME.sqlite, with when, by which program and on "
               "what machine. It\n"
               "replaces nothing; update does, and says what has changed. show says where a baseline comes "
               "from and what is\n"
               "in it, list which there are. A NAME with a '/' in it, or that ends with .sqlite, is the path "
               "of a file, which\n"
               "must end with .sqlite.\n"
               "Exit code 4: there is no such baseline, or it cannot be read. ftbench check uses it "
               "(docs/check.md).\n",
    .options = options,
    .act = act,
};
