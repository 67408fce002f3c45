#include "base/file.h"
#include "base/memory.h"
#include "harness/account.h"
#include "harness/dry_run.h"
#include "harness/needs.h"
#include "base/machine.h"
#include "harness/plan/config.h"
#include "harness/plan/experiment_keys.h"
#include "harness/program.h"
#include "harness/questions.h"
#include "harness/run/checkpoints.h"
#include "harness/run/executor.h"
#include "harness/run/models.h"
#include "harness/sequence.h"
#include "harness/store/store.h"
#include "harness/verbs/verb.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct cli_option options[] = {
    {"--set", "section.key=value", "use this value in place of the file's; may be given many times", true},
    {"--output", "DIR", "folder for the results, in place of [run] output", false},
    {"--jobs", "N", "runs at the same time, in place of [run] jobs", false},
    {"--threads", "N", "CPU threads of each run, in place of [run] threads", false},
    {"--dry-run", NULL, "print the runs, their seeds and an estimate of time and memory; train nothing",
     false},
    {.name = NULL},
};

/* Everything that the verb holds while it works. */
struct work {
    struct config config;
    struct plan plan;
    char trainer[SPEC_PATH_BYTES];
    struct questions questions; /* to the trainer, about each setting */
    struct store *store;
    struct sequence *sequence; /* which runs are needed */
    bool jobs_automatic;
};

/* --jobs and --threads mean the keys of [run], and are checked as they are. */
static enum status apply_option(const struct cli_arguments *arguments, const char *option,
                                const char *key_name, struct experiment *experiment, struct error *error)
{
    enum key_owner owner;
    struct error problem = {0};
    const char *value = cli_value(arguments, option);
    if (value == NULL) return STATUS_OK;
    const struct key *key = user_key_find("run", key_name, &owner);
    void *record = owner == OWNER_EXPERIMENT ? (void *)experiment : (void *)&experiment->base;
    if (key_set_in(key, record, value, &problem) == STATUS_OK) return STATUS_OK;
    return error_set(error, STATUS_USAGE, "run: %s: %s", option, problem.text);
}

static int processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : (int)online;
}

/* `*automatic`: nobody gave a number of jobs. */
static enum status settle_options(const struct cli_arguments *arguments, struct experiment *experiment,
                                  bool *automatic, struct error *error)
{
    TRY(apply_option(arguments, "--jobs", "jobs", experiment, error));
    TRY(apply_option(arguments, "--threads", "threads", experiment, error));
    *automatic = experiment->jobs == 0;
    if (*automatic) {
        experiment->jobs = processors() / experiment->base.threads;
        if (experiment->jobs < 1) experiment->jobs = 1;
    }
    const char *output = cli_value(arguments, "--output");
    if (output != NULL) {
        if (output[0] == '\0' || strlen(output) >= sizeof experiment->output)
            return error_set(error, STATUS_USAGE, "run: --output: the folder's name is empty or too long");
        snprintf(experiment->output, sizeof experiment->output, "%s", output);
    } else if (experiment->output[0] == '\0') {
        snprintf(experiment->output, sizeof experiment->output, "runs/%s", experiment->name);
    }
    return STATUS_OK;
}

static enum status read_config(const struct cli_arguments *arguments, struct config *config,
                               struct error *error)
{
    struct text problems = {0};
    size_t count = 0;
    const char **overrides = memory_zeroed((size_t)arguments->argc, sizeof overrides[0]);
    if (overrides == NULL) return error_no_memory(error, 0);
    for (int i = 0; i < arguments->given_count; i++) {
        if (strcmp(arguments->given[i].option->name, "--set") == 0)
            overrides[count++] = arguments->given[i].value;
    }
    const struct config_request request = {
        .path = arguments->words[0], .overrides = overrides, .override_count = (int)count};
    enum status status = config_read(&request, config, &problems, error);
    fputs(text_string(&problems), stderr);
    text_free(&problems);
    memory_free(overrides);
    return status;
}

static void print_command(const struct cli_arguments *arguments)
{
    struct text command = {0};
    for (int i = 0; i < arguments->argc; i++) {
        if (i > 0) text_add(&command, " ");
        text_add_shell_word(&command, arguments->argv[i]);
    }
    if (!command.failed) fprintf(stderr, "to go on: %s\n", command.data);
    text_free(&command);
}

/* The report's files and the lines for the terminal; `*exit_code` says whether every run that was needed has
 * a result. */
