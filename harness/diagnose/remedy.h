/* remedy.h - what helps against what a loss curve shows: one sentence for each class and state, for a
 * learner. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_REMEDY_H
#define FTBENCH_HARNESS_DIAGNOSE_REMEDY_H

#include "harness/diagnose/classify.h"

/* Static text, one sentence. */
const char *remedy_sentence(enum curve_class class_of_curve, enum curve_state state);

#endif
