#include "harness/diagnose/classify.h"

#include <math.h>

/* Every threshold of the classification. All are ratios, so that they hold for any loss. They were set on
 * labelled curves of public fine-tuning logs; none is tuned to a single curve. */
enum {
    /* Evaluations after training began that make a curve: four with that of step 0, of which a log by others
       has none. */
    LEAST_EVALUATIONS = 3,
    /* From so many values on a series is smoothed by moving medians: below, they would eat a short curve's
       minimum. */
    SMOOTH_TRAIN = 5,
    SMOOTH_EVALUATION = 8,
    /* Steps after the first fifth that sustained swinging needs: with three, two flips are chance. */
    LEAST_SWING_EVALUATION = 3,
    LEAST_SWING_TRAIN = 6
};
static const struct {
    double fall;       /* a loss that falls by less has not learned: seeds alone move it by 2 or 3% */
    double fall_alone; /* validation that falls while train does not must fall by twice as much to count */
    double rise;  /* validation this far above its minimum has turned: noise of good runs stays below 8% */
    double floor; /* of the first loss: validation swings below that are of no consequence (1e-4 to 3e-4) */
    double train_floor; /* of the first loss: batches differ, so train loss always swings; only swings back to
                           the size of the beginning count */
    double surge; /* a validation loss that rises by half and comes back: good runs' noise reaches 1.37 */
    double train_surge;   /* twice the train floor: most of what was learned was lost for a while */
    double swing;         /* mean size of a zigzag in log loss: steps of a fifth up and down */
    double flips;         /* half of the steps turn: chance turns two thirds, a trend none */
    double path;          /* four times as far as the net change: it goes nowhere */
    double collapse_fall; /* what must have been learned before it can be lost */
    double rebound;       /* nearly all of the fall is lost again: back to chance */
    double trend;         /* still falling by a twentieth in the last quarter: worth more epochs */
} thresholds = {.fall = 0.05,
                .fall_alone = 0.10,
                .rise = 0.10,
                .floor = 0.05,
                .train_floor = 0.4,
                .surge = 1.5,
                .train_surge = 2,
                .swing = 0.20,
                .flips = 0.5,
                .path = 4,
                .collapse_fall = 0.10,
                .rebound = 0.8,
                .trend = -0.05};

/* What is measured on a curve; NaN where it cannot be. */
struct measures {
    size_t evaluations;            /* finite ones after step 0 */
    bool some_finite, some_broken; /* validation losses */
    bool train_broken;
    double train_fall, train_rebound, train_surge;
    struct swing train_swing;
    double validation_fall, validation_rise, validation_surge, validation_trend;
    struct swing validation_swing;
};

static void measure_train(const struct series *train, double first, struct measures *measures)
{
    struct series smooth, raised;
    series_smooth(train, SMOOTH_TRAIN, &smooth);
    measures->train_fall = series_fall(&smooth);
    measures->train_rebound = series_rebound(&smooth);
    series_raise(train, thresholds.train_floor * first, &raised);
    measures->train_swing = series_swing(&raised, LEAST_SWING_TRAIN);
    measures->train_surge = train->count > LEAST_SWING_TRAIN ? series_surge(&raised) : NAN;
}

static void measure_validation(const struct series *evaluation, double first, struct measures *measures)
{
    struct series smooth, raised;
    double floor = thresholds.floor * first;
    series_smooth(evaluation, SMOOTH_EVALUATION, &smooth);
    measures->validation_fall = series_fall(&smooth);
    measures->validation_rise = series_rise(&smooth);
    measures->validation_trend = series_trend(&smooth, floor);
    series_raise(evaluation, floor, &raised);
    measures->validation_swing = series_swing(&raised, LEAST_SWING_EVALUATION);
    measures->validation_surge = series_surge(&raised);
}

static void count_points(const struct curve *curve, struct measures *measures)
{
    for (size_t i = 0; i < curve->train_count; i++)
        measures->train_broken = measures->train_broken || !isfinite(curve->train[i].loss);
    for (size_t i = 0; i < curve->evaluation_count; i++) {
        bool finite = isfinite(curve->evaluation[i].loss);
        measures->some_finite = measures->some_finite || finite;
        measures->some_broken = measures->some_broken || !finite;
        if (finite && curve->evaluation[i].step > 0) measures->evaluations++;
    }
}

