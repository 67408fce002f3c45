/* measure.h - how long an optimiser step and an evaluation of a session take, for a plan's estimate. Trains:
 * the session is of no use for a run afterwards. */
#ifndef FTBENCH_TRAINER_MEASURE_H
#define FTBENCH_TRAINER_MEASURE_H

#include "base/status.h"
#include "trainer/session.h"

enum status measure_step(struct session *session, double *seconds, struct error *error);
enum status measure_evaluation(struct session *session, double *seconds, struct error *error);

#endif
