#include "harness/diagnose/measures.h"

#include "harness/diagnose/noise.h"
#include "harness/diagnose/thresholds.h"

#include <math.h>

enum {
    /* From so many values on a series is smoothed by moving medians: below, they would eat a short curve's
       minimum. */
    SMOOTH_TRAIN = 5,
    SMOOTH_EVALUATION = 8,
    /* Steps after the first fifth that sustained swinging needs: with three, two flips are chance. */
    LEAST_SWING_EVALUATION = 3,
    LEAST_SWING_TRAIN = 6
};

/* A train loss that falls from where a first burst of steps had thrown it has learned nothing: it must come
 * below the loss before training, where that is known. */
static void measure_train(const struct series *train, double first, struct measures *measures)
{
    struct series smooth, raised;
    series_smooth(train, SMOOTH_TRAIN, &smooth);
    measures->train_first = train->loss[0];
    measures->train_least = train->loss[series_lowest(train)];
    measures->train_last = train->loss[train->count - 1];
    if (train->count < 2) return;
    double start = fmin(smooth.loss[0], measures->before); /* of a number and NaN, the number */
    measures->train_fall = series_fall(&smooth, start);
    measures->train_excess = series_excess(&smooth, start);
    measures->train_rebound = series_rebound(&smooth);
    series_raise(train, thresholds.train_floor * first, &raised);
    measures->train_swing = series_swing(&raised, LEAST_SWING_TRAIN);
    if (train->count <= LEAST_SWING_TRAIN) return;
    measures->train_surge = series_surge(&raised);
    series_raise(&smooth, thresholds.train_floor * first, &raised);
    measures->train_wave = series_surge(&raised);
}

/* The evaluations behind the values `from` to `to` of a series, and where it is smoothed their neighbours. */
static struct evaluations behind(const struct curve *curve, size_t count, size_t from, size_t to, bool smooth)
{
    if (smooth && from > 0) from--;
    if (smooth && to + 1 < count) to++;
    return (struct evaluations){from * curve->evaluation_count / count,
                                (to + 1) * curve->evaluation_count / count};
}

/* What the changes of validation loss are by chance: each is a difference of two places of the curve. */
static void measure_noise(const struct curve *curve, const struct series *evaluation,
                          const struct series *smooth, double floor, struct measures *measures)
{
    size_t count = evaluation->count, last = count - 1;
    bool smoothed = count >= SMOOTH_EVALUATION;
    if (!noise_is_known(curve)) return;
    const struct evaluations first = {0, 1};
    size_t tail = last - (series_tail(smooth, 10) - 1), quarter = last - (series_tail(smooth, 4) - 1);
    size_t low = series_lowest(smooth), high = series_highest(evaluation);
    struct evaluations lowest = behind(curve, count, low, low, smoothed);
    double begins = measures->validation_first;
    measures->fall_noise = noise_between(curve, first, lowest) / begins;
    measures->excess_noise = noise_between(curve, first, behind(curve, count, high, high, false)) / begins;
    measures->rise_noise = noise_between(curve, behind(curve, count, tail, last, smoothed), lowest) /
                           fmax(smooth->loss[low], floor);
    measures->trend_noise = noise_between(curve, behind(curve, count, quarter, quarter, smoothed),
                                          behind(curve, count, last, last, smoothed)) /
                            fmax(smooth->loss[last], floor);
}

/* The fall is measured from the first evaluation itself: smoothed or in a block with later ones, what came
 * after training began would move where it began. */
static void measure_validation(const struct curve *curve, const struct series *evaluation, double first,
                               struct measures *measures)
{
    struct series smooth, raised;
    double floor = thresholds.floor * first;
    series_smooth(evaluation, SMOOTH_EVALUATION, &smooth);
    measures->validation_fall = series_fall(&smooth, measures->validation_first);
    measures->validation_excess = series_excess(evaluation, measures->validation_first);
    measures->validation_trend = series_trend(&smooth, floor);
    series_raise(&smooth, floor, &raised);
    measures->validation_rise = series_rise(&raised);
    measures->validation_end = raised.loss[raised.count - 1] / raised.loss[series_lowest(&raised)] - 1;
    series_raise(evaluation, floor, &raised);
    measures->validation_swing = series_swing(&raised, LEAST_SWING_EVALUATION);
    measures->validation_surge = series_surge(&raised);
    if (measures->validation_first > 0) measure_noise(curve, evaluation, &smooth, floor, measures);
}

static void look_at_evaluation(const struct curve_point *point, struct measures *measures)
{
    if (!isfinite(point->loss)) return;
    measures->some_finite = true;
    if (point->step > 0)
        measures->evaluations++;
    else
        measures->before = point->loss;
    if (isnan(measures->validation_first)) measures->validation_first = point->loss;
    measures->validation_last = point->loss;
    if (measures->validation_least <= point->loss) return; /* false for NaN: the first is the least so far */
    measures->validation_least = point->loss;
    measures->validation_least_step = point->step;
}

static struct broken count_broken(const struct curve_point *points, size_t count)
{
    struct broken broken = {0, NAN};
    for (size_t i = 0; i < count; i++) {
        if (isfinite(points[i].loss)) continue;
        if (broken.count++ == 0) broken.step = points[i].step;
    }
    return broken;
}

static void measure_nothing(struct measures *measures)
{
    const struct swing none = {NAN, NAN, NAN};
    *measures = (struct measures){.train_first = NAN,
                                  .train_least = NAN,
                                  .train_last = NAN,
                                  .train_fall = NAN,
                                  .train_rebound = NAN,
                                  .train_surge = NAN,
                                  .train_wave = NAN,
                                  .train_excess = NAN,
                                  .train_swing = none,
                                  .validation_first = NAN,
                                  .validation_least = NAN,
                                  .validation_least_step = NAN,
                                  .validation_last = NAN,
                                  .before = NAN,
                                  .validation_fall = NAN,
                                  .validation_rise = NAN,
                                  .validation_end = NAN,
                                  .validation_surge = NAN,
                                  .validation_trend = NAN,
                                  .validation_excess = NAN,
                                  .validation_swing = none,
                                  .fall_noise = NAN,
                                  .rise_noise = NAN,
                                  .trend_noise = NAN,
                                  .excess_noise = NAN};
}

enum status measures_take(const struct curve *curve, struct measures *measures, struct error *error)
{
    struct series train, evaluation;
    size_t norms = curve->gradient_count;
    measure_nothing(measures);
    measures->train_broken = count_broken(curve->train, curve->train_count);
    measures->validation_broken = count_broken(curve->evaluation, curve->evaluation_count);
    measures->gradient_broken = count_broken(curve->gradient, norms);
    measures->gradient_lost = norms > 0 && !isfinite(curve->gradient[norms - 1].loss);
    for (size_t i = 0; i < curve->evaluation_count; i++)
        look_at_evaluation(&curve->evaluation[i], measures);
    TRY(series_reduce(curve->train, curve->train_count, SERIES_TRAIN, &train, error));
    TRY(series_reduce(curve->evaluation, curve->evaluation_count, SERIES_EVALUATION, &evaluation, error));
    /* The size of a loss at the beginning: whichever was larger, as one of them may have been logged late. */
    double first = fmax(train.count > 0 ? train.loss[0] : 0, evaluation.count > 0 ? evaluation.loss[0] : 0);
    if (!(first > 0)) return STATUS_OK;
    if (train.count > 0) measure_train(&train, first, measures);
    if (measures->evaluations >= LEAST_EVALUATIONS) measure_validation(curve, &evaluation, first, measures);
    return STATUS_OK;
}
