/* chain.h - two records of a run side by side: every step's chain of digests, every evaluation's losses and
 * weights, the metrics at the end. */
#ifndef FTBENCH_HARNESS_VERIFY_CHAIN_H
#define FTBENCH_HARNESS_VERIFY_CHAIN_H

#include "harness/store/store.h"

#include <stdbool.h>
#include <stddef.h>

enum { CHAIN_ALL = -1 };

/* What is compared. */
struct chain_pair {
    const struct run_record *left, *right;
    const char *left_name, *right_name; /* "store", "re-run" */
    long steps; /* up to this step and its evaluation; CHAIN_ALL: to the end, and the ends too */
};

struct chain {
    bool equal;
    bool stopped;              /* all that both have is equal, and one of them stops there */
    size_t steps, evaluations; /* that were compared and are equal */
    long step;           /* the first that differs: a step, or an evaluation after it; -1: the ends alone */
    bool tensor_lacking; /* it is a step, and a record does not say each tensor's gradient: else `what`
                            names the tensor */
    char what[512];      /* in words: "the loss: store 0.5 (3f000000), re-run 0.25 (3e800000)" */
};

/* Compare two records, in time. Records of different lengths differ where the shorter one stops. */
void chain_compare(const struct chain_pair *pair, struct chain *chain);

/* "0.5 (3f000000)". Every NaN is one, and -0 is 0, as in digests (base/digest.h). */
enum { CHAIN_VALUE_BYTES = 64 };
uint32_t chain_word(float value);
void chain_value(uint32_t word, bool integer, char text[CHAIN_VALUE_BYTES]);

#endif
