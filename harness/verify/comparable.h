/* comparable.h - whether the bits of two runs can be held against each other. Those of strict runs always
 * can. Fast arithmetic has the bits of one GPU model with one set of libraries, and only there. */
#ifndef FTBENCH_HARNESS_VERIFY_COMPARABLE_H
#define FTBENCH_HARNESS_VERIFY_COMPARABLE_H

#include "base/status.h"
#include "trainer/spec/observation.h"

/* What a run said of its beginning, and what the run is called. */
struct comparable {
    const struct observed_begin *begin;
    const char *name; /* "store" */
};

/* STATUS_UNSUPPORTED says why not. */
enum status comparable_check(const struct comparable *left, const struct comparable *right,
                             struct error *error);

#endif
