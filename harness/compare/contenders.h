/* contenders.h - the settings of a stored experiment, as sides of comparisons: one metric of each run, and
 * which runs of which settings were trained with the same seeds.
 *
 * A finished run with the seeds or the bits of an earlier one of its setting is the same run again and is
 * left out; a run that failed is kept as NaN, whatever its seeds: what made it fail need not have been they,
 * and a failure must not be lost. A run that is not there yet is only counted, one that a sequential decision
 * does not need not even that. Seeds are told apart by numbers from a seed_book: two experiments that are
 * compared share one book, so that equal seeds have equal numbers in both. */
#ifndef FTBENCH_HARNESS_COMPARE_CONTENDERS_H
#define FTBENCH_HARNESS_COMPARE_CONTENDERS_H

#include "base/digest.h"
#include "base/status.h"
#include "base/text.h"
#include "harness/plan/plan.h"
#include "harness/stats/compare.h"
#include "harness/store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The different seeds seen so far; a set's number is its place. Starts zeroed; free with seed_book_free. */
struct seed_set {
    uint32_t init, order, dropout;
};
struct seed_book {
    struct seed_set *sets; /* (count), owned */
    size_t count, capacity;
};
void seed_book_free(struct seed_book *book);

/* One setting. Pointers lead into its contenders. */
struct contender {
    const char *label;
    size_t number; /* its place in the plan, 1 first */
    struct compare_side side;
    const char (*digests)[DIGEST_TEXT]; /* (side.count): of the runs, "" for failed ones */
    int pending;                        /* runs that are needed and not there */
    int twins; /* finished runs that were left out, having the seeds or bits of others */
};

/* What a comparison takes of one run. */
struct contender_run {
    enum run_outcome outcome;
    bool not_needed;    /* pending, and not counted as such */
    double value;       /* the metric; NaN: undefined */
    const char *digest; /* "" when there is none; not owned */
};

/* All settings of one experiment. Owned; free with contenders_free. */
struct contenders {
    const char *folder;      /* as given; not owned */
    int metric;              /* enum metric */
    struct plan plan;        /* empty when made by contenders_make */
    struct contender *items; /* (count), in the plan's order */
    size_t count;
    double *values;               /* (runs) what the sides point to */
    uint64_t *seeds;              /* (runs) */
    char (*digests)[DIGEST_TEXT]; /* (runs) */
    char program[64], commit[64]; /* of the trainer, as the first run that says so says; "" when none does */
};

/* The experiment's own metric. */
enum { CONTENDERS_OWN_METRIC = -1 };

/* Read the folder's settings. `metric`: enum metric or CONTENDERS_OWN_METRIC. On failure nothing is held. */
enum status contenders_read(const char *folder, int metric, struct seed_book *book,
                            struct contenders *contenders, struct error *error);
/* The same of runs that are known already, `runs` (plan->run_count) in the plan's order, by the plan's own
 * metric; the folder's name stays empty. `plan` must outlive the contenders. */
enum status contenders_make(const struct plan *plan, const struct contender_run *runs, struct seed_book *book,
                            struct contenders *contenders, struct error *error);
void contenders_free(struct contenders *contenders);

bool contenders_higher_is_better(const struct contenders *contenders);

/* The setting that a word means: its label, else the start of exactly one label, else its number.
 * STATUS_USAGE lists the settings. */
enum status contenders_find(const struct contenders *contenders, const char *word, size_t *index,
                            struct error *error);

/* STATUS_USAGE when runs of the experiment share seeds by design ([experiment] design): they are not
 * independent of each other, and no p or interval of a difference would hold. */
enum status contenders_check_independent(const struct contenders *contenders, struct error *error);

/* STATUS_USAGE when the two experiments' numbers must not be compared: judged by different metrics, or
 * validated on different examples. */
enum status contenders_check_alike(const struct contenders *a, const struct contenders *b,
                                   struct error *error);

/* Append what else is different between two experiments, "epochs 3 / 5; commit abc / def": every key that
 * decides and is not swept, train file, model and trainer. Nothing when nothing is. */
void contenders_differences(const struct contenders *a, const struct contenders *b, struct text *out);

#endif
