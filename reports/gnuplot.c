#include "reports/gnuplot.h"

#include "base/memory.h"
#include "base/number.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT_SECONDS = 60, LIMIT_BYTES = 64 * 1024 * 1024, MESSAGE_BYTES = 256, PATH_BYTES = 4096 };

void gnuplot_string(struct text *script, const char *value)
{
    text_add(script, "'");
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '\'') text_add(script, "'");
        text_add_bytes(script, (unsigned char)*c < 0x20 ? " " : c, 1);
    }
    text_add(script, "'");
}

void gnuplot_number(struct text *script, double value)
{
    char number[NUMBER_TEXT] = "NaN";
    if (isfinite(value)) number_shortest(value, number);
    text_add(script, number);
}

/* Our environment with LC_ALL=C in front, so that numbers and words do not depend on the user's locale; the
 * strings stay where they are. NULL without memory. */
static char **environment_in_english(void)
{
    static char locale[] = "LC_ALL=C";
    size_t count = 0, kept = 1;
    while (environ[count] != NULL)
        count++;
    char **copy = memory_zeroed(count + 2, sizeof *copy);
    if (copy == NULL) return NULL;
    copy[0] = locale;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(environ[i], "LC_ALL=", 7) != 0) copy[kept++] = environ[i];
    }
    return copy;
}

/* Start gnuplot with its outputs on two pipes. Returns an error number, 0 when it runs. */
static int start(const char *script, char **environment, int picture, int complaints, pid_t *pid)
{
    char program[] = "gnuplot", no_personal_settings[] = "-d", path[PATH_BYTES];
    char *arguments[] = {program, no_personal_settings, path, NULL};
    snprintf(path, sizeof path, "%s", script);
    posix_spawn_file_actions_t actions;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0) return failure;
    failure = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (failure == 0) failure = posix_spawn_file_actions_adddup2(&actions, picture, STDOUT_FILENO);
    if (failure == 0) failure = posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
    if (failure == 0) failure = posix_spawnp(pid, program, &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Take what a pipe has. False at its end. */
static bool take(int pipe, struct text *into)
{
    char chunk[65536];
    ssize_t got = read(pipe, chunk, sizeof chunk);
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    text_add_bytes(into, chunk, (size_t)got);
    return got > 0;
}

/* Read both pipes to their ends. False when that takes too long or gives too much. */
static bool collect(int picture, int complaints, struct text *drawn, struct text *said)
{
    double deadline = now() + LIMIT_SECONDS;
    struct pollfd pipes[2] = {{.fd = picture, .events = POLLIN}, {.fd = complaints, .events = POLLIN}};
    struct text *const into[2] = {drawn, said};
    while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
        double left = deadline - now();
        if (left <= 0 || drawn->length > LIMIT_BYTES || said->length > LIMIT_BYTES) return false;
        if (poll(pipes, 2, (int)(left * 1000) + 1) < 0 && errno != EINTR) return false;
        for (int i = 0; i < 2; i++) {
            if (pipes[i].fd >= 0 && pipes[i].revents != 0 && !take(pipes[i].fd, into[i])) pipes[i].fd = -1;
            pipes[i].revents = 0;
        }
    }
    return true;
}

/* How it ended, and the line of gnuplot's complaint that says something: the last one that is not blank. */
static enum status judge(int ended, bool complete, const struct text *drawn, const struct text *said,
                         struct error *error)
{
    char line[MESSAGE_BYTES] = "";
    for (const char *c = text_string(said); *c != '\0';) {
        size_t length = strcspn(c, "\n");
        size_t blank = strspn(c, " \t^");
        if (blank < length) snprintf(line, sizeof line, "%.*s", (int)(length - blank), c + blank);
        c += length + (c[length] == '\n');
    }
    if (!complete) return error_set(error, STATUS_UNSUPPORTED, "gnuplot did not finish within a minute");
    if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0)
        return error_set(error, STATUS_UNSUPPORTED, "gnuplot failed: %s",
                         line[0] == '\0' ? "it gave no reason" : line);
    if (drawn->length == 0) return error_set(error, STATUS_UNSUPPORTED, "gnuplot drew nothing: %s", line);
    return STATUS_OK;
}

enum status gnuplot_render(const char *script, struct text *picture, struct error *error)
{
    enum status status = STATUS_OK;
    struct text said = {0};
    int drawn[2], complaints[2], ended = 0;
    pid_t pid = 0;
    char **environment = environment_in_english();
    if (environment == NULL) return error_no_memory(error, 0);
    if (pipe2(drawn, O_CLOEXEC) != 0) {
        status = error_set(error, STATUS_IO, "no pipe to gnuplot: %s", strerror(errno));
        goto free_environment;
    }
    if (pipe2(complaints, O_CLOEXEC) != 0) {
        status = error_set(error, STATUS_IO, "no pipe to gnuplot: %s", strerror(errno));
        close(drawn[0]);
        close(drawn[1]);
        goto free_environment;
    }
    int failure = start(script, environment, drawn[1], complaints[1], &pid);
    close(drawn[1]);
    close(complaints[1]);
    if (failure != 0) {
        status = error_set(error, STATUS_UNSUPPORTED, "%s",
                           failure == ENOENT ? "gnuplot is not installed" : "gnuplot cannot be started");
    } else {
        bool complete = collect(drawn[0], complaints[0], picture, &said);
        if (!complete) kill(pid, SIGKILL);
        while (waitpid(pid, &ended, 0) < 0 && errno == EINTR) {
        }
        status = text_status(picture, error);
        if (status == STATUS_OK) status = judge(ended, complete, picture, &said, error);
    }
    close(drawn[0]);
    close(complaints[0]);
free_environment:
    text_free(&said);
    memory_free(environment);
    return status;
}
