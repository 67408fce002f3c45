/* support_trial.h - a sweep of three learning rates with three repeats in a store, for tests of what is made
 * of results. */
#ifndef FTBENCH_TESTS_HARNESS_SUPPORT_TRIAL_H
#define FTBENCH_TESTS_HARNESS_SUPPORT_TRIAL_H

#include "harness/store/store.h"
#include "tests/harness/support_experiment.h"

#include <stdbool.h>
#include <stddef.h>

enum { RATES = 3, REPEATS = 3, STEPS = 40, LOGGED = 20, EVALUATIONS = 6 };

/* An experiment in a store in a folder of its own. */
struct trial {
    char folder[SPEC_PATH_BYTES];
    struct store *store;
    struct plan plan;
    size_t without_f1; /* run that finishes with an undefined F1; 0: none */
    int one_class;     /* setting whose first two runs give every sample the same class; 0: none */
    long steps;        /* that runs say they did; 0: STEPS */
    int evaluations;   /* how many are stored, the one of step 0 among them; 0: all */
};

/* CMocka's set-up and tear-down: `*state` is a struct trial whose plan is stored and no run. */
int trial_open(void **state);
int trial_close(void **state);

/* Store a run: losses fall from 0.7 and level off, or stay where they are. */
void trial_save_run(struct trial *trial, size_t index, enum run_outcome outcome, bool learns, double seconds);

/* All runs: settings 0 and 1 learn, 2 stalls; `seconds` for what must not matter. */
void trial_save_all(struct trial *trial, double seconds);

#endif
