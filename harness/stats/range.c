#include "harness/stats/range.h"

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

enum status range_probability(double width, int n, double *probability, struct error *error)
{
    *probability = NAN;
    if (n < 2 || isnan(width)) return STATUS_OK;
    if (width <= 0) {
        *probability = 0;
        return STATUS_OK;
    }
    gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(INTERVALS);
    if (workspace == NULL) return error_no_memory(error, 0);
    struct integrand integrand = {.width = width, .n = n};
    gsl_function function = {.function = density, .params = &integrand};
    double value = 0, uncertainty = 0;
    /* Beyond ten SD the normal density is below 1e-22: what is cut off does not show. */
    int gsl_status = gsl_integration_qag(&function, -10, 10, 1e-10, 1e-9, INTERVALS, GSL_INTEG_GAUSS31,
                                         workspace, &value, &uncertainty);
    gsl_integration_workspace_free(workspace);
    TRY(stats_check(gsl_status, "the distribution of the range", error));
    *probability = fmin(fmax(value, 0), 1);
    return STATUS_OK;
}
