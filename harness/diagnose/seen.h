/* seen.h - what a diagnosis rests on, said in words with its numbers, for a learner. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_SEEN_H
#define FTBENCH_HARNESS_DIAGNOSE_SEEN_H

#include "base/text.h"
#include "harness/diagnose/classify.h"

/* Append sentences, each ended by a full stop and separated by `separator`: on train loss, on validation
 * loss, and on what made the class when these do not show it. */
void seen_describe(const struct diagnosis *diagnosis, const char *separator, struct text *out);

#endif
