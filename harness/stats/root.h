/* root.h - where a function of one number crosses zero: gsl_root's Brent, every status checked. */
#ifndef FTBENCH_HARNESS_STATS_ROOT_H
#define FTBENCH_HARNESS_STATS_ROOT_H

#include "base/status.h"

struct root_problem {
    double (*function)(double x, void *context); /* NaN when it fails: then root_find fails too */
    void *context;
    double low, high; /* function(low) and function(high) have opposite signs, or one of them is 0 */
    const char *what; /* what is looked for: the beginning of an error's text */
};

/* The crossing into `x`, to 1e-11 of its size and 1e-14 absolutely. Needs stats_init. */
enum status root_find(const struct root_problem *problem, double *x, struct error *error);

#endif
