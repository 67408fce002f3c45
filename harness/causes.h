/* causes.h - the part of the findings that says which chance makes a setting's runs differ, where the
 * experiment's design can tell (stats/streams.h). */
#ifndef FTBENCH_HARNESS_CAUSES_H
#define FTBENCH_HARNESS_CAUSES_H

#include "harness/findings.h"

/* Fill the streams of each setting but for their churn, which is origins.h's; none when all sources of chance
 * change together. The findings must be certain (certainty.h). */
enum status causes_fill(struct findings *findings, struct error *error);

#endif
