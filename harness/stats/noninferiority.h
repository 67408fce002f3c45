/* noninferiority.h - is a mean as good as it was, up to a margin: the question of a nightly check, with the
 * three answers yes, no, and not to be told from so few runs.
 *
 * Both claims are one-sided, each at alpha:
 *     within   the lower bound of (now - then) lies above -margin: a loss, if there is one, does not matter
 *     worse    the upper bound lies below 0: something was lost
 * A loss that is shown to be within the margin is within. One margin and alpha serve both, so for normal
 * runs, whatever the true SDs of the two sides (welch.h), a setting that lost the margin is called within at
 * most alpha of the time, and one that lost nothing worse at most alpha of the time. For many settings at
 * once worse is corrected by Holm (noninferiority_adjust); within is not: to pass, all must be within, and
 * that all are is wrong at most as often as that one is (Berger 1982). */
#ifndef FTBENCH_HARNESS_STATS_NONINFERIORITY_H
#define FTBENCH_HARNESS_STATS_NONINFERIORITY_H

#include "base/status.h"
#include "harness/stats/compare.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct noninferiority_question {
    double alpha;  /* in (0, 0.5) */
    double margin; /* >= 0, in the metric's unit */
    bool higher_is_better;
    uint32_t seed;             /* of what is resampled beside it (compare.h) */
    struct welch_tests *tests; /* of compare.h */
};

enum noninferiority_answer { NONINFERIORITY_UNDECIDED, NONINFERIORITY_WITHIN, NONINFERIORITY_WORSE };

struct noninferiority {
    struct noninferiority_question question;
    enum compare_basis basis; /* pairs, Welch, or nothing: compare.h says from how many runs on */
    int pairs;                /* that the difference rests on; 0 for Welch */
    double difference;        /* mean now - mean then, in the metric's own direction */
    struct interval bounds;   /* of it, each end at alpha; where nothing varies, the difference twice; NaN
                                 without   a basis */
    double p;                 /* of "not worse", one-sided; NaN where nothing varies, or without a basis */
    double adjusted_p;        /* p until noninferiority_adjust */
    enum noninferiority_answer answer;
};

/* Compare the runs of one setting `then` and `now`. Runs that failed are in neither mean; who fails more
 * often is another question (fisher.h). Where nothing varies (all pairs differ by the same) the difference
 * itself is judged. Needs stats_init. */
enum status noninferiority_judge(const struct compare_side *now, const struct compare_side *then,
                                 const struct noninferiority_question *question,
                                 struct noninferiority *result, struct error *error);

/* Many settings: adjusted_p by Holm (holm.h), and WORSE withdrawn where it is above alpha. */
enum status noninferiority_adjust(struct noninferiority *results, size_t count, struct error *error);

#endif
