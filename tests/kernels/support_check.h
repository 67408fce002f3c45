/* support_check.h - batches, values and comparisons for the tests of tensor operations. */
#ifndef FTBENCH_TESTS_KERNELS_SUPPORT_CHECK_H
#define FTBENCH_TESTS_KERNELS_SUPPORT_CHECK_H

#include "support_memory.h"

#include "kernels/ops.h"

/* A batch with the given lengths. `stride` 0: packed; else each sample starts at a multiple of `stride` rows,
 * with some rows in between that no operation may read or write. */
struct batch {
    struct rows rows;
    int32_t *first, *start; /* of the host, as `square` */
    int64_t *square;
    int32_t *device_first, *device_start, *row, *sample, *position;
    int64_t *device_square;
};

struct batch batch_make(const int *lengths, int samples, int stride);
void batch_free(struct batch *batch);

/* `count` values in (-1, 1) times `scale`, named by `seed`. Some are exactly 0. Freed with both_free. */
float *values_make(size_t count, uint32_t seed, float scale);

/* Put small and odd values among them: subnormals, -0, tiny ones whose products underflow, ties of the half
 * formats and what is too large for binary16. */
void values_spice(float *values, size_t count, uint32_t seed);

/* Fails the test at the first difference; -0 is +0, all NaN are alike. */
void assert_same_values(const float *expected, const float *got, size_t count, const char *what);

/* One operation on one setup, as a function of the table: reads what `setup` says, writes `results`, which
 * holds the same arbitrary values before each run. */
typedef void check_run(const struct ops *ops, struct device *device, const void *setup, float *results);

/* Run it with the oracle, then with each usable strict table and, on the CPU, 1, 2 and 3 threads: the results
 * must have the oracle's bits, what is not written included. The environment variable FTBENCH_TESTS_TABLE
 * names the only table to run, which must be there. */
void check_against_oracle(check_run *run, const void *setup, size_t results, const char *what);

/* The same for operations with products: with operands in binary32, binary16 and bfloat16. */
void check_products_against_oracle(check_run *run, const void *setup, size_t results, const char *what);

/* A scalar function of `count` values, in binary64. */
typedef double check_loss(const double *x, const void *setup);

/* `gradient` is that of the loss at x: against central differences, within `tolerance` of the largest
 * component. */
void check_gradient(check_loss *loss, const void *setup, const float *x, size_t count, const float *gradient,
                    double tolerance, const char *what);

/* A usable table of the CPU and an open device with one thread, for tests that need no more. */
const struct ops *check_open(struct device **device);

#endif
