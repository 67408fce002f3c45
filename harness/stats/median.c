#include "harness/stats/median.h"

#include "base/memory.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <string.h>

enum status median_compute(const double *values, size_t count, double alpha, struct median *median,
                           struct error *error)
{
    *median = (struct median){.value = NAN, .bounds = interval_undefined()};
    if (count == 0) return STATUS_OK;
    double *sorted = memory_zeroed(count, sizeof *sorted);
    if (sorted == NULL) return error_no_memory(error, count * sizeof *sorted);
    memcpy(sorted, values, count * sizeof *sorted);
    gsl_sort(sorted, 1, count);
    median->value = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    /* The most values that may be left out on a side: P(at most `out` of n) <= alpha. */
    size_t out = 0;
    while (out < count && gsl_cdf_binomial_P((unsigned)out, 0.5, (unsigned)count) <= alpha)
        out++;
    if (out > 0) median->bounds = (struct interval){.low = sorted[out - 1], .high = sorted[count - out]};
    memory_free(sorted);
    return STATUS_OK;
}

enum status median_value(const double *values, size_t count, double *value, struct error *error)
{
    struct median median;
    TRY(median_compute(values, count, 0.05, &median, error));
    *value = median.value;
    return STATUS_OK;
}
