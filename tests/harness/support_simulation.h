/* support_simulation.h - how the tests of error rates and coverages count. Seeds are fixed, so a test passes
 * always or never; FTBENCH_SIMULATE=<factor> makes every simulation that many times as long (ci/simulate). */
#ifndef FTBENCH_TESTS_SUPPORT_SIMULATION_H
#define FTBENCH_TESTS_SUPPORT_SIMULATION_H

#include "harness/stats/draws.h"

/* `usual` times the factor of FTBENCH_SIMULATE, which is 1 when it is not set. */
int simulation_count(int usual);

/* Fails unless hits / count lies within four binomial standard errors, sqrt(p (1 - p) / count), of
 * `expected`, give or take `slack` (what the expectation itself is rounded to). Prints the rate under `what`.
 */
void simulation_assert_rate(const char *what, int hits, int count, double expected, double slack);

/* Fails if hits / count is more than four binomial standard errors above `limit`. Prints the rate too. */
void simulation_assert_at_most(const char *what, int hits, int count, double limit);

/* `count` independent normal values. */
void simulation_fill(struct draws *draws, double mean, double sd, double *values, int count);

#endif
