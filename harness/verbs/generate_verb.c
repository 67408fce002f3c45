#include "base/number.h"
#include "harness/program.h"
#include "harness/run/child.h"
#include "harness/verbs/verb.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
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

/* False when standard output takes no more. */
static bool print_lines(struct child *child)
{
    char *line;
    size_t length;
    while (child_next_line(child, &line, &length)) {
        line[length] = '\n'; /* in place of child_next_line's NUL */
        if (fwrite(line, 1, length + 1, stdout) != length + 1) return false;
    }
    return true;
}

/* Passes on what the child prints until it has ended. Output that cannot be written is cli_run's to report.
 */
static enum status relay(const char *path, struct child *child, struct error *error)
{
    struct pollfd descriptors[2];
    for (size_t count; (count = child_poll(child, descriptors)) > 0;) {
        if (poll(descriptors, count, -1) < 0 && errno != EINTR)
            return error_set(error, STATUS_IO, "waiting for the trainer: %s", strerror(errno));
        TRY(child_read(child, NULL, error));
        if (!print_lines(child)) return STATUS_OK;
    }
    while (!child->ended) {
        child_check(child);
        if (!child->ended) usleep(1000); /* its pipes are closed: it is about to end */
    }
    if (WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0) return STATUS_OK;
    char end[128], words[512];
    child_describe_end(child, end, sizeof end);
    child_last_words(child, words, sizeof words);
    return error_set(error, STATUS_IO, "generate: %s: %s%s%s", path, end, words[0] == '\0' ? "" : ": ",
                     words);
}

/* The trainer has the generator. */
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
    struct child child = {0};
    TRY(child_start(command, "", &child, error));
    signal(SIGPIPE,
           SIG_DFL); /* a filter: ends without a word when its reader has had enough, as in `| head` */
    enum status status = relay(trainer, &child, error);
    child_close(&child);
    return status;
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
