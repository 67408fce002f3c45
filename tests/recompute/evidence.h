/* evidence.h - the numbers that decide what a run's loss curve is called, and the class, state and course of
 * the metric that follow from them, as docs/diagnose.md defines them, from the run's raw losses and answers.
 */
#ifndef FTBENCH_TESTS_RECOMPUTE_EVIDENCE_H
#define FTBENCH_TESTS_RECOMPUTE_EVIDENCE_H

#include "observations.h"

enum { EVIDENCE = 40 };

struct evidence {
    const char *name[EVIDENCE];
    double value[EVIDENCE];
    int count;
    const char *class, *state, *course;
};

void evidence_of(const struct run *run, int examples, int logging_steps, struct evidence *evidence);
double evidence_value(const struct evidence *evidence, const char *name);

#endif
