/* mutants.h - files with a wrong digit, which a check must refuse. */
#ifndef FTBENCH_TESTS_RECOMPUTE_MUTANTS_H
#define FTBENCH_TESTS_RECOMPUTE_MUTANTS_H

#include "expected.h"

/* Changes the first or the last digit of every `every`-th number of the file, one at a time, and has a child
 * process check the copy. Fails when one is accepted; returns how many were refused. The section
 * "Environment" of a report is left out. */
int mutants_refused(void (*check)(struct expected *, const char *), struct expected *expected,
                    const char *path, int every);

#endif
