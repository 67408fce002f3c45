/* holm.h - p values of many questions asked at once. */
#ifndef FTBENCH_HARNESS_STATS_HOLM_H
#define FTBENCH_HARNESS_STATS_HOLM_H

#include "base/status.h"

#include <stddef.h>

/* Holm's (1979) step-down adjustment of `count` p values into `adjusted` (may be the same array): sorted
 * upwards, the i-th of m is multiplied by m - i + 1, never made smaller than the one before it, nor larger
 * than 1. Claiming those at or below alpha makes even one wrong claim with probability alpha at most, however
 * the questions hang together. A NaN stays NaN and does not count among the m. */
enum status holm_adjust(const double *p, size_t count, double *adjusted, struct error *error);

#endif
