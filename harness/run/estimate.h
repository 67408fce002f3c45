/* estimate.h - what the trainer says about a run before it runs: `TRAINER plan` with the spec on standard
 * input. */
#ifndef FTBENCH_HARNESS_RUN_ESTIMATE_H
#define FTBENCH_HARNESS_RUN_ESTIMATE_H

#include "base/status.h"
#include "base/text.h"
#include "trainer/spec/observation.h"
#include "trainer/spec/run_spec.h"

#include <stdbool.h>

/* Ask `trainer` for the plan of one run: begin (step and evaluation seconds are measured only when
 * `measure`; without the validation labels), and its notes, one a line, appended to `notes`. When the trainer
 * refuses (bad data, bad model), the error is the trainer's own line. Waits at most `timeout` seconds (0: for
 * ever). */
enum status estimate_run(const char *trainer, const struct run_spec *spec, bool measure, double timeout,
                         struct observed_begin *begin, struct text *notes, struct error *error);

#endif
