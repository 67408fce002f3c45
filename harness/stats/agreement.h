/* agreement.h - do the runs of one setting agree on what their loss curves look like?
 *
 * Of n runs, n_c of which have class c, the agreement is the fraction of the n (n - 1) / 2 pairs of runs that
 * have the same class:
 *
 *   agreement = sum over c of n_c (n_c - 1) / (n (n - 1))
 *
 * It is the unbiased estimate of the probability that two runs with new seeds have the same class (1 less
 * Simpson's, 1949, index of diversity, drawn without replacement). Seven runs of one class and one of another
 * agree in 42 of 56 pairs: 75%. */
#ifndef FTBENCH_HARNESS_STATS_AGREEMENT_H
#define FTBENCH_HARNESS_STATS_AGREEMENT_H

#include <stddef.h>

struct agreement {
    int n;        /* runs with a class */
    size_t modal; /* the most frequent class, the first of several; 0 when n is 0 */
    double share; /* of the runs that have it; NaN when n is 0 */
    double pairs; /* the agreement; NaN for fewer than two runs */
};

/* Of the runs of each class, `counts` (classes). */
struct agreement agreement_measure(const int *counts, size_t classes);

#endif
