#include "harness/stats/summary.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Two passes: the sum of squares about the mean itself, so that a mean much larger than the SD costs no
 * digits. */
static double squares_about(const double *values, size_t count, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (isfinite(values[i])) sum += (values[i] - mean) * (values[i] - mean);
    }
    return sum;
}

enum status summary_compute(const double *values, size_t count, double confidence, struct summary *summary,
                            struct error *error)
{
    if (!(confidence > 0 && confidence < 1))
        return error_set(error, STATUS_INTERNAL, "summary: a confidence of %g is not between 0 and 1",
                         confidence);
    *summary = (struct summary){.mean = NAN,
                                .variance = NAN,
                                .sd = NAN,
                                .min = NAN,
                                .max = NAN,
                                .spread = NAN,
                                .low = NAN,
                                .high = NAN};
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) {
            summary->undefined++;
            continue;
        }
        sum += values[i];
        if (summary->n == 0 || values[i] < summary->min) summary->min = values[i];
        if (summary->n == 0 || values[i] > summary->max) summary->max = values[i];
        summary->n++;
    }
    if (summary->n == 0) return STATUS_OK;
    summary->mean = sum / summary->n;
    summary->spread = summary->max - summary->min;
    /* Rounding must not put the mean of equal values beside them: their variance is exactly 0. */
    if (summary->spread == 0) summary->mean = summary->min;
    if (summary->n < 2) return STATUS_OK;
    summary->variance = squares_about(values, count, summary->mean) / (summary->n - 1);
    summary->sd = sqrt(summary->variance);
    double t = gsl_cdf_tdist_Pinv(0.5 + confidence / 2, summary->n - 1);
    if (!isfinite(t)) return error_set(error, STATUS_INTERNAL, "summary: no quantile of Student's t");
    double half = t * summary->sd / sqrt(summary->n);
    summary->low = summary->mean - half;
    summary->high = summary->mean + half;
    return STATUS_OK;
}
