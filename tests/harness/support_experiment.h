/* support_experiment.h - small experiments, made by hand. */
#ifndef FTBENCH_TESTS_HARNESS_SUPPORT_EXPERIMENT_H
#define FTBENCH_TESTS_HARNESS_SUPPORT_EXPERIMENT_H

#include "harness/plan/plan.h"
#include "harness/store/store.h"

/* The synthetic trainer. */
#define EXPERIMENT_TRAINER FTBENCH_BINARY_DIR "/bin/ftbench-synthetic"

/* A plan of one setting for each learning rate, with `repeats` runs each: 64 samples, batch 16, so 4 steps an
 * epoch, an evaluation each epoch; `epochs` epochs. The seeds of repeat r are 100 r + 1, 2, 3. Free with
 * plan_free. */
void experiment_plan(const double *rates, int rate_count, int repeats, double epochs, struct plan *plan);

/* Fail the test unless both plans are equal in every field. */
void experiment_assert_plans_equal(const struct plan *left, const struct plan *right);

/* Fail unless both records are equal in every field, NaN being equal to NaN, times aside. */
void experiment_assert_records_equal(const struct run_record *left, const struct run_record *right);

#endif
