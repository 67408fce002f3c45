/* early_stop.h - has a watched value stopped improving? As transformers' EarlyStoppingCallback with threshold
 * 0: an evaluation that is not strictly better than the best one counts; `patience` of them in a row stop the
 * run. Also decides which evaluation is the best model: the first one wins a tie. A NaN never improves
 * anything. */
#ifndef FTBENCH_TRAINER_FIT_EARLY_STOP_H
#define FTBENCH_TRAINER_FIT_EARLY_STOP_H

#include "trainer/spec/observation.h"

#include <stdbool.h>

struct early_stop {
    int metric;   /* enum metric */
    int patience; /* 0: never stops */
    bool seen;    /* there is a best value */
    double best;
    int worse; /* evaluations in a row that were no better */
};

/* Take an evaluation in; true when it is strictly better than all before. */
bool early_stop_improved(struct early_stop *watch, const struct observed_evaluation *evaluation);

/* True when patience is used up. */
bool early_stop_due(const struct early_stop *watch);

#endif
