/* child.h - a running trainer: its process, the pipes from it, the lines it prints and how it ends.
 *
 * A child has its own process group, so that Ctrl-C reaches the parent alone and the group can be killed as
 * one; it is killed by the system when its parent dies. Its standard input is a file in memory that holds all
 * it is told: writing never blocks and a child that does not read does no harm. Nothing else of the parent's
 * is open in it. */
#ifndef FTBENCH_HARNESS_RUN_CHILD_H
#define FTBENCH_HARNESS_RUN_CHILD_H

#include "base/status.h"
#include "base/text.h"

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

enum {
    CHILD_LINE_LIMIT =
        64 * 1024 * 1024,   /* bytes of a line; an evaluation over a million samples is a quarter */
    CHILD_TAIL_BYTES = 2048 /* of standard error, kept for the reason */
};

struct child {
    pid_t pid;           /* 0: none */
    int output, errors;  /* read ends, non-blocking; -1 at their end */
    struct text pending; /* what it printed and nobody took */
    size_t taken;        /* bytes of `pending` given out as lines */
    size_t searched;     /* bytes of `pending` known to hold no further newline */
    char tail[CHILD_TAIL_BYTES];
    size_t tail_length;
    bool ended; /* reaped; `status` says how */
    int status; /* as waitpid gives it */
};

/* Start argv[0] (looked for in PATH when it has no slash) with `input` and a newline as its standard input.
 * STATUS_IO names the program when it cannot be started. */
enum status child_start(const char *const argv[], const char *input, struct child *child,
                        struct error *error);

/* Read what is there on both pipes, without waiting. `more` (may be NULL): more may be there already. */
enum status child_read(struct child *child, bool *more, struct error *error);

/* The next complete line, NUL in place of its newline, valid until child_read: false when there is none. A
 * last line without a newline is never given: it is what a killed child was about to say. */
bool child_next_line(struct child *child, char **line, size_t *length);

/* True when an unfinished line has grown beyond the limit. */
bool child_line_too_long(const struct child *child);

/* Signal the whole group. */
void child_signal(const struct child *child, int number);

/* Look whether the child has ended; then what is left of its group is killed and `ended` is set. Does not
 * wait. */
void child_check(struct child *child);

/* Kill what still runs, wait for it, close and free everything. A child of zeros, or one closed before, is
 * fine. */
void child_close(struct child *child);

/* How it ended, in words: "killed by signal 11 (Segmentation fault)", "exit code 3". */
void child_describe_end(const struct child *child, char *text, size_t size);

/* The last line with something on it on standard error, cleaned; "" when there is none. */
void child_last_words(const struct child *child, char *text, size_t size);

/* Descriptors to poll, 2 at most; returns how many. */
size_t child_poll(const struct child *child, struct pollfd *descriptors);

#endif
