#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "harness/check/baseline.h"
#include "harness/check/check.h"
#include "harness/check/exporting.h"
#include "harness/check/requirement.h"
#include "harness/check/telling.h"
#include "harness/verbs/verb.h"
#include "reports/check_files.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct cli_option options[] = {
    {"--baseline", "NAME", "what to check against (ftbench baseline save); a name, or the path of a file",
     false},
    {"--baselines", "FOLDER", "where the baselines are; by default FTBENCH_BASELINES, or else baselines",
     false},
    {"--require", "LIMIT", "such as 'f1>=0.85' or 'SETTING: f1>=0.85' (docs/check.md)", true},
    {"--max-spread", "POINTS", "the most that each setting's runs may lie apart", false},
    {"--margin", "POINTS", "what a mean may lose: 1 by default; of eval_loss, 0.05 in its own unit", false},
    {"--spread-margin", "RATIO",
     "how much larger an SD may be, by default 2; given, undecided is inconclusive", false},
    {"--time-margin", "PERCENT",
     "how much longer a step may take, by default 10; given, undecided is inconclusive", false},
    {"--time-clock", "CLOCK", "processor (where both sides have it) or wall: which one decides", false},
    {"--alpha", "P", "how often each lane may be wrong, by default 0.05 (docs/power.md)", false},
    {"--lenient", NULL,
     "inconclusive passes, and so do other bits where the numbers pass; both with a warning", false},
    {"--dry-run", NULL, "look at the options and say what would be asked; read no results, write nothing",
     false},
    {"--export-junit", "FILE", "write JUnit XML: a test case for each setting", false},
    {"--export-markdown", "FILE", "write what a pull request should be told", false},
    {"--export-benchmark", "FILE", "write values for github-action-benchmark, customBiggerIsBetter", false},
    {"--export-benchmark-smaller", "FILE", "the same, customSmallerIsBetter", false},
    {.name = NULL}};

static enum status read_clock(const struct cli_arguments *arguments, struct check_terms *terms,
                              struct error *error)
{
    const char *word = cli_value(arguments, "--time-clock");
    if (word == NULL || strcmp(word, check_clock_name(CHECK_PROCESSOR)) == 0) return STATUS_OK;
    terms->time_by_wall = true;
    if (strcmp(word, check_clock_name(CHECK_WALL)) == 0) return STATUS_OK;
    return error_set(error, STATUS_USAGE, "check: --time-clock: '%s' is neither processor nor wall", word);
}

static enum status read_number(const struct cli_arguments *arguments, const char *name, double least,
                               double *value, struct error *error)
{
    const char *word = cli_value(arguments, name);
    double given = 0;
    if (word == NULL) return STATUS_OK;
    if (!number_parse(word, &given) || given < least)
        return error_set(error, STATUS_USAGE, "check: %s: '%s' is not a number >= %g", name, word, least);
    *value = given;
    return STATUS_OK;
}

/* All limits, looked at before anything is read, so that a wrong one is found at once. */
static enum status read_requirements(const struct cli_arguments *arguments, const char **requirements,
                                     struct check_terms *terms, struct error *error)
{
    struct requirement requirement;
    terms->requirements = requirements;
    for (int i = 0; i < arguments->given_count; i++) {
        if (strcmp(arguments->given[i].option->name, "--require") != 0) continue;
        TRY(requirement_parse(arguments->given[i].value, &requirement, error));
        requirements[terms->requirement_count++] = arguments->given[i].value;
    }
    return STATUS_OK;
}

/* Far below what makes sense, and far above what is lost beside 1 where 1 - alpha is asked for. */
static const double least_alpha = 1e-9;

static enum status read_alpha(const struct cli_arguments *arguments, double *alpha, struct error *error)
{
    TRY(read_number(arguments, "--alpha", 0, alpha, error));
    if (*alpha >= least_alpha && *alpha < 0.5) return STATUS_OK;
    return error_set(error, STATUS_USAGE, "check: --alpha: %g is not from %g to below 0.5", *alpha,
                     least_alpha);
}

/* `requirements` has room for all that was given. */
static enum status read_terms(const struct cli_arguments *arguments, const char **requirements,
                              struct check_terms *terms, struct error *error)
{
    *terms = check_terms_default();
    TRY(read_number(arguments, "--max-spread", 0, &terms->max_spread, error));
    TRY(read_number(arguments, "--margin", 0, &terms->margin, error));
    TRY(read_number(arguments, "--spread-margin", 1, &terms->spread_margin, error));
    TRY(read_alpha(arguments, &terms->alpha, error));
    terms->spread_decides = cli_has(arguments, "--spread-margin");
    double percent = 100 * (terms->time_margin - 1);
    TRY(read_number(arguments, "--time-margin", 0, &percent, error));
    terms->time_margin = 1 + percent / 100;
    terms->time_decides = cli_has(arguments, "--time-margin");
    TRY(read_clock(arguments, terms, error));
    terms->lenient = cli_has(arguments, "--lenient");
    return read_requirements(arguments, requirements, terms, error);
}

