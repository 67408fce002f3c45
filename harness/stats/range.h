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

#endif
