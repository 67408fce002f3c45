#include "trainer/commands/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

volatile sig_atomic_t command_stop = 0;

static void request_stop(int signal_number)
{
    (void)signal_number;
    command_stop = 1;
}

void command_catch_signals(void)
{
    struct sigaction action = {.sa_handler = request_stop};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int command_complain(const struct error *error)
{
    fprintf(stderr, "%s: %s\n", program_invocation_short_name, error->text);
    switch (error->status) {
    case STATUS_USAGE:
        return EXIT_USAGE;
    case STATUS_INTERRUPTED:
        return EXIT_STOPPED;
    default:
        return EXIT_FAILED;
    }
}

int command_refuse(const struct error *error)
{
    int code = command_complain(error);
    return code == EXIT_FAILED ? EXIT_USAGE : code;
}

int command_usage(const char *what, const char *word)
{
    const char *name = program_invocation_short_name;
    fprintf(stderr, "%s: %s: %s; see %s --help\n", name, word, what, name);
    return EXIT_USAGE;
}

enum status command_put(const struct text *content, struct error *error)
{
    TRY(text_status(content, error));
    if (fwrite(text_string(content), 1, content->length, stdout) == content->length) return STATUS_OK;
    return error_set(error, STATUS_IO, "standard output: %s", strerror(errno));
}

enum status command_flush(struct error *error)
{
    if (fflush(stdout) == 0) return STATUS_OK;
    return error_set(error, STATUS_IO, "standard output: %s", strerror(errno));
}

enum status command_print(const struct text *content, struct error *error)
{
    TRY(command_put(content, error));
    return command_flush(error);
}

enum status command_print_observation(void *context, const struct observation *observation,
                                      struct error *error)
{
    struct text *line = context;
    text_clear(line);
    TRY(observation_write(observation, line, error));
    return command_print(line, error);
}

bool command_whole_number(const char *word, unsigned long least, unsigned long most, unsigned long *number)
{
    char *end = NULL;
    errno = 0;
    *number = strtoul(word, &end, 10);
    return errno == 0 && word[0] >= '0' && word[0] <= '9' && *end == '\0' && *number >= least &&
           *number <= most;
}
