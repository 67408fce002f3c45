/* dry_run.h - what `ftbench run --dry-run` prints: settings, runs, seeds, and an estimate of time and memory.
 */
#ifndef FTBENCH_HARNESS_DRY_RUN_H
#define FTBENCH_HARNESS_DRY_RUN_H

#include "base/status.h"
#include "base/text.h"
#include "harness/plan/plan.h"
#include "trainer/spec/observation.h"

#include <stdio.h>

/* Evaluations of a run: before training, every eval_steps (or epoch), and after the last step. */
long dry_run_evaluations(const struct run_spec *spec, const struct observed_begin *begin);

/* Seconds of one run: steps x measured step + evaluations x measured evaluation, early stopping left out. */
double dry_run_seconds(const struct run_spec *spec, const struct observed_begin *begin);

/* Seconds of the first `repeats` runs of each setting when `jobs` runs go on at the same time, each run
 * taking the next free place. */
double dry_run_total(const struct plan *plan, const struct observed_begin *begins, int repeats);

/* A line, ended by a line feed, when some setting's runs have fewer evaluations than a verdict on the loss
 * curve needs: how many, and the eval_steps that would do; nothing otherwise. */
void dry_run_short_curves(const struct plan *plan, const struct observed_begin *begins, struct text *line);

/* Print it all; begins[i] is what the trainer measured for setting i. */
enum status dry_run_print(const struct plan *plan, const struct observed_begin *begins, const char *trainer,
                          FILE *out, struct error *error);

#endif