static enum status measure(const struct curve *curve, struct measures *measures, struct error *error)
{
    const struct swing none = {NAN, NAN, NAN};
    struct series train, evaluation;
    *measures = (struct measures){.train_fall = NAN,
                                  .train_rebound = NAN,
                                  .train_surge = NAN,
                                  .train_swing = none,
                                  .validation_fall = NAN,
                                  .validation_rise = NAN,
                                  .validation_surge = NAN,
                                  .validation_trend = NAN,
                                  .validation_swing = none};
    count_points(curve, measures);
    TRY(series_reduce(curve->train, curve->train_count, SERIES_TRAIN, &train, error));
    TRY(series_reduce(curve->evaluation, curve->evaluation_count, SERIES_EVALUATION, &evaluation, error));
    /* The size of a loss at the beginning: whichever was larger, as one of them may have been logged late. */
    double first = 0;
    if (train.count > 0) first = train.loss[0];
    if (evaluation.count > 0) first = fmax(first, evaluation.loss[0]);
    if (!(first > 0)) return STATUS_OK;
    if (train.count > 1) measure_train(&train, first, measures);
    if (measures->evaluations >= LEAST_EVALUATIONS) measure_validation(&evaluation, first, measures);
    return STATUS_OK;
}

static bool swings(const struct swing *swing)
{
    return swing->size >= thresholds.swing && swing->flips >= thresholds.flips &&
           swing->path >= thresholds.path;
}

static void decide(struct diagnosis *diagnosis, enum curve_class class_of_curve, enum curve_state state)
{
    diagnosis->class = class_of_curve;
    diagnosis->state = state;
}

/* The order matters: what is not finite is not measured; what swings has no trend to speak of; what is not
 * falling cannot overfit. A comparison with NaN is false, so what could not be measured decides nothing. */
static void judge(const struct curve *curve, const struct measures *m, struct diagnosis *diagnosis)
{
    bool train_falls = m->train_fall >= thresholds.fall,
         validation_falls = m->validation_fall >= thresholds.fall;
    bool train_flat = m->train_fall < thresholds.fall, validation_flat = m->validation_fall < thresholds.fall;
    bool validated = m->evaluations >= LEAST_EVALUATIONS;
    if (curve->diverged || m->train_broken || (m->some_finite && m->some_broken))
        decide(diagnosis, CURVE_OSCILLATING, CURVE_DIVERGED);
    else if (m->validation_surge >= thresholds.surge || m->train_surge >= thresholds.train_surge ||
             swings(&m->validation_swing) || swings(&m->train_swing))
        decide(diagnosis, CURVE_OSCILLATING, CURVE_PLAIN);
    else if (m->train_fall >= thresholds.collapse_fall && m->train_rebound >= thresholds.rebound)
        decide(diagnosis, CURVE_OSCILLATING, CURVE_COLLAPSED);
    else if (train_flat && (m->validation_fall < thresholds.fall_alone || !validated))
        decide(diagnosis, CURVE_STALLED, CURVE_PLAIN);
    else if (!m->some_finite)
        decide(diagnosis, CURVE_UNDETERMINED, CURVE_NO_VALIDATION);
    else if (!validated)
        decide(diagnosis, CURVE_UNDETERMINED, CURVE_TOO_SHORT);
    else if (m->validation_rise >= thresholds.rise && train_falls)
        decide(diagnosis, CURVE_OVERFIT, CURVE_PLAIN);
    else if (m->validation_rise >= thresholds.rise || (!train_falls && !validation_falls))
        decide(diagnosis, CURVE_UNDETERMINED, CURVE_PLAIN);
    else if (validation_flat)
        decide(diagnosis, CURVE_CONVERGED, CURVE_VAL_FLAT);
    else if (m->validation_trend <= thresholds.trend)
        decide(diagnosis, CURVE_CONVERGED, CURVE_STILL_IMPROVING);
    else
        decide(diagnosis, CURVE_CONVERGED, CURVE_PLAIN);
}

enum status classify_curve(const struct curve *curve, struct diagnosis *diagnosis, struct error *error)
{
    struct measures m;
    TRY(measure(curve, &m, error));
    *diagnosis = (struct diagnosis){.evidence = {{"evaluations", (double)m.evaluations},
                                                 {"train_fall", m.train_fall},
                                                 {"train_rebound", m.train_rebound},
                                                 {"train_surge", m.train_surge},
                                                 {"train_swing", m.train_swing.size},
                                                 {"validation_fall", m.validation_fall},
                                                 {"validation_rise", m.validation_rise},
                                                 {"validation_trend", m.validation_trend},
                                                 {"validation_surge", m.validation_surge},
                                                 {"validation_swing", m.validation_swing.size},
                                                 {"validation_flips", m.validation_swing.flips},
                                                 {"validation_path", m.validation_swing.path}},
                                    .evidence_count = DIAGNOSIS_EVIDENCE};
    judge(curve, &m, diagnosis);
    return STATUS_OK;
}
