/* collect.h - from the store to the findings: reads every run once, classifies its curve, and has the whole
 * judged. */
#ifndef FTBENCH_HARNESS_COLLECT_H
#define FTBENCH_HARNESS_COLLECT_H

#include "harness/findings.h"
#include "harness/store/store.h"

/* Read the whole store and judge it. On failure nothing is held; else free with findings_free. Turns GSL's
 * aborting handler off (stats_init). */
enum status collect_findings(struct store *store, struct findings *findings, struct error *error);

#endif
