/* welch.h - Welch's test of two independent means with its level kept, whatever the true SDs of the two sides
 * are.
 *
 * The difference over its standard error is compared with Student's t of f degrees of freedom, where r is the
 * share of side a in the squared standard error (Satterthwaite 1946; Welch, "The generalization of Student's
 * problem when several different population variances are involved", Biometrika 34, 1947):
 *     1 / f_W = r^2 / (n_a - 1) + (1 - r)^2 / (n_b - 1)
 * For normal runs that is exact where one side has all of the error. Between it is not: at some true SDs 3
 * runs against 10 are wrong in 5.9% of one-sided tests at 5% and in 2.3% of those at 1.25%, 3 against 3 in
 * 5.4% and 1.7%. Two changes keep the level.
 *
 * 1. Fewer degrees of freedom, where few runs meet many and the level is small. With m and M the smaller
 *    and the larger of n_a - 1 and n_b - 1, s the share of the side with m and z the level's normal quantile:
 *        1 / f = 1 / m - (1 / m - 1 / f_W) exp(-s z^2 (1 / m - 1 / M))
 *    That is f_W for sides of one size, and comes near m, which always is enough (Mickey and Brown, "Bounds
 *    on the distribution functions of the Behrens-Fisher statistic", Annals of Mathematical Statistics 37,
 *    1966), as the level becomes small.
 * 2. What Student's t says with these, the nominal p, is replaced by the largest probability with which a
 *    nominal p is so small, over all true shares. Such a p is at most x at most x of the time, for every x,
 *    so that Holm's correction holds. A bound at a level takes the nominal level that belongs to it.
 *
 * The second alone would keep the level. It takes one factor for all shares, and loses much where few runs
 * meet many, since the shares are unequally wrong there; with the first there is little left for it to do but
 * between sides of about one size. Together they lose about as little as any test of this kind can: the drop
 * that is found 8 times in 10 is larger than by Welch's own test, at equal SDs and at 5% and 1.25%, by 3% and
 * 15% of 3 runs against 3, by 9% and 28% of 3 against 10, by 1% and 3% of 5 against 5, by 2% and 7% of 5
 * against 20 (t of m: by 18% and 41%, 18% and 38%, 8% and 17%, 7% and 13%).
 *
 * The probability at a true share: given how the squared errors are shared by the sides, each over its own
 * expectation, the difference over its standard error is Student's t of n_a + n_b - 2 degrees of freedom but
 * for a factor; the sharing has a beta distribution (Nel, van der Merwe and Moser 1990; power.h). Its maxima
 * are computed at levels a factor of 1.5 apart and joined by straight lines between logarithms: a level is
 * exceeded by three parts in ten thousand of itself at most. */
#ifndef FTBENCH_HARNESS_STATS_WELCH_H
#define FTBENCH_HARNESS_STATS_WELCH_H

#include "base/status.h"

#include <stdbool.h>

enum {
    WELCH_LEVELS = 38,      /* nominal, from 0.5 down to 2e-7 */
    WELCH_EXACT_RUNS = 200, /* from so many runs on each side on a level stands for itself */
    WELCH_SIZES = 8
};

/* The test of so many runs, and what has been computed of it. */
struct welch_test {
    int n_a, n_b;                 /* finite runs, >= 2 */
    int levels;                   /* computed so far */
    bool complete;                /* there are no more: what is smaller is compared with t of m */
    double largest[WELCH_LEVELS]; /* logarithms of the largest probabilities */
};

/* Those of a few sizes, since computing one takes ten milliseconds: {0} to begin with. */
struct welch_tests {
    struct welch_test items[WELCH_SIZES];
    int count, next;
};

/* The test of these sizes, which stays valid until WELCH_SIZES others were asked for. Without tests (NULL) it
 * is `own`. */
struct welch_test *welch_tests_find(struct welch_tests *tests, int n_a, int n_b, struct welch_test *own);

/* f_W. */
double welch_freedom(const struct welch_test *test, double share_a);

/* How many standard errors a bound at `level`, in (0, 0.5], lies off the difference: the true one lies beyond
 * at most `level` of the time. Needs stats_init. */
double welch_quantile(struct welch_test *test, double share_a, double level);

/* One-sided p of a difference of t >= 0 standard errors, into `p`: the level at which t is the quantile.
 * Needs stats_init. */
enum status welch_p(struct welch_test *test, double share_a, double t, double *p, struct error *error);

#endif
