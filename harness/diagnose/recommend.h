/* recommend.h - which setting to recommend. The rule is said in words wherever its result is shown:
 *
 * 1. A setting most of whose runs learned nothing (their curve stalled or oscillates, or they give every
 *    sample the same class) is left out: such runs agree with each other, and the rule on the spread would
 *    call that stable. So is one of which too little is known: with the runs whose curves are undetermined
 *    these are most of its runs.
 * 2. Of the others that are stable, the best mean. Stable is a setting of which no run failed and that passes
 *    the rule on the spread, or fails it and yet is stable by the calibrated verdict: with ten runs the rule
 *    turns away most settings with half the SD that it should, and what was shown to be quiet is.
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
    bool sure;        /* stable by the calibrated or the sequential verdict */
    int failed;       /* runs that did not finish, or finished with an undefined metric */
    int curves;       /* runs with a class; of these ... */
    int unsound;      /* ... stalled, oscillate or predict one class */
    int undetermined; /* ... have too few evaluations to tell, and are not in `unsound` */
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
    size_t rival;  /* the best of those that have a better mean but did not qualify */
    int left_out;  /* settings left out by 1 ... */
    int too_short; /* ... of which so many because too little is known of them */
};

/* Whether rule 1 leaves the setting out. */
bool recommend_leaves_out(const struct candidate *candidate);

/* Whether it does so because too little is known, not because the runs learned nothing. */
bool recommend_too_short(const struct candidate *candidate);

/* `lower_is_better`: the metric is a loss. */
struct recommendation recommend_setting(const struct candidate *candidates, size_t count,
                                        bool lower_is_better);

#endif
