/* compare.h - is setting A better than setting B, by how much, and how sure is that.
 *
 * Where the two were trained with the same seeds their runs are paired: what a seed does to both cancels.
 * Otherwise Welch's interval, which does not suppose equal SDs, with its level kept (welch.h). Beside them
 * the bootstrap's, and the ranks (ranks.h), which suppose no distribution. "Inconclusive" is an answer; "no
 * difference" is given only as "equivalent", for a margin that was said beforehand. All in the metric's unit;
 * differences are A - B. */
#ifndef FTBENCH_HARNESS_STATS_COMPARE_H
#define FTBENCH_HARNESS_STATS_COMPARE_H

#include "base/status.h"
#include "harness/stats/bootstrap.h"
#include "harness/stats/intervals.h"
#include "harness/stats/ranks.h"
#include "harness/stats/summary.h"
#include "harness/stats/welch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The runs of one setting, not owned. A value that is not finite is a run that failed by itself. */
struct compare_side {
    const double *values;
    const uint64_t *seeds; /* what tells a run's seeds from those of others, distinct within a side (repeats
                              of a seed count once: leave them out); NULL: not known, no pairs */
    size_t count;
};

struct compare_question {
    double confidence; /* of all intervals; a difference is claimed at alpha = 1 - confidence */
    double margin;     /* differences up to this do not matter, >= 0; 0: every difference does */
    bool higher_is_better;
    int resamples; /* of the bootstrap */
    uint32_t seed; /* of the bootstrap */
    struct welch_tests
        *tests; /* where many comparisons keep what they have computed; NULL: each on its own */
};

enum compare_verdict {
    COMPARE_UNDEFINED,    /* a side without a finished run */
    COMPARE_INCONCLUSIVE, /* more runs could tell */
    COMPARE_A_BETTER,
    COMPARE_B_BETTER,
    COMPARE_EQUIVALENT /* whatever difference there is, it is within the margin */
};

enum compare_basis { COMPARE_BY_NOTHING, COMPARE_BY_PAIRS, COMPARE_BY_WELCH };

/* A difference of means. */
struct difference {
    int n;                     /* pairs; for Welch the runs of both sides */
    double value;              /* mean of A - mean of B, of the pairs or of all finished runs */
    struct interval interval;  /* by Student's t of n - 1 degrees of freedom, or Welch's (welch.h) */
    struct interval bootstrap; /* studentised (bootstrap.h says when an end is NaN) */
    double df;                 /* n - 1, or Satterthwaite's */
    double p;                  /* two-sided, of "no difference"; NaN where nothing varies */
};

struct comparison {
    struct compare_question question;
    struct summary a, b; /* of the finished runs; `undefined` counts the failed ones */
    struct difference paired, welch;
    struct ranks
        ranks; /* failed runs take part, as the worst. superiority: that a run of A has the larger value */
    double
        a_beats_b; /* probability that a run of A is better than one of B, ties half: superiority or 1 - it */
    enum compare_basis basis; /* what the verdict rests on */
    double p;                 /* of that basis; NaN for COMPARE_BY_NOTHING */
    double adjusted_p;        /* the same until compare_adjust has seen the other comparisons */
    enum compare_verdict verdict;
};

/* What one way of looking says of a comparison, at alpha = 1 - confidence and for this comparison alone (many
 * at once are compare_adjust's). */
enum compare_claim {
    COMPARE_CLAIM_UNKNOWN, /* too few runs, or nothing varies */
    COMPARE_CLAIM_OPEN,    /* there may be no difference */
    COMPARE_CLAIM_A_BETTER,
    COMPARE_CLAIM_B_BETTER
};

/* The ways: Student's t and the bootstrap of the basis (unknown without one), and Mann-Whitney's ranks, which
 * know no pairs and in which failed runs take part. */
struct compare_claims {
    enum compare_claim student, bootstrap, ranks;
};

/* "undefined", "inconclusive", "a better", "b better", "equivalent". */
const char *compare_verdict_name(enum compare_verdict verdict);

/* 95%, no margin, higher is better, BOOTSTRAP_RESAMPLES. */
struct compare_question compare_question_default(uint32_t seed);

/* Compare two settings. The basis is pairs when at least STABILITY_ENOUGH_RUNS seeds finished on both sides
 * and they are at least half of the larger side, else Welch when each side has STABILITY_ENOUGH_RUNS finished
 * runs, else nothing, and the verdict is inconclusive. With a basis: equivalent    the interval lies within
 * -margin..margin, margin > 0 a/b better    p <= 1 - confidence, and no more runs failed on the better side
 * than on the other inconclusive  otherwise; also when nothing varies on either side, which leaves no scale
 * to judge by Undefined numbers are NaN. Needs stats_init. */
enum status compare_settings(const struct compare_side *a, const struct compare_side *b,
                             const struct compare_question *question, struct comparison *comparison,
                             struct error *error);

/* Welch's difference a - b from the summaries alone: no bootstrap, which needs the values. Interval, df and p
 * are NaN with fewer than two values on a side, or when nothing varies on either. Of the question confidence
 * and tests are read. */
enum status compare_welch(const struct summary *a, const struct summary *b,
                          const struct compare_question *question, struct difference *welch,
                          struct error *error);

/* The difference to show: the basis; without one that of the pairs if there are two, else Welch's. */
bool compare_shows_pairs(const struct comparison *comparison);
const struct difference *compare_shown(const struct comparison *comparison);

/* The interval of a_beats_b; undefined with too few runs (ranks.h). */
struct interval compare_beats(const struct comparison *comparison);

/* What each way says, and whether two of them that say something say different things. */
struct compare_claims compare_claims(const struct comparison *comparison);
bool compare_disagree(const struct compare_claims *claims);

/* Many comparisons made at once: adjusted_p by Holm (holm.h) over those that have a p, and "better" withdrawn
 * to inconclusive where adjusted_p is above 1 - confidence. */
enum status compare_adjust(struct comparison *comparisons, size_t count, struct error *error);

/* The same where the comparisons were chosen by what was seen, from `family` that could have been made (those
 * with the best setting, from all pairs): corrected for the whole family, whose other p are not known and
 * count as 1, the most careful they can be. No fewer than those that have a p. */
enum status compare_adjust_among(struct comparison *comparisons, size_t count, size_t family,
                                 struct error *error);

#endif
