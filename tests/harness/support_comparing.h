/* support_comparing.h - stored experiments with hand-made metrics, and comparisons of them. */
#ifndef FTBENCH_TESTS_HARNESS_SUPPORT_COMPARING_H
#define FTBENCH_TESTS_HARNESS_SUPPORT_COMPARING_H

#include "harness/compare/comparing.h"
#include "harness/compare/retelling.h"
#include "tests/harness/support_experiment.h"

/* In place of a metric: a run that crashed, and one that is not there. A NaN is an undefined metric. */
#define BENCH_FAILS (-1.0)
#define BENCH_WAITS (-2.0)

struct folder {
    char path[SPEC_PATH_BYTES]; /* "" until it is filled */
    struct plan plan;
};

/* Two folders, and everything that a comparison of them holds. Zeroed at first. */
struct bench {
    struct folder first, second;
    struct seed_book book;
    struct contenders a, b;
    struct comparing comparing;
};

/* CMocka's set-up and tear-down: a bench in *state. */
int bench_set_up(void **state);
int bench_tear_down(void **state);

/* Store folder->plan and its runs, in a new folder if there is none: F1, accuracy values[setting][repeat],
 * half of it for f1_macro, 1 less it for the loss. Digests follow from the value and the seed of init. */
void bench_fill(struct folder *folder, const double *values, int settings, int repeats);

/* The same with a plan of learning rates 1e-4, 2e-4 ... 1e-3, 2e-3, 3e-3 and seeds 100 r + 1, 2, 3. */
void bench_fill_plainly(struct folder *folder, const double *values, int settings, int repeats);

/* Seeds of init first, first + step... by repeat, and the ids that follow; replicas for a step of 0. */
void bench_renumber(struct plan *plan, uint32_t first, uint32_t step);

/* 199 resamples, the direction of the metric. */
struct compare_question bench_ask(const struct contenders *contenders);

/* bench->a from the first folder; then all its settings compared, or those of the second folder. */
void bench_read(struct bench *bench, int metric);
void bench_compare_all(struct bench *bench);
enum status bench_compare_folders(struct bench *bench, struct error *error);

struct retelling bench_retelling(const struct bench *bench);

/* Fail unless the sentence of a comparison, or all that is printed, contains a text. */
void bench_assert_sentence(const struct bench *bench, size_t index, const char *expected);
void bench_assert_printed(const struct bench *bench, const char *expected);

#endif
