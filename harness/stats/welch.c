#include "harness/stats/welch.h"

#include "harness/stats/root.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stddef.h>

/* Nominal levels lie this factor apart. */
#define LEVEL_FACTOR 1.5

/* Logits are summed in steps of half a standard deviation, or of 1/2: the integrand has no singularity near
 * them, and so the error of the trapezoidal rule is far below 1e-6. */
#define LONGEST_STEP 0.5

/* Logits whose density is below exp(-32) do not count; no largest probability lies beyond true shares of
 * logit 12. */
#define FAINTEST (-32)
#define FARTHEST 12

enum { MOST_NODES = 1024, SUMMIT_POINTS = 5, SUMMIT_FINENESS = 32 };

/* The logits over which a probability is summed: those of the share that side a has in the squares of the
 * errors, each square over its own expectation. */
struct nodes {
    const struct welch_test *test;
    double step;
    int low, count; /* the i-th is (low + i) * step */
    int reach;      /* of the true shares: their logits are those from -reach to reach times step */
    double odds[MOST_NODES], density[MOST_NODES];
    double quantiles[MOST_NODES]; /* of t, at the sums of a node and a true share, from the smallest on */
};

static double square(double x)
{
    return x * x;
}

static double logistic(double logit)
{
    return 1 / (1 + exp(-logit));
}

double welch_freedom(const struct welch_test *test, double share_a)
{
    return 1 / (square(share_a) / (test->n_a - 1) + square(1 - share_a) / (test->n_b - 1));
}

static double fewest(const struct welch_test *test)
{
    return (test->n_a < test->n_b ? test->n_a : test->n_b) - 1;
}

/* t where Student's distribution alone would have the bound. */
static double nominal_quantile(const struct welch_test *test, double share_a, double level)
{
    double few = fewest(test), many = test->n_a + test->n_b - 2 - few;
    double share = test->n_a < test->n_b ? share_a : 1 - share_a;
    double spared = exp(-share * square(gsl_cdf_ugaussian_Qinv(level)) * (1 / few - 1 / many));
    double reciprocal = 1 / few - (1 / few - 1 / welch_freedom(test, share_a)) * spared;
    return gsl_cdf_tdist_Qinv(level, 1 / reciprocal);
}

static double log_density(const struct welch_test *test, double logit)
{
    double a = test->n_a - 1, b = test->n_b - 1;
    return a / 2 * (logit + log(a / b)) - (a + b) / 2 * log1p(a / b * exp(logit)) -
           gsl_sf_lnbeta(a / 2, b / 2);
}

static void lay_nodes(const struct welch_test *test, struct nodes *nodes)
{
    double deviation = sqrt(2.0 / (test->n_a - 1) + 2.0 / (test->n_b - 1));
    nodes->test = test;
    nodes->step = fmin(LONGEST_STEP, deviation / 2);
    nodes->reach = (int)(FARTHEST / nodes->step);
    nodes->low = 0;
    while (log_density(test, nodes->low * nodes->step) > FAINTEST)
        nodes->low--;
    for (nodes->count = 0; nodes->count < MOST_NODES - 2 * nodes->reach; nodes->count++) {
        double logit = (nodes->low + nodes->count) * nodes->step, density = log_density(test, logit);
        if (density <= FAINTEST && logit > 0) break;
        nodes->odds[nodes->count] = exp(logit);
        nodes->density[nodes->count] = nodes->step * exp(density);
    }
}

/* The share that was seen has the sum of both logits, the node's and the true share's. */
static void fill_quantiles(double level, struct nodes *nodes)
{
    for (int i = 0; i < nodes->count + 2 * nodes->reach; i++) {
        double share = logistic((nodes->low - nodes->reach + i) * nodes->step);
        nodes->quantiles[i] = nominal_quantile(nodes->test, share, level);
    }
}

/* How often the nominal p is no larger than the level of the quantiles, at a true share of logit at * step.
 */
static double probability_at(const struct nodes *nodes, int at)
{
    double a = nodes->test->n_a - 1, b = nodes->test->n_b - 1, share = logistic(at * nodes->step), sum = 0;
    for (int i = 0; i < nodes->count; i++) {
        double factor = (share * nodes->odds[i] + 1 - share) / (b + a * nodes->odds[i]);
        double beyond = nodes->quantiles[i + at + nodes->reach] * sqrt((a + b) * factor);
        sum += nodes->density[i] * gsl_cdf_tdist_Q(beyond, a + b);
    }
    return sum;
}

/* The largest value near the middle one of five, the largest of them: that of the polynomial through all. */
static double summit(const double values[SUMMIT_POINTS])
{
    double most = 0;
    for (int at = -SUMMIT_FINENESS; at <= SUMMIT_FINENESS; at++) {
        double x = (double)at / SUMMIT_FINENESS + SUMMIT_POINTS / 2, sum = 0;
        for (int i = 0; i < SUMMIT_POINTS; i++) {
            double factor = values[i];
            for (int j = 0; j < SUMMIT_POINTS; j++)
                factor *= j == i ? 1 : (x - j) / (i - j);
            sum += factor;
        }
        most = fmax(sum, most);
    }
    return most;
}

