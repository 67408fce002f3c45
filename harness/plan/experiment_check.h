/* experiment_check.h - whether [experiment] makes sense: its name, repeats, design and size. Used by config.c
 * only. */
#ifndef FTBENCH_HARNESS_PLAN_EXPERIMENT_CHECK_H
#define FTBENCH_HARNESS_PLAN_EXPERIMENT_CHECK_H

#include "harness/plan/reading.h"

/* Settle the experiment's name (that of the file `path` when none is given) and its number of repeats; what
 * makes no sense is added to reading->problems. */
void experiment_check(struct reading *reading, const char *path);

/* What is written and not used, or decides too little, as notes. */
void experiment_notes(struct reading *reading);

#endif
