/* problems.h - everything that is wrong with a configuration, collected so that a user sees all of it at
 * once.
 *
 * Each problem is one line "place: [section] key: text", the place being FILE:LINE, FILE alone for what is
 * missing, or
 * "--set N" for an override. They are printed in the order of the lines of the file, however they were found.
 */
#ifndef FTBENCH_HARNESS_PLAN_PROBLEMS_H
#define FTBENCH_HARNESS_PLAN_PROBLEMS_H

#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { PROBLEMS_SHOWN = 50 };

/* Where something stands: line N of the file, override N (1 first), or neither (both 0). */
struct place {
    int line;
    int override;
};

struct problem {
    struct place place;
    char *text; /* owned */
};

struct problems {
    const char *file;    /* the ini's path, as the user wrote it; not owned */
    struct problem *all; /* (count), owned */
    size_t count, capacity;
    bool failed; /* an allocation failed: the list is not complete */
};

/* "exp.ini:12", "exp.ini" or "--set 2". */
void place_name(const struct problems *problems, struct place place, char *text, size_t size);

/* Add one problem; a failed allocation is remembered and reported by problems_print. */
void problems_add(struct problems *problems, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Append the problems, one a line, in the order of their places, at most PROBLEMS_SHOWN of them and then "and
 * N more". */
enum status problems_print(struct problems *problems, struct text *lines, struct error *error);

void problems_free(struct problems *problems);

#endif
