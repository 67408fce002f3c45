/* program.h - where the program is that trains. */
#ifndef FTBENCH_HARNESS_PROGRAM_H
#define FTBENCH_HARNESS_PROGRAM_H

#include "base/status.h"
#include "trainer/spec/run_spec.h"

/* The trainer's path: `configured` ([run] trainer, "" for none), else what the environment's FTBENCH_TRAINER
 * says, else ftbench-trainer beside the running program, else ftbench-trainer in PATH. What is named must be
 * there: a wrong name is refused, not passed over. A name without a slash is looked for in PATH. */
enum status program_find_trainer(const char *configured, char path[SPEC_PATH_BYTES], struct error *error);

#endif
