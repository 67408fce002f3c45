/* mutants.h - files with a wrong digit, which a check must refuse. */
#ifndef FTBENCH_TESTS_RECOMPUTE_MUTANTS_H
#define FTBENCH_TESTS_RECOMPUTE_MUTANTS_H

#include "expected.h"

enum { MUTANT_PLACES = 1 << 16 };

struct number_place {
    size_t at;
    int length;
};

/* The numbers of a file that a check holds to something; returns how many. */
typedef int (*number_places)(const char *text, struct number_place *places, int most);

/* Every number; of a report but for its section "Environment". */
int places_of_text(const char *text, struct number_place *places, int most);

/* Changes a digit of every `every`-th of these numbers of the file, one at a time, and has a child process
 * check the copy: the last digit, and the first of all in files of doubles. Fails when one is accepted;
 * returns how many were refused. */
int mutants_refused(void (*check)(struct expected *, const char *), struct expected *expected,
                    const char *path, int every, number_places places_of);

#endif
