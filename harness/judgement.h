/* judgement.h - the part of the findings that says what came out: each setting's summary and verdict, the
 * recommendation and what to try next. */
#ifndef FTBENCH_HARNESS_JUDGEMENT_H
#define FTBENCH_HARNESS_JUDGEMENT_H

#include "harness/findings.h"

/* Judge the report's runs, which must be filled, and fill settings, recommendation and advice. */
enum status judgement_fill(struct findings *findings, struct error *error);

#endif
