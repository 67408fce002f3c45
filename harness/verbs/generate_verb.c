#include "base/number.h"
#include "harness/program.h"
#include "harness/verbs/verb.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct cli_option options[] = {
    {"--rows", "N", "how many, 1 to 100000 (1000)", false},
    {"--seed", "S", "which ones, 0 to 4294967295 (42)", false},
    {.name = NULL},
};

static enum status check_number(const struct cli_arguments *arguments, const char *option, int64_t least,
                                int64_t most, struct error *error)
{
    const char *value = cli_value(arguments, option);
    int64_t number = 0;
    if (value == NULL || (number_parse_integer(value, &number) && number >= least && number <= most))
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "generate: %s: '%s' is not a whole number >= %lld and <= %lld",
                     option, value, (long long)least, (long long)most);
}

/* The trainer has the generator; it takes this process's place, so its output and exit code are ours. */
static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    char trainer[SPEC_PATH_BYTES];
    const char *command[8] = {trainer, "generate", arguments->words[0]};
    int count = 3;
    (void)exit_code;
    if (strcmp(arguments->words[0], "reviews") != 0)
        return error_set(error, STATUS_USAGE,
                         "generate: '%s' is not known; what can be generated is: reviews",
                         arguments->words[0]);
    TRY(check_number(arguments, "--rows", 1, 100000, error));
    TRY(check_number(arguments, "--seed", 0, 4294967295, error));
    TRY(program_find_trainer("", trainer, error));
    for (const struct cli_option *option = options; option->name != NULL; option++) {
        const char *value = cli_value(arguments, option->name);
        if (value == NULL) continue;
        command[count++] = option->name;
        command[count++] = value;
    }
    execv(trainer, (char *const *)command);
    return error_set(error, STATUS_IO, "%s: cannot be started: %s", trainer, strerror(errno));
}

const struct verb generate_verb = {
    .name = "generate",
    .words = "reviews",
    .least = 1,
    .most = 1,
    .summary = "print simulated Chinese film reviews with their labels, as TSV",
    .details = "The same rows for the same N and S on every machine, no two alike, for trying things out.\n",
    .options = options,
    .act = act,
};
