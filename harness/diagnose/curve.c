#include "harness/diagnose/curve.h"

#include "base/memory.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* Median of values that may be reordered. */
static double median(double *values, size_t count)
{
    gsl_sort(values, 1, count);
    return gsl_stats_median_from_sorted_data(values, 1, count);
}

static double smallest(const double *values, size_t count)
{
    double least = INFINITY;
    for (size_t i = 0; i < count; i++)
        least = fmin(least, values[i]);
    return least;
}

enum status series_reduce(const struct curve_point *points, size_t count, size_t most, struct series *series,
                          struct error *error)
{
    size_t finite = 0;
    double *losses = memory_zeroed(count, sizeof *losses);
    if (losses == NULL) return error_no_memory(error, count * sizeof *losses);
    for (size_t i = 0; i < count; i++) {
        if (isfinite(points[i].loss)) losses[finite++] = points[i].loss;
    }
    series->count = finite < most ? finite : most;
    for (size_t block = 0; block < series->count; block++) {
        size_t from = block * finite / series->count, to = (block + 1) * finite / series->count;
        series->loss[block] = median(losses + from, to - from);
    }
    memory_free(losses);
    return STATUS_OK;
}

void series_smooth(const struct series *series, size_t least, struct series *smooth)
{
    *smooth = *series;
    if (series->count < least) return;
    for (size_t i = 0; i < series->count; i++) {
        size_t from = i == 0 ? 0 : i - 1, to = i + 1 < series->count ? i + 2 : series->count;
        double window[3];
        for (size_t j = from; j < to; j++)
            window[j - from] = series->loss[j];
        smooth->loss[i] = median(window, to - from);
    }
}

void series_raise(const struct series *series, double floor, struct series *raised)
{
    raised->count = series->count;
    for (size_t i = 0; i < series->count; i++)
        raised->loss[i] = fmax(series->loss[i], floor);
}

size_t series_lowest(const struct series *series)
{
    size_t lowest = 0;
    for (size_t i = 1; i < series->count; i++) {
        if (series->loss[i] < series->loss[lowest]) lowest = i;
    }
    return lowest;
}

size_t series_highest(const struct series *series)
{
    size_t highest = 0;
    for (size_t i = 1; i < series->count; i++) {
        if (series->loss[i] > series->loss[highest]) highest = i;
    }
    return highest;
}

size_t series_tail(const struct series *series, size_t part)
{
    size_t least = part == 4 ? 3 : 1, length = series->count / part;
    if (length < least) length = least;
    return length < series->count ? length : series->count;
}

double series_fall(const struct series *series, double start)
{
    if (series->count == 0 || !(start > 0)) return NAN;
    return 1 - smallest(series->loss, series->count) / start;
}

double series_excess(const struct series *series, double start)
{
    double highest = -INFINITY;
    if (series->count == 0 || !(start > 0)) return NAN;
    for (size_t i = 0; i < series->count; i++)
        highest = fmax(highest, series->loss[i]);
    return highest / start - 1;
}

double series_rise(const struct series *series)
{
    if (series->count == 0) return NAN;
    double least = smallest(series->loss, series->count), tail[SERIES_MOST];
    if (!(least > 0)) return NAN;
    size_t length = series_tail(series, 10);
    for (size_t i = 0; i < length; i++)
        tail[i] = series->loss[series->count - length + i];
    return median(tail, length) / least - 1;
}

double series_rebound(const struct series *series)
{
    if (series->count == 0) return NAN;
    double least = smallest(series->loss, series->count), fall = series->loss[0] - least;
    return fall > 0 ? (series->loss[series->count - 1] - least) / fall : 0;
}

double series_surge(const struct series *series)
{
    double highest = 1;
    for (size_t i = 1; i + 1 < series->count; i++) {
        double before = smallest(series->loss, i);
        double after = smallest(series->loss + i + 1, series->count - i - 1);
        highest = fmax(highest, series->loss[i] / fmax(before, after));
    }
    return highest;
}

struct swing series_swing(const struct series *series, size_t least)
{
    struct swing swing = {NAN, NAN, NAN};
    size_t from = series->count / 5;
    size_t steps = series->count > from + 1 ? series->count - from - 1 : 0;
    if (steps < least || steps < 2) return swing;
    double step[SERIES_MOST], sorted[SERIES_MOST], path = 0, deviation = 0;
    size_t flips = 0;
    for (size_t i = 0; i < steps; i++) {
        step[i] = sorted[i] = log(series->loss[from + i + 1]) - log(series->loss[from + i]);
        path += fabs(step[i]);
    }
    double usual = median(sorted, steps);
    for (size_t i = 0; i < steps; i++) {
        deviation += fabs(step[i] - usual);
        flips += i > 0 && (step[i] - usual) * (step[i - 1] - usual) < 0;
    }
    double net = fabs(log(series->loss[series->count - 1]) - log(series->loss[from]));
    swing.size = deviation / (double)steps;
    swing.flips = (double)flips / (double)(steps - 1);
    /* A path that ends where it began has gone infinitely far for nothing; one that never moved, nowhere. */
    swing.path = net > 0 ? path / net : path > 0 ? INFINITY : 1;
    return swing;
}

double series_trend(const struct series *series, double floor)
{
    enum { MOST_PAIRS = (SERIES_MOST / 4 + 3) * (SERIES_MOST / 4 + 3) / 2 };
    double slopes[MOST_PAIRS];
    size_t length = series_tail(series, 4), pairs = 0;
    if (series->count < 3) return NAN;
    const double *tail = series->loss + series->count - length;
    for (size_t i = 0; i < length; i++) {
        for (size_t j = i + 1; j < length; j++)
            slopes[pairs++] = (tail[j] - tail[i]) / (double)(j - i);
    }
    double level = fmax(tail[length - 1], floor);
    if (!(level > 0)) return NAN;
    return median(slopes, pairs) * (double)(length - 1) / level;
}
