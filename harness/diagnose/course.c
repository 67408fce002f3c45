#include "harness/diagnose/course.h"

#include "base/memory.h"
#include "harness/stats/paired.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* Values that an evaluation's usual move can be taken from. */
enum { LEAST_VALUES = 3 };

enum { NONE = -1 };

/* The value at a step; NONE when there is none. */
static long place_of(const struct metric_curve *metric, double step)
{
    for (size_t i = 0; i < metric->count; i++) {
        if (metric->points[i].step == step) return (long)i;
    }
    return NONE;
}

/* The first of the highest values. */
static long place_of_best(const struct metric_curve *metric)
{
    long best = NONE;
    for (size_t i = 0; i < metric->count; i++) {
        if (!isfinite(metric->points[i].loss)) continue;
        if (best == NONE || metric->points[i].loss > metric->points[best].loss) best = (long)i;
    }
    return best;
}

static struct curve_point point_at(const struct metric_curve *metric, long place)
{
    return place == NONE ? (struct curve_point){NAN, NAN} : metric->points[place];
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

/* Whether the answers of an evaluation are known and give the metric as it was said; its influence values.
 * Answers that are none of the classes are not known. */
static bool has_influence(const struct metric_curve *metric, long place, double *influence)
{
    double value = NAN;
    struct error ignored = {0};
    if (place == NONE || metric->labels == NULL || metric->predictions == NULL) return false;
    const struct prediction_table table = {.labels = metric->labels,
                                           .predictions = metric->predictions[place],
                                           .examples = (size_t)metric->samples,
                                           .runs = 1,
                                           .classes = metric->classes};
    if (table.predictions == NULL || table.classes < 2) return false;
    if (influence_of_run(&table, 0, metric->kind, influence, &value, &ignored) != STATUS_OK) return false;
    return fabs(value - metric->points[place].loss) <= 1e-6;
}

/* The noise between two evaluations; as it is where their answers are not known. */
static enum status pair_noise(const struct metric_curve *metric, long left, long right, double *noise,
                              struct error *error)
{
    size_t samples = metric->samples > 0 ? (size_t)metric->samples : 0;
    if (samples == 0 || metric->labels == NULL) return STATUS_OK;
    double squares = 0, *influence = memory_zeroed(2 * samples, sizeof *influence);
    if (influence == NULL) return error_no_memory(error, 2 * samples * sizeof *influence);
    if (has_influence(metric, left, influence) && has_influence(metric, right, influence + samples)) {
        for (size_t i = 0; i < samples; i++)
            squares += (influence[i] - influence[samples + i]) * (influence[i] - influence[samples + i]);
        *noise = PAIRED_ERRORS * paired_error(squares, samples);
    }
    memory_free(influence);
    return STATUS_OK;
}

/* Beyond the noise, and not by rounding: 0.64 - 0.62 is a little more than 0.02. */
static bool is_beyond(double from, double to, double noise)
{
    return to - from - noise > 1e-9 * fmax(fabs(from), fabs(to));
}

/* A comparison with NaN is false: what is not known is neither. */
static enum metric_course judge(double at_minimum, double best, double end, double rise_noise,
                                double fall_noise)
{
    if (is_beyond(end, best, fall_noise)) return COURSE_FELL;
    if (is_beyond(at_minimum, end, rise_noise)) return COURSE_ROSE;
    return isnan(best - end - fall_noise) || isnan(end - at_minimum - rise_noise) ? COURSE_UNKNOWN
                                                                                  : COURSE_LEVEL;
}

enum status course_add(const struct metric_curve *metric, struct diagnosis *diagnosis, struct error *error)
{
    double noise = NAN;
    long least = place_of(metric, diagnosis_value(diagnosis, "validation_least_step")),
         highest = place_of_best(metric), last = (long)metric->count - 1;
    const struct curve_point at_minimum = point_at(metric, least), best = point_at(metric, highest),
                             end = point_at(metric, last);
    if (metric->samples > 0)
        noise = sampling_error(best.loss, metric->samples);
    else
        TRY(usual_move(metric, &noise, error));
    double rise_noise = noise, fall_noise = noise;
    TRY(pair_noise(metric, least, last, &rise_noise, error));
    TRY(pair_noise(metric, highest, last, &fall_noise, error));
    diagnosis->metric = metric->name;
    diagnosis->course = judge(at_minimum.loss, best.loss, end.loss, rise_noise, fall_noise);
    diagnosis_add(diagnosis, "metric_at_loss_minimum", at_minimum.loss);
    diagnosis_add(diagnosis, "metric_best", best.loss);
    diagnosis_add(diagnosis, "metric_best_step", best.step);
    diagnosis_add(diagnosis, "metric_at_end", end.loss);
    diagnosis_add(diagnosis, "metric_noise", noise);
    diagnosis_add(diagnosis, "metric_rise_noise", rise_noise);
    diagnosis_add(diagnosis, "metric_fall_noise", fall_noise);
    return STATUS_OK;
}
