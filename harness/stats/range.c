#include "harness/stats/range.h"

#include "harness/stats/root.h"
#include "harness/stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <math.h>

enum { INTERVALS = 200 };

struct integrand {
    double width;
    int n;
};

static double density(double x, void *context)
{
    const struct integrand *integrand = context;
    double within = gsl_cdf_ugaussian_P(x + integrand->width) - gsl_cdf_ugaussian_P(x);
    return integrand->n * gsl_ran_ugaussian_pdf(x) * pow(within, integrand->n - 1);
}

/* Beyond ten SD the normal density is below 1e-22: what is cut off does not show. */
static enum status integrate(double (*integrand)(double, void *), void *context, double *value,
                             struct error *error)
{
    gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(INTERVALS);
    if (workspace == NULL) return error_no_memory(error, 0);
    gsl_function function = {.function = integrand, .params = context};
    double uncertainty = 0;
    int gsl_status = gsl_integration_qag(&function, -10, 10, 1e-10, 1e-9, INTERVALS, GSL_INTEG_GAUSS31,
                                         workspace, value, &uncertainty);
    gsl_integration_workspace_free(workspace);
    return stats_check(gsl_status, "the distribution of the range", error);
}

enum status range_probability(double width, int n, double *probability, struct error *error)
{
    *probability = NAN;
    if (n < 2 || isnan(width)) return STATUS_OK;
    if (width <= 0) {
        *probability = 0;
        return STATUS_OK;
    }
    struct integrand integrand = {.width = width, .n = n};
    double value = 0;
    TRY(integrate(density, &integrand, &value, error));
    *probability = fmin(fmax(value, 0), 1);
    return STATUS_OK;
}

struct quantile {
    double probability;
    int n;
    struct error *error;
};

/* A failed integral gives NaN, at which the search stops. */
static double excess(double width, void *context)
{
    const struct quantile *quantile = context;
    double probability;
    if (range_probability(width, quantile->n, &probability, quantile->error) != STATUS_OK) return NAN;
    return probability - quantile->probability;
}

enum status range_quantile(double probability, int n, double *width, struct error *error)
{
    *width = NAN;
    if (!(probability > 0 && probability < 1))
        return error_set(error, STATUS_INTERNAL,
                         "quantile of the range: a probability of %g is not between 0 and 1", probability);
    if (n < 2) return STATUS_OK;
    struct quantile quantile = {.probability = probability, .n = n, .error = error};
    /* Twenty SD hold the range of any number of runs, but for what the integral cuts off. */
    const struct root_problem problem = {
        .function = excess, .context = &quantile, .low = 0, .high = 20, .what = "quantile of the range"};
    return root_find(&problem, width, error);
}

static double missing(double x, void *context)
{
    const int *n = context;
    return 1 - pow(gsl_cdf_ugaussian_P(x), *n) - pow(gsl_cdf_ugaussian_Q(x), *n);
}

enum status range_expected(int n, double *width, struct error *error)
{
    *width = NAN;
    if (n < 2) return STATUS_OK;
    return integrate(missing, &n, width, error);
}
