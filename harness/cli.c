#include "harness/cli.h"

#include "base/memory.h"
#include "harness/verbs/verb.h"
#include "trainer/spec/keys.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char help_option[] = "--help";

static bool is_help(const char *word)
{
    return strcmp(word, help_option) == 0 || strcmp(word, "-h") == 0;
}

/* ", did you mean X?" for the nearest of the candidates that `next` yields one by one. */
struct suggestion {
    const char *wrong, *nearest;
    int best;
};

static void consider(struct suggestion *suggestion, const char *candidate)
{
    int distance = word_distance(candidate, suggestion->wrong, 3);
    if (distance >= suggestion->best || (size_t)distance >= strlen(candidate)) return;
    suggestion->best = distance;
    suggestion->nearest = candidate;
}

static enum status refuse_option(const struct verb *verb, const char *name, struct error *error)
{
    struct suggestion suggestion = {.wrong = name, .best = 4};
    for (const struct cli_option *option = verb->options; option->name != NULL; option++)
        consider(&suggestion, option->name);
    consider(&suggestion, help_option);
    if (suggestion.nearest != NULL)
        return error_set(error, STATUS_USAGE, "%s: unknown option %s; did you mean %s?", verb->name, name,
                         suggestion.nearest);
    return error_set(error, STATUS_USAGE, "%s: unknown option %s; see ftbench help %s", verb->name, name,
                     verb->name);
}

static const struct cli_option *find_option(const struct verb *verb, const char *name)
{
    for (const struct cli_option *option = verb->options; option->name != NULL; option++) {
        if (strcmp(option->name, name) == 0) return option;
    }
    return NULL;
}

/* Reads the option at argv[*at], and moves *at to the last word that it used. */
static enum status read_option(const struct verb *verb, int *at, struct cli_arguments *arguments,
                               struct error *error)
{
    char name[64];
    const char *word = arguments->argv[*at], *equals = strchr(word, '=');
    snprintf(name, sizeof name, "%.*s", equals == NULL ? (int)sizeof name - 1 : (int)(equals - word), word);
    const struct cli_option *option = find_option(verb, name);
    if (option == NULL) return refuse_option(verb, name, error);
    if (!option->repeatable && cli_has(arguments, name))
        return error_set(error, STATUS_USAGE, "%s: %s is given twice", verb->name, name);
    const char *value = equals == NULL ? NULL : equals + 1;
    if (option->argument == NULL && value != NULL)
        return error_set(error, STATUS_USAGE, "%s: %s takes no value", verb->name, name);
    if (option->argument != NULL && value == NULL) {
        if (*at + 1 >= arguments->argc)
            return error_set(error, STATUS_USAGE, "%s: %s needs a value: %s %s", verb->name, name, name,
                             option->argument);
        value = arguments->argv[++*at];
    }
    arguments->given[arguments->given_count++] = (struct cli_given){.option = option, .value = value};
    return STATUS_OK;
}

static enum status check_count(const struct verb *verb, const struct cli_arguments *arguments,
                               struct error *error)
{
    if (arguments->word_count < verb->least)
        return error_set(error, STATUS_USAGE, "%s: needs %s; see ftbench help %s", verb->name, verb->words,
                         verb->name);
    if (arguments->word_count > verb->most)
        return error_set(error, STATUS_USAGE, "%s: '%s' is one argument too many; see ftbench help %s",
                         verb->name, arguments->words[verb->most], verb->name);
    return STATUS_OK;
}

enum status cli_read(const struct verb *verb, int argc, char *const *argv, int first,
                     struct cli_arguments *arguments, struct error *error)
{
    *arguments = (struct cli_arguments){.argv = argv, .argc = argc};
    size_t most = (size_t)argc;
    arguments->words = memory_zeroed(most, sizeof arguments->words[0]);
    arguments->given = memory_zeroed(most, sizeof arguments->given[0]);
    if (arguments->words == NULL || arguments->given == NULL) return error_no_memory(error, 0);
    bool options_ended = false;
    enum status status = STATUS_OK;
    struct error later;
    for (int at = first; at < argc; at++) {
        const char *word = argv[at];
        if (!options_ended && strcmp(word, "--") == 0)
            options_ended = true;
        else if (options_ended || word[0] != '-' || word[1] == '\0')
            arguments->words[arguments->word_count++] = word;
        else if (status == STATUS_OK)
            status = read_option(verb, &at, arguments, error);
        else
            read_option(verb, &at, arguments, &later); /* what was wrong first is told */
    }
    return status == STATUS_OK ? check_count(verb, arguments, error) : status;
}

