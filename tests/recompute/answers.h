/* answers.h - metrics of one evaluation from its answers and the labels, and what each example adds to them.
 * Two classes, as the shipped data have: F1, precision and recall are of class 1. */
#ifndef FTBENCH_TESTS_RECOMPUTE_ANSWERS_H
#define FTBENCH_TESTS_RECOMPUTE_ANSWERS_H

#include "observations.h"

enum { LOSS, ACCURACY, PRECISION, RECALL, F1, F1_MACRO, METRICS };

/* Fills `value` of every evaluation, holds it to what the store claims, and finds each run's best one. */
void answers_recompute(struct observations *all);

/* Influence values of F1 of class 1: their mean is F1 (docs: harness/stats/influence.h has the formula). */
void answers_influence(const uint8_t *labels, const uint8_t *predictions, int examples, double *influence);

/* F1 of always answering class 1. */
double answers_constant_f1(const uint8_t *labels, int examples);

#endif
