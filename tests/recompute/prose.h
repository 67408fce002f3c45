/* prose.h - report.md, number by number: cells of its tables by their column, numbers of its sentences by the
 * sentence that holds them (phrases.c), everything else is no number of the report and fails. */
#ifndef FTBENCH_TESTS_RECOMPUTE_PROSE_H
#define FTBENCH_TESTS_RECOMPUTE_PROSE_H

#include "expected.h"

struct prose_counts {
    int tables, sentences, constants; /* numbers, by what they were held to */
};

/* Every number of the report, but for its section "Environment", which speaks of the machine. Fails naming
 * line and number. */
struct prose_counts prose_match(struct expected *expected, const char *path);

/* What a path in a phrase or a column means here: "R.", "U.", "B.", "V." and "L." are the recommended
 * setting, the next best, the one with the best mean, the rival and the one that the phrase names; "run." the
 * run of a line of the table of runs. */
struct place {
    struct json_object *tree, *own; /* own: of the line: a setting, an encounter, a run, a source of chance */
    char label[256];
};

/* The number that a path gives, "path*100" in hundredths; NaN for null. */
double place_number(const struct place *place, const char *path);

/* Whether printed digits are this number at their precision; `sign` is '<' or '>' where one stands before
 * them. */
bool is_printed(const char *digits, int length, char sign, double value);

/* Length of the number at `text`, 0 if none begins there; `before` is the character before it. */
int number_length(const char *text, char before);

#endif
