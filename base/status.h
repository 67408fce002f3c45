/* status.h - how every function of ftbench says that it failed.
 *
 * A function that can fail returns `enum status` and takes, as its last argument, a `struct error` into which
 * the text is written once, where the failure arose: what, where (file:line, key) and what would be right.
 * Callers pass the status up with TRY and do not rewrite the text. Only main() turns a status into an exit
 * code.
 *
 * Order of arguments everywhere: inputs, outputs, error. On failure outputs are unspecified unless a header
 * says otherwise. `error` may be NULL: then only the status is returned. */
#ifndef FTBENCH_BASE_STATUS_H
#define FTBENCH_BASE_STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_NO_MEMORY,   /* an allocation failed */
    STATUS_USAGE,       /* the command line or a configuration is wrong */
    STATUS_BAD_INPUT,   /* a data, model or stored file is wrong */
    STATUS_IO,          /* the operating system refused: open, read, write, fork... */
    STATUS_UNSUPPORTED, /* valid, but something this build or machine does not do */
    STATUS_DIVERGED,    /* a non-finite loss or gradient norm */
    STATUS_INTERRUPTED, /* asked to stop (SIGINT, SIGTERM) */
    STATUS_BUSY,        /* somebody else holds the folder */
    STATUS_INTERNAL     /* a broken invariant of our own */
};

struct error {
    enum status status;
    char text[2048]; /* one line, no newline at its end; "" when nothing failed */
};

/* A word for a status, e.g. "bad input". Static storage. */
const char *status_name(enum status status);

/* Write the text of a failure; returns `status`, so that `return error_set(error, STATUS_IO, ...)` is the
 * idiom. A text that does not fit is cut after a whole character. Control characters and bytes that are no
 * valid UTF-8 are replaced by '?', so that it stays one line and harmless to a terminal, whatever a file
 * held. */
enum status error_set(struct error *error, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* STATUS_NO_MEMORY with the number of bytes that were asked for (0: not known), said as people read it: 25.6
 * GiB. */
enum status error_no_memory(struct error *error, unsigned long long bytes);

/* Pass a failure up. TRY returns at once; TRY_TO jumps to a label that frees what the function holds, with
 * the status in the variable `status` of the surrounding function. */
#define TRY(call)                                                                                            \
    do {                                                                                                     \
        enum status try_status_ = (call);                                                                    \
        if (try_status_ != STATUS_OK) return try_status_;                                                    \
    } while (0)
#define TRY_TO(label, call)                                                                                  \
    do {                                                                                                     \
        status = (call);                                                                                     \
        if (status != STATUS_OK) goto label;                                                                 \
    } while (0)

#endif
