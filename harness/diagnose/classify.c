#include "harness/diagnose/classify.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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
    double noise; /* ...and by more than the curve moves from one evaluation to the next: good runs' rises are
                     at most 0.8 of that, overfit ones' at least 1.9 */
    double floor; /* of the first loss: what validation does below that is of no consequence (1e-4 to 3e-4) */
    double train_floor; /* of the first loss: batches differ, so train loss always swings; only swings back to
                           the size of the beginning count */
    double surge; /* a validation loss that rises by half and comes back: good runs' noise reaches 1.37 */
    double train_surge; /* twice the train floor: most of what was learned was lost for a while */
    double train_wave;  /* a rise of train loss that lasts for two of twenty blocks and goes back: good runs'
                           reach 1.06, as their noise averages out */
    double swing;       /* mean size of a zigzag in log loss: steps of a fifth up and down */
    double flips;       /* half of the steps turn: chance turns two thirds, a trend none */
    double path;        /* four times as far as the net change: it goes nowhere */
    double collapse_fall; /* what must have been learned before it can be lost */
    double rebound;       /* nearly all of the fall is lost again: back to chance */
    double trend;         /* still falling by a twentieth in the last quarter: worth more epochs */
} thresholds = {.fall = 0.05,
                .fall_alone = 0.10,
                .rise = 0.10,
                .noise = 1.25,
                .floor = 0.05,
                .train_floor = 0.4,
                .surge = 1.5,
                .train_surge = 2,
                .train_wave = 1.3,
                .swing = 0.20,
                .flips = 0.5,
                .path = 4,
                .collapse_fall = 0.10,
                .rebound = 0.8,
                .trend = -0.05};

const char *curve_class_name(enum curve_class class_of_curve)
{
    switch (class_of_curve) {
    case CURVE_CONVERGED:
        return "converged";
    case CURVE_OVERFIT:
        return "overfit";
    case CURVE_STALLED:
        return "stalled";
    case CURVE_OSCILLATING:
        return "oscillating";
    case CURVE_UNDETERMINED:
        return "undetermined";
    }
    return "unknown";
}

const char *curve_state_name(enum curve_state state)
{
    switch (state) {
    case CURVE_PLAIN:
        return "";
    case CURVE_STILL_IMPROVING:
        return "still_improving";
    case CURVE_VAL_FLAT:
        return "val_flat";
    case CURVE_NEVER_GENERALISED:
        return "never_generalised";
    case CURVE_ROSE:
        return "rose";
    case CURVE_COLLAPSED:
        return "collapsed";
    case CURVE_DIVERGED:
        return "diverged";
    case CURVE_TOO_SHORT:
        return "too_short";
    case CURVE_NO_VALIDATION:
        return "no_validation";
    }
    return "unknown";
}

/* What is measured on a curve; NaN where it cannot be. */
struct measures {
    size_t evaluations;            /* finite ones after step 0 */
    bool some_finite, some_broken; /* validation losses */
    bool train_broken;
    double train_first, train_last; /* of the medians of blocks */
    double train_fall, train_rebound, train_surge, train_wave, train_excess;
    struct swing train_swing;
    double validation_first, validation_least, validation_least_step, validation_last; /* as logged */
    double before; /* validation loss at step 0, before training */
    double validation_fall, validation_rise, validation_surge, validation_trend, validation_excess;
    struct swing validation_swing;
};

/* A train loss that falls from where a first burst of steps had thrown it has learned nothing: it must come
 * below the loss before training, where that is known. */
