/* statistics.h - the statistics of a report, written again from their definitions (docs/summary.md, headers
 * of harness/stats). */
#ifndef FTBENCH_TESTS_RECOMPUTE_STATISTICS_H
#define FTBENCH_TESTS_RECOMPUTE_STATISTICS_H

#include <stdint.h>

struct moments {
    int n;
    double mean, variance, sd, min, max, spread, low, high; /* the last two: 95% by t, not cut */
};

struct part { /* a root of a variance component, with its interval; not cut at 0.5 */
    double sd, low, high, variance, lower, upper;
};

struct split { /* two-way analysis of variance of influence values */
    struct part between, training, churn, sampling;
    double disagreement, needed;
};

struct term { /* of a variance component */
    double square, df, weight;
};

struct moments moments_of(const double *values, int count);
void sd_interval(double sd, int n, double *low, double *high);
void wilson(int hits, int n, double *low, double *high);

/* P(range of n standard normal values <= width), its quantile and its mean. */
double range_below(double width, int n);
double range_quantile(double probability, int n);
double range_mean(int n);

/* The calibrated verdict from the SD and from the spread: "stable", "unstable", "undetermined", "undefined".
 */
const char *by_sd(double sd, int n, double sigma0, double alpha);
const char *by_range(double spread, int n, double sigma0, double alpha);

/* Runs to add (docs/summary.md: calibrated.further, .further_likely, .further_by_range); NaN for too many. */
double further_runs(double sd, int n, double sigma0, double alpha);
double further_likely(double sd, int n, double sigma0, double alpha);
double further_range(double sd, int n, double sigma0, double alpha);

struct part component(const struct term *terms, int count);

/* predictions[run][example] of `runs` runs, two classes. sigma0 decides `needed`. */
void split_spread(const uint8_t *labels, const uint8_t *const *predictions, int runs, int examples,
                  double sigma0, struct split *split);

/* Exact two-sided Mann-Whitney p over all ways to choose a's places; ties share the middle rank. */
double mann_whitney(const double *a, int n_a, const double *b, int n_b);

#endif
