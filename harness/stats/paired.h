/* paired.h - by how much two means over the same examples differ by chance. */
#ifndef FTBENCH_HARNESS_STATS_PAIRED_H
#define FTBENCH_HARNESS_STATS_PAIRED_H

#include <stddef.h>

/* A difference is beyond its noise at more than so many standard errors: one without meaning is, to either
 * side, once in twenty (normal approximation). */
#define PAIRED_ERRORS 2.0

/* The standard error of mean(a) - mean(b), values of the same examples in the same order, from the sum of
 * squares of their differences d_i:
 *     sqrt(sum d_i^2) / n
 * Examples that are equally hard for both cancel, as in the paired t test; the variance is taken about 0, the
 * difference that there is without meaning, not about the mean of d, as in the test of McNemar (1947): of two
 * classifiers that differ in right and wrong on b and c examples it is sqrt(b + c) / n, so that
 * (b - c)^2 / (b + c) is the square of difference over error. About the mean, the error of few examples that
 * all moved alike would be 0; so it never is, and of four examples or fewer no difference is beyond
 * PAIRED_ERRORS of it. NaN for no examples. */
double paired_error(double squares, size_t n);

#endif
