#include "harness/diagnose/course.h"

#include "base/memory.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* Values that an evaluation's usual move can be taken from. */
enum { LEAST_VALUES = 3 };

static double value_at(const struct metric_curve *metric, double step)
{
    for (size_t i = 0; i < metric->count; i++) {
        if (metric->points[i].step == step) return metric->points[i].loss;
    }
    return NAN;
}

static struct curve_point best_of(const struct metric_curve *metric)
{
    struct curve_point best = {NAN, NAN};
    for (size_t i = 0; i < metric->count; i++) {
        const struct curve_point *point = &metric->points[i];
        if (isfinite(point->loss) && !(point->loss <= best.loss)) best = *point;
    }
    return best;
}

/* The median size of the steps from one defined value to the next. */
static enum status usual_move(const struct metric_curve *metric, double *move, struct error *error)
{
    double last = NAN, *moves = memory_zeroed(metric->count, sizeof *moves);
    size_t values = 0;
    if (moves == NULL) return error_no_memory(error, metric->count * sizeof *moves);
    for (size_t i = 0; i < metric->count; i++) {
        double value = metric->points[i].loss;
        if (!isfinite(value)) continue;
        if (values++ > 0) moves[values - 2] = fabs(value - last);
        last = value;
    }
    *move = NAN;
    if (values >= LEAST_VALUES) {
        gsl_sort(moves, 1, values - 1);
        *move = gsl_stats_median_from_sorted_data(moves, 1, values - 1);
    }
    memory_free(moves);
    return STATUS_OK;
}

static double sampling_error(double fraction, long samples)
{
    double n = (double)samples, p = (fraction * n + 1) / (n + 2);
    return sqrt(p * (1 - p) / n);
}

/* A comparison with NaN is false: what is not known is neither. */
static enum metric_course judge(double at_minimum, double best, double end, double noise)
{
    if (best - end > noise) return COURSE_FELL;
    if (end - at_minimum > noise) return COURSE_ROSE;
    return isnan(best - end) || isnan(end - at_minimum) || isnan(noise) ? COURSE_UNKNOWN : COURSE_LEVEL;
}

enum status course_add(const struct metric_curve *metric, struct diagnosis *diagnosis, struct error *error)
{
    double noise = NAN, end = metric->count > 0 ? metric->points[metric->count - 1].loss : NAN;
    double at_minimum = value_at(metric, diagnosis_value(diagnosis, "validation_least_step"));
    struct curve_point best = best_of(metric);
    if (metric->samples > 0)
        noise = sampling_error(best.loss, metric->samples);
    else
        TRY(usual_move(metric, &noise, error));
    diagnosis->metric = metric->name;
    diagnosis->course = judge(at_minimum, best.loss, end, noise);
    diagnosis_add(diagnosis, "metric_at_loss_minimum", at_minimum);
    diagnosis_add(diagnosis, "metric_best", best.loss);
    diagnosis_add(diagnosis, "metric_best_step", best.step);
    diagnosis_add(diagnosis, "metric_at_end", end);
    diagnosis_add(diagnosis, "metric_noise", noise);
    return STATUS_OK;
}
