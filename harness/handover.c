#include "harness/handover.h"

#include "base/memory.h"
#include "harness/program.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum status handover(const char *name, const struct cli_arguments *arguments, struct error *error)
{
    char trainer[SPEC_PATH_BYTES];
    TRY(program_find_trainer("", trainer, error));
    /* program, command, each option with its value, "--", the words, NULL */
    size_t most = 4 + 2 * (size_t)arguments->given_count + (size_t)arguments->word_count;
    const char **command = memory_zeroed(most, sizeof *command);
    if (command == NULL) return error_no_memory(error, most * sizeof *command);
    size_t count = 0;
    command[count++] = "ftbench";
    command[count++] = name;
    for (int i = 0; i < arguments->given_count; i++) {
        command[count++] = arguments->given[i].option->name;
        if (arguments->given[i].value != NULL) command[count++] = arguments->given[i].value;
    }
    command[count++] = "--";
    for (int i = 0; i < arguments->word_count; i++)
        command[count++] = arguments->words[i];
    signal(SIGPIPE, SIG_DFL); /* a filter: ends without a word when its reader has had enough */
    execv(trainer, (char *const *)(const void *)command);
    enum status status =
        error_set(error, STATUS_IO, "%s: %s: cannot be started: %s", name, trainer, strerror(errno));
    memory_free(command);
    return status;
}
