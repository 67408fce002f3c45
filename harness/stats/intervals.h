/* intervals.h - between which values an SD or a fraction lies, at a level of confidence. The interval of a
 * mean by Student's t is part of the summary; those by bootstrap are in bootstrap.h.
 *
 * Both ends are NaN where there is no interval. Units are those of what goes in. */
#ifndef FTBENCH_HARNESS_STATS_INTERVALS_H
#define FTBENCH_HARNESS_STATS_INTERVALS_H

#include "base/status.h"
#include "harness/stats/summary.h"

struct interval {
    double low, high;
};

/* The interval without values: both ends NaN. */
struct interval interval_undefined(void);

/* Interval of the true SD from the SD s of n values (summary->sd, summary->n):
 *     s * sqrt((n - 1) / chi2(1 - alpha / 2; n - 1))  ..  s * sqrt((n - 1) / chi2(alpha / 2; n - 1))
 * with alpha = 1 - confidence: exact for normal runs, not for others, however many (Box 1953: heavy tails
 * make it too short). Undefined for n < 2; 0..0 for equal values, which then says that the metric's steps
 * hide the spread rather than that there is none. Needs stats_init. */
enum status interval_of_sd(const struct summary *summary, double confidence, struct interval *interval,
                           struct error *error);

/* Interval of a true fraction of which `hits` of `n` were seen (failed or collapsed runs), by Wilson (1927):
 *     (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n),  p = hits / n
 * Stays in [0, 1] and has a width for 0 hits of n, where the textbook's p -+ z sqrt(p (1 - p) / n) has none.
 * Its coverage is near `confidence` on average over the true fractions, not at each. Undefined for n = 0;
 * `hits` outside 0..n is a broken invariant. */
enum status interval_of_fraction(int hits, int n, double confidence, struct interval *interval,
                                 struct error *error);

/* STATUS_OK for a confidence strictly between 0 and 1; `what` names the caller in the text otherwise. */
enum status interval_check_confidence(double confidence, const char *what, struct error *error);

#endif