static void measure_train(const struct series *train, double first, struct measures *measures)
{
    struct series smooth, raised;
    series_smooth(train, SMOOTH_TRAIN, &smooth);
    measures->train_first = train->loss[0];
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

/* The fall is measured from the first evaluation itself: smoothed or in a block with later ones, what came
 * after training began would move where it began. */
static void measure_validation(const struct series *evaluation, double first, struct measures *measures)
{
    struct series smooth, raised;
    double floor = thresholds.floor * first;
    series_smooth(evaluation, SMOOTH_EVALUATION, &smooth);
    measures->validation_fall = series_fall(&smooth, measures->validation_first);
    measures->validation_excess = series_excess(evaluation, measures->validation_first);
    measures->validation_trend = series_trend(&smooth, floor);
    series_raise(&smooth, floor, &raised);
    measures->validation_rise = series_rise(&raised);
    series_raise(evaluation, floor, &raised);
    measures->validation_swing = series_swing(&raised, LEAST_SWING_EVALUATION);
    measures->validation_surge = series_surge(&raised);
}

static void look_at_evaluation(const struct curve_point *point, struct measures *measures)
{
    bool finite = isfinite(point->loss);
    measures->some_finite = measures->some_finite || finite;
    measures->some_broken = measures->some_broken || !finite;
    if (!finite) return;
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

static enum status measure(const struct curve *curve, struct measures *measures, struct error *error)
{
    const struct swing none = {NAN, NAN, NAN};
    struct series train, evaluation;
    *measures = (struct measures){.train_first = NAN,
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
                                  .validation_surge = NAN,
                                  .validation_trend = NAN,
                                  .validation_excess = NAN,
                                  .validation_swing = none};
    for (size_t i = 0; i < curve->train_count; i++)
        measures->train_broken = measures->train_broken || !isfinite(curve->train[i].loss);
    for (size_t i = 0; i < curve->evaluation_count; i++)
        look_at_evaluation(&curve->evaluation[i], measures);
    TRY(series_reduce(curve->train, curve->train_count, SERIES_TRAIN, &train, error));
    TRY(series_reduce(curve->evaluation, curve->evaluation_count, SERIES_EVALUATION, &evaluation, error));
    /* The size of a loss at the beginning: whichever was larger, as one of them may have been logged late. */
    double first = fmax(train.count > 0 ? train.loss[0] : 0, evaluation.count > 0 ? evaluation.loss[0] : 0);
    if (!(first > 0)) return STATUS_OK;
    if (train.count > 0) measure_train(&train, first, measures);
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
    bool turned = m->validation_rise >= thresholds.rise &&
                  !(m->validation_rise < thresholds.noise * m->validation_swing.size);
    bool validated = m->evaluations >= LEAST_EVALUATIONS;
    if (curve->diverged || m->train_broken || (m->some_finite && m->some_broken))
        decide(diagnosis, CURVE_OSCILLATING, CURVE_DIVERGED);
    else if (m->validation_surge >= thresholds.surge || m->train_surge >= thresholds.train_surge ||
             m->train_wave >= thresholds.train_wave || swings(&m->validation_swing) ||
             swings(&m->train_swing))
        decide(diagnosis, CURVE_OSCILLATING, CURVE_PLAIN);
    else if (m->train_fall >= thresholds.collapse_fall && m->train_rebound >= thresholds.rebound)
        decide(diagnosis, CURVE_OSCILLATING, CURVE_COLLAPSED);
    else if (train_flat && (m->validation_fall < thresholds.fall_alone || !validated))
        decide(diagnosis, CURVE_STALLED,
               m->validation_excess >= thresholds.rise || m->train_excess >= thresholds.rise ? CURVE_ROSE
                                                                                             : CURVE_PLAIN);
    else if (!m->some_finite)
        decide(diagnosis, CURVE_UNDETERMINED, CURVE_NO_VALIDATION);
    else if (!validated)
        decide(diagnosis, CURVE_UNDETERMINED, CURVE_TOO_SHORT);
    else if (turned && train_falls)
        decide(diagnosis, CURVE_OVERFIT,
               !isnan(m->before) && validation_flat ? CURVE_NEVER_GENERALISED : CURVE_PLAIN);
    else if (turned || (!train_falls && !validation_falls))
        decide(diagnosis, CURVE_UNDETERMINED, CURVE_PLAIN);
    else if (validation_flat)
        decide(diagnosis, CURVE_CONVERGED, CURVE_VAL_FLAT);
    else if (m->validation_trend <= thresholds.trend)
        decide(diagnosis, CURVE_CONVERGED, CURVE_STILL_IMPROVING);
    else
        decide(diagnosis, CURVE_CONVERGED, CURVE_PLAIN);
}

/* Nine digits: the logarithms of two machines may differ in the last bit, and what is reported must not. */
static double shown(double value)
{
    char text[NUMBER_TEXT];
    double rounded = value;
    snprintf(text, sizeof text, "%.9g", value);
    return number_parse(text, &rounded) ? rounded : value; /* what is not finite stays as it is */
}

enum status classify_curve(const struct curve *curve, struct diagnosis *diagnosis, struct error *error)
{
    struct measures m;
    TRY(measure(curve, &m, error));
    *diagnosis = (struct diagnosis){.evidence = {{"evaluations", (double)m.evaluations},
                                                 {"train_first", m.train_first},
                                                 {"train_last", m.train_last},
                                                 {"train_fall", m.train_fall},
                                                 {"train_excess", m.train_excess},
                                                 {"train_rebound", m.train_rebound},
                                                 {"train_surge", m.train_surge},
                                                 {"train_wave", m.train_wave},
                                                 {"train_swing", m.train_swing.size},
                                                 {"validation_first", m.validation_first},
                                                 {"validation_least", m.validation_least},
                                                 {"validation_least_step", m.validation_least_step},
                                                 {"validation_last", m.validation_last},
                                                 {"validation_fall", m.validation_fall},
                                                 {"validation_excess", m.validation_excess},
                                                 {"validation_rise", m.validation_rise},
                                                 {"validation_trend", m.validation_trend},
                                                 {"validation_surge", m.validation_surge},
                                                 {"validation_swing", m.validation_swing.size},
                                                 {"validation_flips", m.validation_swing.flips},
                                                 {"validation_path", m.validation_swing.path}},
                                    .evidence_count = DIAGNOSIS_LOSSES};
    judge(curve, &m, diagnosis);
    for (size_t i = 0; i < diagnosis->evidence_count; i++)
        diagnosis->evidence[i].value = shown(diagnosis->evidence[i].value);
    return STATUS_OK;
}

void diagnosis_add(struct diagnosis *diagnosis, const char *name, double value)
{
    diagnosis->evidence[diagnosis->evidence_count++] = (struct evidence){name, shown(value)};
}

double diagnosis_value(const struct diagnosis *diagnosis, const char *name)
{
    for (size_t i = 0; i < diagnosis->evidence_count; i++) {
        if (strcmp(diagnosis->evidence[i].name, name) == 0) return diagnosis->evidence[i].value;
    }
    return NAN;
}
