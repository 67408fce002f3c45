#include "harness/stats/time_ratio.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* What all kinds add up to. */
struct sums {
    double difference; /* of mean logarithms, now less then */
    double reciprocal; /* of numbers of times or pairs, 1 / n */
    double squares;    /* of distances from the means */
    double degrees;
    int kinds;
};

static double mean_logarithm(const double *times, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += log(times[i]);
    return sum / (double)count;
}

static void add_side(const double *times, size_t count, double mean, struct sums *sums)
{
    for (size_t i = 0; i < count; i++)
        sums->squares += pow(log(times[i]) - mean, 2);
    sums->degrees += (double)count - 1;
    sums->reciprocal += 1 / (double)count;
}

static bool counts(const struct time_kind *kind)
{
    return kind->now_count > 0 && kind->then_count > 0;
}

/* The differences of pairs are one side, as it were. */
static void add_pairs(const struct time_kind *kind, double difference, struct sums *sums)
{
    for (size_t i = 0; i < kind->now_count; i++)
        sums->squares += pow(log(kind->now[i] / kind->then[i]) - difference, 2);
    sums->degrees += (double)kind->now_count - 1;
    sums->reciprocal += 1 / (double)kind->now_count;
}

static void add_kind(const struct time_kind *kind, struct sums *sums, struct time_ratio *result)
{
    if (!counts(kind)) return;
    double now = mean_logarithm(kind->now, kind->now_count),
           then = mean_logarithm(kind->then, kind->then_count);
    if (result->pairs) {
        add_pairs(kind, now - then, sums);
    } else {
        add_side(kind->now, kind->now_count, now, sums);
        add_side(kind->then, kind->then_count, then, sums);
    }
    sums->difference += now - then;
    sums->kinds++;
    result->now += (int)kind->now_count;
    result->then += (int)kind->then_count;
}

enum status time_ratio_compute(const struct time_kind *kinds, size_t count, double alpha,
                               struct time_ratio *result, struct error *error)
{
    struct sums sums = {0};
    *result = (struct time_ratio){.ratio = NAN, .bounds = interval_undefined(), .pairs = true};
    TRY(interval_check_confidence(1 - 2 * alpha, "ratio of times", error));
    for (size_t i = 0; i < count; i++)
        result->pairs = result->pairs && (kinds[i].pairs || !counts(&kinds[i]));
    for (size_t i = 0; i < count; i++)
        add_kind(&kinds[i], &sums, result);
    if (sums.kinds == 0) return STATUS_OK;
    const double logarithm = sums.difference / sums.kinds;
    result->ratio = exp(logarithm);
    if (sums.degrees < 1) return STATUS_OK;
    const double t = gsl_cdf_tdist_Qinv(alpha, sums.degrees);
    if (!isfinite(t)) return error_set(error, STATUS_INTERNAL, "ratio of times: no quantile of Student's t");
    const double reach = t * sqrt(sums.squares / sums.degrees * sums.reciprocal) / sums.kinds;
    result->bounds = (struct interval){.low = exp(logarithm - reach), .high = exp(logarithm + reach)};
    return STATUS_OK;
}
