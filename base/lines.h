/* lines.h - an open file's lines one by one, however long the file is. */
#ifndef FTBENCH_BASE_LINES_H
#define FTBENCH_BASE_LINES_H

#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Set descriptor, path and limit; the rest is zero at first. */
struct lines {
    int descriptor;   /* not owned */
    const char *path; /* for the text of errors */
    size_t limit;     /* bytes that a line may have */
    struct text held; /* owned: what was read, from the line that was given last */
    size_t begin;     /* in `held`: where the next line begins */
    bool ended;       /* nothing more comes */
    long number;      /* of the line that was given last, 1 first */
};

/* The next line, without its line feed and a carriage return before it; not NUL-terminated, valid until the
 * next call. *line is NULL at the end. STATUS_BAD_INPUT when it is longer than the limit. */
enum status lines_next(struct lines *lines, const char **line, size_t *length, struct error *error);
void lines_free(struct lines *lines);

#endif
