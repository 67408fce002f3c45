/* cli.h - the command line of ftbench: finding the verb, reading its options, help, and what an end means to
 * a shell.
 *
 * Verbs (verbs/verb.h) describe themselves: name, options, arguments; this file reads a command line by that
 * description, so help and errors cannot differ from what is accepted. An unknown verb or option is refused
 * with the nearest one. */
#ifndef FTBENCH_HARNESS_CLI_H
#define FTBENCH_HARNESS_CLI_H

#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* What the program's exit says. */
enum cli_exit {
    CLI_DONE = 0,
    CLI_GATE_FAILED = 1,
    CLI_USAGE = 2,
    CLI_RUNS_FAILED = 3,
    CLI_NO_BASELINE = 4,
    CLI_INCONCLUSIVE = 5,
    CLI_INTERRUPTED = 130
};

struct cli_option {
    const char *name;     /* "--jobs" */
    const char *argument; /* "N"; NULL when it takes none */
    const char *meaning;
    bool repeatable;
};

struct cli_given {
    const struct cli_option *option;
    const char *value; /* NULL when it takes none */
};

/* A command line after reading. Strings are those of argv. */
struct cli_arguments {
    char *const *argv; /* the whole command line, to repeat it */
    int argc;
    const char **words; /* (word_count): what is no option; owned */
    int word_count;
    struct cli_given *given; /* (given_count): in their order; owned */
    int given_count;
};

struct verb;

/* Read argv[first ..] by the verb's description. "--" ends the options; "--name=value" is "--name value".
 * STATUS_USAGE says what is wrong first and what would be right; `arguments` then are what could be read
 * before and after it. Free with cli_arguments_free in any case. */
enum status cli_read(const struct verb *verb, int argc, char *const *argv, int first,
                     struct cli_arguments *arguments, struct error *error);
void cli_arguments_free(struct cli_arguments *arguments);

/* The value of an option that was given (the last, when it is repeatable), or NULL. */
const char *cli_value(const struct cli_arguments *arguments, const char *name);
bool cli_has(const struct cli_arguments *arguments, const char *name);

/* The exit code for a failure of ftbench itself. */
int cli_exit_of(enum status status);

/* All of main: returns the exit code; writes to stdout and stderr. */
int cli_run(int argc, char *const *argv);

#endif
