#include "harness/stats/intervals.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

struct interval interval_undefined(void)
{
    return (struct interval){.low = NAN, .high = NAN};
}

enum status interval_check_confidence(double confidence, const char *what, struct error *error)
{
    if (confidence > 0 && confidence < 1) return STATUS_OK;
    return error_set(error, STATUS_INTERNAL, "%s: a confidence of %g is not between 0 and 1", what,
                     confidence);
}

enum status interval_of_sd(const struct summary *summary, double confidence, struct interval *interval,
                           struct error *error)
{
    *interval = interval_undefined();
    TRY(interval_check_confidence(confidence, "interval of the SD", error));
    if (summary->n < 2 || isnan(summary->sd)) return STATUS_OK;
    double df = summary->n - 1, tail = (1 - confidence) / 2;
    double smallest = gsl_cdf_chisq_Pinv(tail, df), largest = gsl_cdf_chisq_Qinv(tail, df);
    if (!(isfinite(largest) && smallest > 0))
        return error_set(error, STATUS_INTERNAL, "interval of the SD: no quantile of chi-square");
    *interval =
        (struct interval){.low = summary->sd * sqrt(df / largest), .high = summary->sd * sqrt(df / smallest)};
    return STATUS_OK;
}

enum status interval_of_fraction(int hits, int n, double confidence, struct interval *interval,
                                 struct error *error)
{
    *interval = interval_undefined();
    TRY(interval_check_confidence(confidence, "interval of a fraction", error));
    if (n < 0 || hits < 0 || hits > n)
        return error_set(error, STATUS_INTERNAL, "interval of a fraction: %d of %d", hits, n);
    if (n == 0) return STATUS_OK;
    double z = gsl_cdf_ugaussian_Qinv((1 - confidence) / 2);
    double p = (double)hits / n, square = z * z / n;
    double centre = (p + square / 2) / (1 + square);
    double half = sqrt(square * (p * (1 - p) + square / 4)) / (1 + square);
    /* At the ends the formula gives exactly 0 and 1, but for rounding. */
    interval->low = hits == 0 ? 0 : centre - half;
    interval->high = hits == n ? 1 : centre + half;
    return STATUS_OK;
}
