/* operating.h - what the sequential test will do at a true SD: how often it says which word, and after how
 * many runs. That curve is printed beside its answers, so that nobody takes "stable" for more than it is. */
#ifndef FTBENCH_HARNESS_STATS_OPERATING_H
#define FTBENCH_HARNESS_STATS_OPERATING_H

#include "base/status.h"
#include "harness/stats/sequential.h"

struct operating_point {
    double sd;                             /* the true SD, in the metric's unit */
    double stable, unstable, undetermined; /* probabilities of the three answers; their sum is 1 */
    double runs;                           /* expected number of runs, min_runs .. max_runs */
};

/* The point of the operating curve at `sd` > 0, for normal runs none of which fails; by numerical
 * integration, to 1e-4. After each run the sum of squares about the mean grows by sd^2 times a chi-square of
 * one degree of freedom (Helmert 1876), so that the test is a walk of one number between two bounds. Needs
 * stats_init. */
enum status operating_point(const struct sequential_plan *plan, double sd, struct operating_point *point,
                            struct error *error);

#endif
