/* comparing.h - who is compared with whom, and what came out: the comparisons of stats/compare.h over the
 * settings of one stored experiment or two, corrected for their number, and the luck of the best setting. */
#ifndef FTBENCH_HARNESS_COMPARE_COMPARING_H
#define FTBENCH_HARNESS_COMPARE_COMPARING_H

#include "base/status.h"
#include "harness/compare/contenders.h"
#include "harness/stats/compare.h"
#include "harness/stats/selection.h"

#include <stdbool.h>
#include <stddef.h>

/* Up to how many settings each is compared with each; of more, each with the best only: 8 give 28
 * comparisons. */
enum { COMPARING_EACH_MOST = 8 };

/* Two settings and what came out. */
struct encounter {
    const struct contender *a, *b; /* not owned */
    struct comparison comparison;
    bool identical; /* all runs of both are pairs, finished, and equal by their digests: the same runs, bit by
                       bit */
};

enum comparing_kind {
    COMPARING_EACH,      /* every pair of settings of one experiment */
    COMPARING_WITH_BEST, /* the best one, or one that was chosen, as A, with each other */
    COMPARING_TWO,       /* two settings that were named */
    COMPARING_FOLDERS    /* settings of the same label in two experiments */
};

/* Owned; free with comparing_free. */
struct comparing {
    enum comparing_kind kind;
    struct encounter *encounters; /* (count) */
    size_t count;
    /* Comparisons that p is corrected for, by Holm: those with a p; for COMPARING_WITH_BEST those that all
     * pairs would have had, because which setting is the best was seen in the same runs. */
    size_t family;
    bool has_selection;         /* COMPARING_EACH and COMPARING_WITH_BEST */
    struct selection selection; /* `best` is an index into the contenders */
    struct welch_tests tests;   /* for the comparisons of equal sizes */
};

/* Every pair, or the best with each. STATUS_USAGE for a single setting. On failure of any of these nothing is
 * held. All need stats_init. */
enum status comparing_all(const struct contenders *contenders, const struct compare_question *question,
                          struct comparing *comparing, struct error *error);

/* Setting `chosen`, which was chosen by what was seen, with each other: kind COMPARING_WITH_BEST, whatever
 * its mean. STATUS_USAGE for a single setting. */
enum status comparing_chosen(const struct contenders *contenders, size_t chosen,
                             const struct compare_question *question, struct comparing *comparing,
                             struct error *error);

/* Settings `a` and `b` of one experiment. STATUS_USAGE when they are one. */
enum status comparing_two(const struct contenders *contenders, const size_t pair[2],
                          const struct compare_question *question, struct comparing *comparing,
                          struct error *error);

/* Settings of equal labels. STATUS_USAGE when there are none, or the experiments are not alike
 * (contenders_check_alike). */
enum status comparing_folders(const struct contenders *a, const struct contenders *b,
                              const struct compare_question *question, struct comparing *comparing,
                              struct error *error);
void comparing_free(struct comparing *comparing);

/* Whether not one comparison has an answer: all are inconclusive or undefined, and none found the same runs.
 */
bool comparing_is_inconclusive(const struct comparing *comparing);

#endif
