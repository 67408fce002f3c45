/* inquiry.h - the part of the findings that says what was asked: from the plan alone. */
#ifndef FTBENCH_HARNESS_INQUIRY_H
#define FTBENCH_HARNESS_INQUIRY_H

#include "harness/findings.h"
#include "harness/stats/influence.h"

/* Fill what the report says of the experiment, its model, data, fixed and swept values from findings->plan.
 */
enum status inquiry_fill(struct findings *findings, struct error *error);

/* The index of an experiment's metric in a record's or report's values is enum metric; its name is "f1"... */
const char *inquiry_metric_name(int metric);

/* How a metric that is no loss follows from labels and predictions. */
enum influence_metric inquiry_influence(int metric);

#endif
