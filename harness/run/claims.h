/* claims.h - whether what a trainer says can be true, given what it said before: a run that contradicts
 * itself has no result. Metrics are undefined (NaN) or fractions, the end's are those of the evaluation that
 * it names, and a run is done only when its steps and an evaluation after the last of them were heard of.
 * docs/protocol.md says the same. */
#ifndef FTBENCH_HARNESS_RUN_CLAIMS_H
#define FTBENCH_HARNESS_RUN_CLAIMS_H

#include "base/status.h"
#include "harness/store/store.h"

/* The last optimiser step of the record; 0 before the first. */
long claims_last_step(const struct run_record *record);

/* STATUS_BAD_INPUT when the line that is to come next cannot be true. */
enum status claims_check_begin(const struct observed_begin *begin, struct error *error);
enum status claims_check_step(const struct run_record *record, const struct observed_step *step,
                              struct error *error);
enum status claims_check_evaluation(const struct run_record *record,
                                    const struct observed_evaluation *evaluation, struct error *error);

/* `plan`: the end answers `TRAINER plan`, which trains nothing and so has no result. */
enum status claims_check_end(const struct run_record *record, const struct observed_end *end, bool plan,
                             struct error *error);

#endif
