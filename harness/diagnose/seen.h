/* seen.h - what a diagnosis rests on, said in words with its numbers, for a learner. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_SEEN_H
#define FTBENCH_HARNESS_DIAGNOSE_SEEN_H

#include "base/text.h"
#include "harness/diagnose/classify.h"

/* Append the two or three numbers that decided the class, in a sentence or two on one line. */
void seen_decided(const struct diagnosis *diagnosis, struct text *out);

/* Append sentences, each ended by a full stop and separated by `separator`: on train loss, on validation
 * loss, on what made the class when these do not show it, and on the metric where it is known. */
void seen_describe(const struct diagnosis *diagnosis, const char *separator, struct text *out);

#endif
