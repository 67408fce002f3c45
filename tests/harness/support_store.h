/* support_store.h - a store in a temporary folder, with the plan of two rates and two repeats in it. */
#ifndef FTBENCH_TESTS_SUPPORT_STORE_H
#define FTBENCH_TESTS_SUPPORT_STORE_H

#include "harness/store/store.h"
#include "tests/harness/support_experiment.h"

struct store_fixture {
    char folder[SPEC_PATH_BYTES];
    struct plan plan;
    struct store *store; /* open for writing */
    struct error error;
};

/* CMocka's set-up and tear-down; `*state` is a struct store_fixture. */
int store_set_up(void **state);
int store_tear_down(void **state);

/* Close the store and open it again. */
void store_fixture_reopen(struct store_fixture *fixture, enum store_access access);

/* A done record of the plan's run `index` with one of everything, and the numbers that are hard to keep. */
void store_fixture_record(const struct store_fixture *fixture, size_t index, struct run_record *record);

/* Store that record with another outcome. */
void store_fixture_save(struct store_fixture *fixture, size_t index, enum run_outcome outcome);

#endif
