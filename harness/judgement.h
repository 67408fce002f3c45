/* judgement.h - the part of the findings that says what came out: each setting's summary and verdict. */
#ifndef FTBENCH_HARNESS_JUDGEMENT_H
#define FTBENCH_HARNESS_JUDGEMENT_H

#include "harness/findings.h"

#include <stdbool.h>
#include <stddef.h>

/* Judge the report's runs, which must be filled, and fill settings and candidates. */
enum status judgement_fill(struct findings *findings, struct error *error);

/* Whether the run is among those that its setting's statistics rest on: finished, and with other seeds and
 * other bits than every earlier finished run of the setting. Its metric may be undefined. */
bool judgement_counts_run(const struct report *report, size_t run);

/* Runs of a setting with a class. */
int judgement_curves(const struct report_setting *setting);

#endif
