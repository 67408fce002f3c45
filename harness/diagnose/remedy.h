/* remedy.h - what helps against what a loss curve shows: one sentence for each class and state, for a
 * learner. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_REMEDY_H
#define FTBENCH_HARNESS_DIAGNOSE_REMEDY_H

#include "harness/diagnose/classify.h"

/* Static text, one sentence. That of an overfit curve follows what the metric did meanwhile, and whether the
 * run keeps its best evaluation anyway. */
const char *remedy_sentence(const struct diagnosis *diagnosis);

/* The same for a run that stalled at a learning rate above one that learns, all else being equal: it needs
 * less, not more, which its curve alone does not show. */
const char *remedy_rate_too_high(void);

/* The same for a run that gives every sample the same class although its curve looks well. */
const char *remedy_one_class(void);

/* A run that stalled within fewer optimiser steps than this may just not have begun to learn. */
enum { REMEDY_FEW_STEPS = 50 };

/* The same for such a run. */
const char *remedy_too_few_steps(void);

#endif
