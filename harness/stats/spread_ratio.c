#include "harness/stats/spread_ratio.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum status spread_ratio_compute(const struct summary *now, const struct summary *then, double alpha,
                                 struct spread_ratio *result, struct error *error)
{
    *result = (struct spread_ratio){.ratio = NAN, .bounds = interval_undefined(), .p = NAN};
    TRY(interval_check_confidence(1 - 2 * alpha, "ratio of SDs", error));
    if (now->n < 2 || then->n < 2 || !(then->sd > 0)) return STATUS_OK;
    double df_now = now->n - 1, df_then = then->n - 1;
    double high = gsl_cdf_fdist_Qinv(alpha, df_now, df_then),
           low = gsl_cdf_fdist_Pinv(alpha, df_now, df_then);
    if (!(isfinite(high) && low > 0))
        return error_set(error, STATUS_INTERNAL, "ratio of SDs: no quantile of F");
    result->ratio = now->sd / then->sd;
    result->bounds = (struct interval){.low = result->ratio / sqrt(high), .high = result->ratio / sqrt(low)};
    result->p = gsl_cdf_fdist_Q(result->ratio * result->ratio, df_now, df_then);
    return STATUS_OK;
}
