/* diagnoses.h - the part of the findings that says what each run's curves look like, and why. */
#ifndef FTBENCH_HARNESS_DIAGNOSES_H
#define FTBENCH_HARNESS_DIAGNOSES_H

#include "harness/findings.h"

#include <stddef.h>

/* Fill class, state, evidence and the metric's course of the report's run `run` from its record. Its outcome
 * and curves must be filled, and what was asked (inquiry.h). A run that crashed or hung has no class:
 * something else cut it off. The metric is the experiment's; a loss as the metric has no course of its own.
 */
enum status diagnoses_take_run(const struct run_record *record, struct findings *findings, size_t run,
                               struct error *error);

/* Whether the runs of setting `index` agree on the class of their curves (stats/agreement.h). Undetermined is
 * no class to agree on: it says that too little is known. A run that repeats the seeds or bits of an earlier
 * one counts once. */
void diagnoses_agree(const struct report *report, size_t index, struct report_agreement *found);

#endif
