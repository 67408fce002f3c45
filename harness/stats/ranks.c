#include "harness/stats/ranks.h"

#include "base/memory.h"
#include "harness/stats/root.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

static double square(double x)
{
    return x * x;
}

/* Method 5: the variance of Hanley and McNeil (1982) at the true probability, with (n_a + n_b) / 2 - 1 in
 * place of n_a - 1 and n_b - 1, turned round as Wilson does. */
struct superiority {
    double seen, z;
    int n_a, n_b;
};

static double distance(double truth, void *context)
{
    const struct superiority *s = context;
    double others = (s->n_a + s->n_b) / 2.0 - 1;
    double spread = 1 + others * ((1 - truth) / (2 - truth) + truth / (1 + truth));
    double variance = truth * (1 - truth) / ((double)s->n_a * s->n_b) * spread;
    return s->seen - truth - s->z * sqrt(variance);
}

/* The lower bound; the upper one is the lower one of what B does to A. At 1 itself the variance is 0 as well
 * as the distance: the bound for "always" is the crossing below it. */
static enum status lower_bound(struct superiority superiority, double *bound, struct error *error)
{
    *bound = 0;
    if (superiority.seen <= 0) return STATUS_OK;
    const struct root_problem problem = {.function = distance,
                                         .context = &superiority,
                                         .low = 0,
                                         .high = fmin(superiority.seen, 1 - 1e-9),
                                         .what = "interval of a probability to be better"};
    return root_find(&problem, bound, error);
}

static enum status fill_interval(double confidence, struct ranks *ranks, struct error *error)
{
    struct superiority superiority = {.seen = ranks->superiority,
                                      .z = gsl_cdf_ugaussian_Qinv((1 - confidence) / 2),
                                      .n_a = ranks->n_a,
                                      .n_b = ranks->n_b};
    double low, high;
    TRY(lower_bound(superiority, &low, error));
    superiority.seen = 1 - superiority.seen;
    TRY(lower_bound(superiority, &high, error));
    ranks->interval = (struct interval){.low = low, .high = 1 - high};
    return STATUS_OK;
}

void ranks_double(const double *values, const size_t *order, size_t count, int *doubled)
{
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && values[order[to]] == values[order[from]];)
            to++;
        for (size_t i = from; i < to; i++)
            doubled[order[i]] = (int)(from + 1 + to);
    }
}

/* In how many ways n_a of the ranks sum to each value: ways[chosen][sum], filled rank by rank, each used
 * once. Exact p: the share of the ways whose sum is at least as far from its mean as A's. */
static enum status exact_p(const int *doubled, int count, int n_a, double *p, struct error *error)
{
    size_t width = (size_t)count * (size_t)(count + 1) + 1; /* 0 .. twice the sum of all ranks */
    double *ways = memory_zeroed((size_t)(n_a + 1) * width, sizeof *ways);
    if (ways == NULL) return error_no_memory(error, (size_t)(n_a + 1) * width * sizeof *ways);
    ways[0] = 1;
    for (int i = 0; i < count; i++) {
        size_t rank = (size_t)doubled[i];
        for (int chosen = i + 1 < n_a ? i + 1 : n_a; chosen >= 1; chosen--) {
            const double *without = ways + (size_t)(chosen - 1) * width;
            double *with = ways + (size_t)chosen * width;
            for (size_t sum = rank; sum < width; sum++)
                with[sum] += without[sum - rank];
        }
    }
    int sum_a = 0;
    for (int i = 0; i < n_a; i++)
        sum_a += doubled[i];
    int mean = n_a * (count + 1); /* of twice the sum: whole */
    double all = 0, far = 0;
    for (size_t sum = 0; sum < width; sum++) {
        double here = ways[(size_t)n_a * width + sum];
        all += here;
        if (abs((int)sum - mean) >= abs(sum_a - mean)) far += here;
    }
    memory_free(ways);
    *p = far / all;
    return STATUS_OK;
}

static double normal_p(const int *doubled, int n_a, int n_b)
{
    int count = n_a + n_b;
    double mean = count + 1, variance = 0, sum = 0; /* of twice the ranks */
    for (int i = 0; i < count; i++)
        variance += square(doubled[i] - mean);
    for (int i = 0; i < n_a; i++)
        sum += doubled[i] - mean;
    variance *=
        (double)n_a * n_b / ((double)count * (count - 1)); /* of the sum of n_a drawn without replacement */
    if (variance == 0) return 1;
    return 2 * gsl_cdf_ugaussian_Q(fmax(fabs(sum) - 1, 0) / sqrt(variance));
}

static enum status smallest_p(const struct ranks *ranks, double *p, struct error *error)
{
    gsl_sf_result ways;
    int gsl_status = gsl_sf_lnchoose_e((unsigned)(ranks->n_a + ranks->n_b), (unsigned)ranks->n_a, &ways);
    if (gsl_status != GSL_SUCCESS)
        return error_set(error, STATUS_INTERNAL, "ranks of %d and %d runs: %s", ranks->n_a, ranks->n_b,
                         gsl_strerror(gsl_status));
    *p = fmin(2 * exp(-ways.val), 1);
    return STATUS_OK;
}

/* Everything, from the values of A followed by those of B. */
static enum status fill(const double *values, const int *doubled, double confidence, struct ranks *ranks,
                        struct error *error)
{
    int n_a = ranks->n_a, n_b = ranks->n_b;
    double wins = 0;
    for (int i = 0; i < n_a; i++) {
        for (int j = n_a; j < n_a + n_b; j++)
            wins += values[i] > values[j] ? 1 : values[i] == values[j] ? 0.5 : 0;
    }
    ranks->superiority = wins / ((double)n_a * n_b);
    TRY(smallest_p(ranks, &ranks->smallest_p, error));
    if (n_a < RANKS_ENOUGH || n_b < RANKS_ENOUGH) return STATUS_OK;
    TRY(fill_interval(confidence, ranks, error));
    ranks->exact = n_a + n_b <= RANKS_EXACT_MOST;
    if (ranks->exact) return exact_p(doubled, n_a + n_b, n_a, &ranks->p, error);
    ranks->p = normal_p(doubled, n_a, n_b);
    return STATUS_OK;
}

enum status ranks_compare(struct bootstrap_sample a, struct bootstrap_sample b, double confidence,
                          struct ranks *ranks, struct error *error)
{
    *ranks = (struct ranks){.n_a = (int)a.count,
                            .n_b = (int)b.count,
                            .superiority = NAN,
                            .interval = interval_undefined(),
                            .p = NAN,
                            .smallest_p = NAN};
    TRY(interval_check_confidence(confidence, "ranks", error));
    if (a.count == 0 || b.count == 0) return STATUS_OK;
    size_t count = a.count + b.count;
    double *values = memory_zeroed(count, sizeof *values);
    size_t *order = memory_zeroed(count, sizeof *order);
    int *doubled = memory_zeroed(count, sizeof *doubled);
    enum status status;
    if (values == NULL || order == NULL || doubled == NULL) {
        status = error_no_memory(error, count * (sizeof *values + sizeof *order + sizeof *doubled));
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        values[i] = i < a.count ? a.values[i] : b.values[i - a.count];
        if (isnan(values[i])) {
            status = error_set(error, STATUS_INTERNAL, "ranks: value %zu has no rank", i);
            goto done;
        }
    }
    gsl_sort_index(order, values, 1, count);
    ranks_double(values, order, count, doubled);
    status = fill(values, doubled, confidence, ranks, error);
done:
    memory_free(values);
    memory_free(order);
    memory_free(doubled);
    return status;
}
