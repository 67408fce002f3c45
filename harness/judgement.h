/* judgement.h - the part of the findings that says what came out: each setting's summary and verdict, the
 * recommendation and what to try next. */
#ifndef FTBENCH_HARNESS_JUDGEMENT_H
#define FTBENCH_HARNESS_JUDGEMENT_H

#include "harness/findings.h"

#include <stdbool.h>
#include <stddef.h>

/* Judge the report's runs, which must be filled, and fill settings, recommendation and advice. */
enum status judgement_fill(struct findings *findings, struct error *error);

/* Whether the run is among those that its setting's statistics rest on: finished, and with other seeds and
 * other bits than every earlier finished run of the setting. Its metric may be undefined. */
bool judgement_counts_run(const struct report *report, size_t run);

#endif
