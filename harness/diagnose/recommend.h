/* recommend.h - which setting to recommend. The rule is said in words wherever its result is shown:
 *
 * 1. A setting most of whose curves stalled or oscillate is left out: runs that learn nothing agree with each
 *    other (all give every sample the same class), and the rule on the spread would call that stable.
 * 2. Of the others that are stable (they pass the rule on the spread, and no run failed), the best mean.
 * 3. When none does: if no setting has two finished runs, the best mean, unproven; else, of those with two,
 * the fewest failed runs (as a fraction) and then the best worst run, as the least bad.
 *
 * Ties go to the smaller spread, then to the earlier setting. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_RECOMMEND_H
#define FTBENCH_HARNESS_DIAGNOSE_RECOMMEND_H

#include "harness/stats/stability.h"
#include "harness/stats/summary.h"

#include <stdbool.h>
#include <stddef.h>

/* What is known of a setting. */
struct candidate {
    struct summary summary; /* of the metric over finished runs of different seeds */
    enum stability_verdict verdict;
    int failed;          /* runs that did not finish, or finished with an undefined metric */
    int curves, unsound; /* runs with a class, and how many of them stalled or oscillate */
};

enum recommendation_kind {
    RECOMMEND_NOTHING, /* no finished run that learned something */
    RECOMMEND_STABLE,
    RECOMMEND_UNPROVEN,
    RECOMMEND_LEAST_BAD
};

struct recommendation {
    enum recommendation_kind kind;
    size_t best; /* index of the setting; unless RECOMMEND_NOTHING */
    bool has_second;
    size_t second; /* the next by the same rule */
    bool overlap;  /* the intervals of the two means overlap, or one is undefined */
    bool has_rival;
    size_t rival; /* the best of those that have a better mean but did not qualify */
    int left_out; /* settings left out by 1 */
};

/* Whether most of the setting's curves stalled or oscillate, so that rule 1 leaves it out. */
bool recommend_leaves_out(const struct candidate *candidate);

/* `lower_is_better`: the metric is a loss. */
struct recommendation recommend_setting(const struct candidate *candidates, size_t count,
                                        bool lower_is_better);

#endif