/* Over the true shares. Where one side has all of the error, Student's t is right. */
static double largest_probability(const struct welch_test *test, double level)
{
    struct nodes nodes;
    double here, most = 0, around[SUMMIT_POINTS];
    int best = 0;
    if (fewest(test) >= WELCH_EXACT_RUNS) return level;
    lay_nodes(test, &nodes);
    fill_quantiles(level, &nodes);
    const int stride = (int)fmax(LONGEST_STEP / nodes.step, 1), edge = SUMMIT_POINTS / 2 * stride;
    for (int at = edge - nodes.reach; at <= nodes.reach - edge; at += stride) {
        here = probability_at(&nodes, at);
        best = here > most ? at : best;
        most = fmax(here, most);
    }
    for (int i = 0; i < SUMMIT_POINTS; i++)
        around[i] = probability_at(&nodes, best + (i - SUMMIT_POINTS / 2) * stride);
    return fmin(fmax(summit(around), level), 0.5);
}

static double log_level(int i)
{
    return -M_LN2 - i * log(LEVEL_FACTOR);
}

/* Whether t of the fewest degrees of freedom serves better from this level on: it does when t at the level's
 * nominal one is so much larger, where the smaller side has all of the error. Its tail falls with the power
 * of `few`. */
static bool is_last(const struct welch_test *test)
{
    int i = test->levels - 1;
    double few = fewest(test), many = test->n_a + test->n_b - 2 - few;
    return i == WELCH_LEVELS - 1 || (test->largest[i] - log_level(i)) / few > log1p(few / many);
}

/* Compute the largest probability at level i and those before it; false: there is no such level. */
static bool has_level(struct welch_test *test, int i)
{
    while (test->levels <= i && !test->complete) {
        test->largest[test->levels] = log(largest_probability(test, exp(log_level(test->levels))));
        test->levels++;
        test->complete = is_last(test);
    }
    return i < test->levels;
}

/* The logarithm between level i, at 0, and the next, at 1. */
static double between(const struct welch_test *test, int i, double at)
{
    return test->largest[i] * (1 - at) + test->largest[i + 1] * at;
}

/* The nominal level whose largest probability is `level`; 0: the last one has a larger. */
static double nominal_of(struct welch_test *test, double level)
{
    double wanted = log(level);
    int i = 0;
    while (has_level(test, i + 1) && test->largest[i + 1] > wanted)
        i++;
    if (!has_level(test, i + 1)) return 0;
    double at = (test->largest[i] - wanted) / (test->largest[i] - test->largest[i + 1]);
    return exp(log_level(i) - fmax(at, 0) * log(LEVEL_FACTOR));
}

/* Below the last level, t of the fewest degrees of freedom, and no less than at the last one. */
double welch_quantile(struct welch_test *test, double share_a, double level)
{
    double nominal = nominal_of(test, level);
    if (nominal > 0) return nominal_quantile(test, share_a, nominal);
    return fmax(gsl_cdf_tdist_Qinv(level, fewest(test)),
                nominal_quantile(test, share_a, exp(log_level(test->levels - 1))));
}

struct search {
    const struct welch_test *test;
    double share_a, t;
};

static double missing(double log_nominal, void *context)
{
    const struct search *search = context;
    return nominal_quantile(search->test, search->share_a, exp(log_nominal)) - search->t;
}

enum status welch_p(struct welch_test *test, double share_a, double t, double *p, struct error *error)
{
    struct search search = {.test = test, .share_a = share_a, .t = t};
    struct root_problem problem = {
        .function = missing, .context = &search, .what = "p of a difference of means"};
    double nominal;
    int i = 0;
    *p = NAN;
    while (has_level(test, i + 1) && missing(log_level(i + 1), &search) <= 0)
        i++;
    if (!has_level(test, i + 1)) {
        *p = fmin(exp(test->largest[i]), gsl_cdf_tdist_Q(t, fewest(test)));
        return STATUS_OK;
    }
    problem.low = log_level(i + 1);
    problem.high = log_level(i);
    TRY(root_find(&problem, &nominal, error));
    *p = exp(between(test, i, (problem.high - nominal) / log(LEVEL_FACTOR)));
    return STATUS_OK;
}

struct welch_test *welch_tests_find(struct welch_tests *tests, int n_a, int n_b, struct welch_test *own)
{
    for (int i = 0; tests != NULL && i < tests->count; i++) {
        if (tests->items[i].n_a == n_a && tests->items[i].n_b == n_b) return &tests->items[i];
    }
    struct welch_test *test = tests != NULL ? &tests->items[tests->next] : own;
    *test = (struct welch_test){.n_a = n_a, .n_b = n_b};
    if (tests == NULL) return test;
    tests->next = (tests->next + 1) % WELCH_SIZES;
    if (tests->count < WELCH_SIZES) tests->count++;
    return test;
}
