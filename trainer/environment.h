/* environment.h - where a run takes place: names for the record, none of which decides bits. */
#ifndef FTBENCH_TRAINER_ENVIRONMENT_H
#define FTBENCH_TRAINER_ENVIRONMENT_H

#include "trainer/spec/observation.h"

#include <stdint.h>

/* Fill program, compiler, flags, commit, cpu and host. */
void environment_describe(struct observed_begin *begin);

double environment_seconds(void);      /* a monotonic clock */
int64_t environment_memory(void);      /* bytes resident now; 0 when the system does not say */
int64_t environment_peak_memory(void); /* bytes resident at most so far; 0 when the system does not say */

#endif
