/* range.h - the distribution of the range (max - min) of n independent normal values: what a rule on the
 * spread of a few runs is worth. GSL has no studentised range, so it is integrated here. */
#ifndef FTBENCH_HARNESS_STATS_RANGE_H
#define FTBENCH_HARNESS_STATS_RANGE_H

#include "base/status.h"

/* P(range of n values <= width * SD) into `probability`, `width` >= 0 in units of the true SD:
 *     P = n * integral phi(x) * (Phi(x + width) - Phi(x))^(n - 1) dx
 * (the smallest value is at x, the n - 1 others within `width` above it; Hartley 1942). NaN for n < 2: one
 * value has no range. Accurate to 1e-9. Needs stats_init. */
enum status range_probability(double width, int n, double *probability, struct error *error);

/* The width into `width` that the range keeps within with `probability` in (0, 1): the inverse of
 * range_probability, by gsl_root, accurate to 1e-8. NaN for n < 2. Needs stats_init. */
enum status range_quantile(double probability, int n, double *width, struct error *error);

/* The expected range of n values in units of the true SD (the d2 of control charts; 3 / sqrt(pi) for three):
 *     integral 1 - Phi(x)^n - (1 - Phi(x))^n dx
 * (Tippett 1925). NaN for n < 2. Accurate to 1e-8. Needs stats_init. */
enum status range_expected(int n, double *width, struct error *error);

#endif