static enum status report(const struct work *work, int *exit_code, struct error *error)
{
    const char *folder = work->plan.experiment.output;
    struct account *account = NULL;
    enum status status;
    size_t not_needed = 0;
    TRY(account_open(work->store, &account, error));
    TRY_TO(done, account_write(account, folder, error));
    TRY_TO(done, account_print(account, stdout, error));
    printf("report: %s/report.md\n", folder);
    TRY_TO(done, models_say_best(folder, account_best_run(account), account_best_kind(account), error));
    const char *no_figures = account_no_figures(account);
    if (no_figures[0] != '\0') fprintf(stderr, "ftbench: the report has no figures: %s\n", no_figures);
    TRY_TO(done, sequence_not_needed(work->sequence, &not_needed, error));
    if (experiment_is_sequential(&work->plan.experiment))
        fprintf(stderr, "sequential: %zu of %zu runs were not needed\n", not_needed, work->plan.run_count);
    size_t without = account_without_result(account);
    if (without > 0) {
        fprintf(stderr, "ftbench: %zu of %zu runs gave no result; the report names each with its reason\n",
                without, work->plan.run_count - not_needed);
        *exit_code = CLI_RUNS_FAILED;
    }
done:
    account_close(account);
    return status;
}

/* Processors say how many runs at once are good where they compute. A GPU is one, and has the memory that it
 * has: nobody who did not ask for it should find it full. */
static void settle_jobs(struct work *work)
{
    for (size_t i = 0; i < work->plan.setting_count && work->jobs_automatic; i++) {
        const char *backend = work->questions.begins[i].backend;
        if (backend[0] != '\0' && strcmp(backend, "cpu") != 0) work->plan.experiment.jobs = 1;
    }
}

/* While it costs nothing yet. */
static void note_short_curves(struct work *work)
{
    struct text line = {0};
    dry_run_short_curves(&work->plan, work->questions.begins, &line);
    questions_print_notes(&work->questions, text_string(&line));
    text_free(&line);
}

/* Before the system ends runs, or pushes them out to the disk. */
static void warn_of_memory(const struct work *work)
{
    struct text line = {0};
    needs_warn(&work->plan, work->questions.begins, machine_memory(), &line);
    fputs(text_string(&line), stderr);
    text_free(&line);
}

static void say_memory(const struct work *work)
{
    struct text line = {0};
    needs_describe(&work->plan, work->questions.begins, &line);
    fputs(text_string(&line), stderr);
    text_free(&line);
}

/* Work that was begun for another plan would lie there for ever. */
static enum status check_checkpoints(struct work *work, const char *checkpoints, struct error *error)
{
    char stranger[RUN_ID_BYTES];
    struct text changes = {0};
    long strangers = checkpoints_strangers(checkpoints, &work->plan, stranger);
    if (strangers == 0) return STATUS_OK;
    enum status status = store_plan_changes(work->store, &work->plan, &changes, error);
    if (status == STATUS_OK)
        status = error_set(error, STATUS_BAD_INPUT,
                           "%s: another experiment was interrupted in this folder: %s%ld run%s (%s%s) that "
                           "began there %s not in this "
                           "plan; give another --output, ask for all that was asked for before, or remove %s "
                           "to give them up",
                           work->plan.experiment.output, text_string(&changes), strangers,
                           strangers > 1 ? "s" : "", stranger, strangers > 1 ? ", ..." : "",
                           strangers > 1 ? "are" : "is", checkpoints);
    text_free(&changes);
    return status;
}

/* The lock comes first, so that a second ftbench is turned away before it lets a trainer look at the data.
 * What is refused leaves no new folder behind. */
static enum status prepare(struct work *work, const char *checkpoints, struct error *error)
{
    enum status status;
    TRY(store_open(work->plan.experiment.output, STORE_WRITE, &work->store, error));
    TRY_TO(refused, store_check_plan(work->store, &work->plan, error));
    TRY_TO(refused, check_checkpoints(work, checkpoints, error));
    TRY_TO(refused, questions_limit(&work->questions, work->store, error));
    TRY_TO(refused, questions_ask(&work->questions, error));
    settle_jobs(work);
    note_short_curves(work);
    say_memory(work);
    warn_of_memory(work);
    return store_save_plan(work->store, &work->plan, error);
refused:
    store_discard(work->store);
    work->store = NULL;
    return status;
}