/* What would be asked. A setting that a limit is for is known with the results only. */
static enum status tell_terms(const struct check_request *request, struct error *error)
{
    const struct check_terms *terms = &request->terms;
    struct requirement requirement;
    char path[SPEC_PATH_BYTES];
    TRY(baseline_path(request->baselines, request->baseline, path, error));
    printf("would check %s against %s%s\n", request->folder, path,
           file_exists(path) ? "" : ", which is not there yet");
    for (size_t i = 0; i < terms->requirement_count; i++) {
        TRY(requirement_parse(terms->requirements[i], &requirement, error));
        printf("limit: %s, of %s\n", requirement.words,
               requirement.setting[0] == '\0' ? "every setting" : requirement.setting);
    }
    if (!isnan(terms->max_spread)) printf("limit: a spread <= %.6g, of every setting\n", terms->max_spread);
    return STATUS_OK;
}

static struct exporting exports_asked(const struct cli_arguments *arguments)
{
    return (struct exporting){.junit = cli_value(arguments, "--export-junit"),
                              .markdown = cli_value(arguments, "--export-markdown"),
                              .benchmark = cli_value(arguments, "--export-benchmark"),
                              .benchmark_smaller = cli_value(arguments, "--export-benchmark-smaller")};
}

/* The verdict comes first and check.json last: it says what could not be written. */
static enum status tell(const struct cli_arguments *arguments, const struct check *check, int *exit_code,
                        struct error *error)
{
    struct check_report report = *check_reported(check);
    const struct exporting exporting = exports_asked(arguments);
    struct unwritten unwritten;
    TRY(telling_print(&report, stdout, error));
    TRY(exporting_write(&exporting, &report, stdout, &unwritten, error));
    TRY(check_files_write(&report, check_experiment(check), arguments->words[0], error));
    for (size_t i = 0; i < unwritten.count; i++)
        fprintf(stderr, "ftbench: %s\n", unwritten.lines[i]);
    *exit_code = report.exit_code;
    return STATUS_OK;
}

static enum status make(const struct cli_arguments *arguments, const struct check_request *request,
                        int *exit_code, struct error *error)
{
    struct check *check = NULL;
    enum status status = check_make(request, &check, error);
    if (status == STATUS_OK) status = tell(arguments, check, exit_code, error);
    check_free(check);
    return status;
}

/* Yesterday's answer must not stand where today's does not come to be. `folder` is NULL where it is not
 * known. */
static enum status forget(const struct cli_arguments *arguments, const char *folder, struct error *error)
{
    const struct exporting exporting = exports_asked(arguments);
    if (cli_has(arguments, "--dry-run")) return STATUS_OK;
    exporting_forget(&exporting);
    return folder == NULL ? STATUS_OK : check_files_forget(folder, error);
}

/* Whether all that was asked for has a place of its own. A name that is none of a baseline is told
 * elsewhere. */
static enum status look_at_places(const struct cli_arguments *arguments, const struct check_request *request,
                                  struct error *error)
{
    const struct exporting exporting = exports_asked(arguments);
    char path[SPEC_PATH_BYTES];
    const bool named = request->baseline != NULL &&
                       baseline_path(request->baselines, request->baseline, path, NULL) == STATUS_OK;
    return exporting_check(&exporting, request->folder, named ? path : NULL, error);
}

/* The command line was refused: which of its words is DIR is known when only one is a folder that was checked
 * before. */
static void refused(const struct cli_arguments *arguments)
{
    const char *folder = NULL;
    struct error error;
    int found = 0;
    for (int i = 0; i < arguments->word_count; i++) {
        if (!check_files_are_in(arguments->words[i])) continue;
        folder = arguments->words[i];
        found++;
    }
    if (forget(arguments, found == 1 ? folder : NULL, &error) != STATUS_OK)
        fprintf(stderr, "ftbench: %s\n", error.text);
}

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    struct check_request request = {.folder = arguments->words[0],
                                    .baselines = baseline_folder(cli_value(arguments, "--baselines")),
                                    .baseline = cli_value(arguments, "--baseline")};
    enum status status = look_at_places(arguments, &request, error);
    const enum status forgotten = forget(arguments, request.folder, status == STATUS_OK ? error : NULL);
    if (status == STATUS_OK) status = forgotten;
    if (status != STATUS_OK) return status;
    if (request.baseline == NULL)
        return error_set(error, STATUS_USAGE,
                         "check: --baseline NAME is needed; ftbench baseline list says which there are");
    const char **requirements = memory_zeroed((size_t)arguments->given_count, sizeof *requirements);
    if (requirements == NULL) return error_no_memory(error, sizeof *requirements);
    status = read_terms(arguments, requirements, &request.terms, error);
    if (status == STATUS_OK && cli_has(arguments, "--dry-run"))
        status = tell_terms(&request, error);
    else if (status == STATUS_OK)
        status = make(arguments, &request, exit_code, error);
    memory_free(requirements);
    return status;
}

const struct verb check_verb = {
    .name = "check",
    .words = "DIR",
    .least = 1,
    .most = 1,
    .summary = "hold an experiment to its baseline: bits, means, spreads, curves, failures",
    .details =
        "The exact lane wants the baseline's bits, step by step, of every run; the statistical lane that no "
        "mean lost\n"
        "more than the margin, no spread grew, no setting that converged stopped to, and no run fails that "
        "did not.\n"
        "A key or a digest that has changed is a regression. Writes DIR/check.json, and the member check of\n"
        "DIR/summary.json; what the last check wrote there is removed first. docs/check.md says how it is\n"
        "decided and how often that is wrong.\n"
        "Exit code 0: passed; 1: a regression, or a limit that is not kept; 3: runs failed; 4: no baseline, "
        "or one\n"
        "that does not fit; 5: inconclusive; 2: no answer, or an export that could not be written.\n",
    .options = options,
    .act = act,
    .refused = refused,
};
