/* bench.h - what the bench times, and how a figure is printed.
 *
 * A figure is a line: measure, case, value and unit, with tabs between. Times are the least of several, each
 * over work that `synchronize` has seen done. */
#ifndef FTBENCH_TESTS_BENCH_BENCH_H
#define FTBENCH_TESTS_BENCH_BENCH_H

#include "base/status.h"
#include "kernels/ops.h"

#include <stdbool.h>

struct bench {
    const struct ops *ops;
    struct device *device;
    double seconds; /* for each figure, at least one repetition */
    bool tiny;      /* sizes that take no time, to see that the bench works */
};

void bench_figure(const char *measure, const char *what, double value, const char *unit);

/* Whole training steps (forward, backward, norm, AdamW) of an encoder and of a decoder: tokens a second. */
enum status bench_training(const struct bench *bench, struct error *error);

/* The three products of a linear layer: GFLOP a second, a multiplication and an addition counted as two. */
enum status bench_products(const struct bench *bench, struct error *error);

#endif