static enum status dry_run(struct work *work, struct error *error)
{
    work->questions.measure = true;
    TRY(questions_ask(&work->questions, error));
    settle_jobs(work);
    TRY(dry_run_print(&work->plan, work->questions.begins, work->trainer, stdout, error));
    note_short_curves(work);
    warn_of_memory(work);
    return STATUS_OK;
}

/* Where the models are, and why some may not be. */
static enum status say_models(const struct work *work, const char *models, struct error *error)
{
    size_t missing = 0;
    TRY(models_missing(models, &work->plan, work->store, &missing, error));
    if (file_is_directory(models))
        printf("models: %s (ftbench list %s says which is whose)\n", models, work->plan.experiment.output);
    if (missing > 0)
        fprintf(stderr,
                "ftbench: %zu finished run%s no saved model: trained before save_model = yes, or a note of "
                "the run "
                "says why; the same command with --output OTHER_FOLDER trains again, with the same bits\n",
                missing, missing == 1 ? " has" : "s have");
    return STATUS_OK;
}

static enum status train(struct work *work, const struct cli_arguments *arguments, int *exit_code,
                         struct error *error)
{
    const struct experiment *experiment = &work->plan.experiment;
    const char *folder = experiment->output;
    char checkpoints[SPEC_PATH_BYTES], models[SPEC_PATH_BYTES];
    TRY(file_join(folder, "checkpoints", checkpoints, sizeof checkpoints, error));
    TRY(models_folder(folder, models, error));
    TRY(sequence_create(&work->plan, &work->sequence, error));
    TRY(prepare(work, checkpoints, error));
    struct executor_result result = {0};
    const struct demand demand = sequence_demand(work->sequence);
    const struct executor_options how = {.trainer = work->trainer,
                                         .jobs = experiment->jobs,
                                         .timeout = experiment->timeout,
                                         .progress = stderr,
                                         .demand = &demand,
                                         .checkpoints = checkpoints,
                                         .models = experiment->save_model ? models : NULL};
    TRY(executor_run(&work->plan, work->store, &how, &result, error));
    if (result.interrupted) {
        fprintf(stderr, "interrupted: %d of %s%zu runs are kept in %s\n", result.kept + result.done,
                experiment_is_sequential(experiment) ? "at most " : "", work->plan.run_count, folder);
        print_command(arguments);
        *exit_code = CLI_INTERRUPTED;
        return STATUS_OK;
    }
    if (result.done + result.failed == 0 && result.kept == 1)
        puts("the run was done before; nothing was trained");
    else if (result.done + result.failed == 0)
        printf("all %d runs were done before; nothing was trained\n", result.kept);
    TRY(report(work, exit_code, error));
    return experiment->save_model ? say_models(work, models, error) : STATUS_OK;
}

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    bool dry = cli_has(arguments, "--dry-run");
    enum status status = STATUS_OK;
    struct work *work = memory_zeroed(1, sizeof *work);
    if (work == NULL) return error_no_memory(error, sizeof *work);
    TRY_TO(done, read_config(arguments, &work->config, error));
    questions_print_notes(&work->questions, text_string(&work->config.notes));
    TRY_TO(done, settle_options(arguments, &work->config.experiment, &work->jobs_automatic, error));
    TRY_TO(done, program_find_trainer(work->config.experiment.trainer, work->trainer, error));
    TRY_TO(done, plan_build(&work->config, &work->plan, error));
    work->questions.config = &work->config;
    work->questions.plan = &work->plan;
    work->questions.trainer = work->trainer;
    status = dry ? dry_run(work, error) : train(work, arguments, exit_code, error);
done:
    sequence_free(work->sequence);
    store_close(work->store);
    questions_free(&work->questions);
    plan_free(&work->plan);
    config_free(&work->config);
    memory_free(work);
    return status;
}

const struct verb run_verb = {
    .name = "run",
    .words = "FILE.ini",
    .least = 1,
    .most = 1,
    .summary = "train every run of an experiment that is not done yet, and write the report",
    .details =
        "Reads the experiment (ftbench help keys), checks all of it, and trains each setting with each "
        "repeat's\n"
        "seeds. Each finished run is safe in DIR/ftbench.sqlite before the next one counts. The same command "
        "goes\n"
        "on where an interrupted or killed one stopped; runs that are done are not trained again, runs that "
        "failed\n"
        "are tried again. At the end DIR has report.md, figures/, runs.csv, summary.json and timings.csv.\n"
        "Without --output and [run] output, DIR is runs/NAME in the current folder.\n",
    .options = options,
    .act = act,
};