void cli_arguments_free(struct cli_arguments *arguments)
{
    memory_free(arguments->words);
    memory_free(arguments->given);
    *arguments = (struct cli_arguments){0};
}

static const struct cli_given *find_given(const struct cli_arguments *arguments, const char *name)
{
    for (int i = arguments->given_count - 1; i >= 0; i--) {
        if (strcmp(arguments->given[i].option->name, name) == 0) return &arguments->given[i];
    }
    return NULL;
}

const char *cli_value(const struct cli_arguments *arguments, const char *name)
{
    const struct cli_given *given = find_given(arguments, name);
    return given == NULL ? NULL : given->value;
}

bool cli_has(const struct cli_arguments *arguments, const char *name)
{
    return find_given(arguments, name) != NULL;
}

int cli_exit_of(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return CLI_DONE;
    case STATUS_INTERRUPTED:
        return CLI_INTERRUPTED;
    case STATUS_DIVERGED:
        return CLI_RUNS_FAILED;
    case STATUS_NO_MEMORY:
    case STATUS_USAGE:
    case STATUS_BAD_INPUT:
    case STATUS_IO:
    case STATUS_UNSUPPORTED:
    case STATUS_BUSY:
    case STATUS_INTERNAL:
        return CLI_USAGE;
    }
    return CLI_USAGE;
}

static int complain(const struct error *error)
{
    fprintf(stderr, "ftbench: %s\n", error->text);
    return cli_exit_of(error->status);
}

static enum status refuse_verb(const char *name, struct error *error)
{
    struct suggestion suggestion = {.wrong = name, .best = 4};
    for (size_t i = 0; verbs[i] != NULL; i++)
        consider(&suggestion, verbs[i]->name);
    if (suggestion.nearest != NULL)
        return error_set(error, STATUS_USAGE, "unknown verb '%s'; did you mean %s?", name,
                         suggestion.nearest);
    return error_set(error, STATUS_USAGE, "unknown verb '%s'; see ftbench --help", name);
}

static bool asks_for_help(int argc, char *const *argv)
{
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (is_help(argv[i])) return true;
    }
    return false;
}

/* Output that could not be written is a failure, also when it was only help: a full disk, a closed pipe. */
static int finish(int exit_code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return exit_code;
    fprintf(stderr, "ftbench: standard output cannot be written\n");
    return exit_code == CLI_DONE ? CLI_USAGE : exit_code;
}

int cli_run(int argc, char *const *argv)
{
    struct error error = {0};
    signal(SIGPIPE, SIG_IGN); /* a reader that went away shows as a failed write, and the runs go on */
    if (argc < 2) {
        fprintf(stderr, "ftbench: a verb is needed, such as: ftbench run FILE.ini; see ftbench --help\n");
        return CLI_USAGE;
    }
    const char *name = argv[1];
    if (is_help(name)) {
        help_print(NULL);
        return finish(CLI_DONE);
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) name = version_verb.name;
    const struct verb *verb = verb_find(name);
    if (verb == NULL) {
        refuse_verb(name, &error);
        return complain(&error);
    }
    if (asks_for_help(argc, argv)) {
        help_print(verb);
        return finish(CLI_DONE);
    }
    struct cli_arguments arguments;
    int exit_code = CLI_DONE;
    enum status status = cli_read(verb, argc, argv, 2, &arguments, &error);
    if (status == STATUS_OK)
        status = verb->act(&arguments, &exit_code, &error);
    else if (verb->refused != NULL)
        verb->refused(&arguments);
    cli_arguments_free(&arguments);
    if (status != STATUS_OK) return finish(complain(&error));
    return finish(exit_code);
}
