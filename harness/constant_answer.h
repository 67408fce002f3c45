/* constant_answer.h - what a model that has learned nothing gets, and which runs get more: the part of the
 * findings that tells learning from the answers, where curves are too short to. */
#ifndef FTBENCH_HARNESS_CONSTANT_ANSWER_H
#define FTBENCH_HARNESS_CONSTANT_ANSWER_H

#include "harness/findings.h"

/* Before judgement_fill, which counts by it: fill report.constant_metric and each run's `learned` from labels
 * and predictions (origins.h). Where the labels are not known, or the metric is a loss, the one is NaN and
 * the others are false. */
enum status constant_answer_fill(struct findings *findings, struct error *error);

#endif
