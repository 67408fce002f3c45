#include "harness/diagnose/classify.h"

#include "base/number.h"
#include "harness/diagnose/measures.h"
#include "harness/diagnose/thresholds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

static bool swings(const struct swing *swing)
{
    return swing->size >= thresholds.swing && swing->flips >= thresholds.flips &&
           swing->path >= thresholds.path;
}

/* Which of the measures of an oscillating curve are at their thresholds. */
static unsigned find_swings(const struct measures *m)
{
    unsigned found = 0;
    if (m->train_surge >= thresholds.train_surge) found |= DECIDED_TRAIN_SURGE;
    if (m->train_wave >= thresholds.train_wave) found |= DECIDED_TRAIN_WAVE;
    if (m->validation_surge >= thresholds.surge) found |= DECIDED_VALIDATION_SURGE;
    if (swings(&m->train_swing)) found |= DECIDED_TRAIN_SWING;
    if (swings(&m->validation_swing)) found |= DECIDED_VALIDATION_SWING;
    return found;
}

/* Which losses rose clearly above where they began. */
static unsigned find_excess(const struct measures *m)
{
    unsigned found = 0;
    if (m->train_excess >= thresholds.rise) found |= DECIDED_TRAIN_EXCESS;
    if (m->validation_excess >= thresholds.rise && !(m->validation_excess <= m->excess_noise))
        found |= DECIDED_VALIDATION_EXCESS;
    return found;
}

/* A value that is not finite among finite ones; of validation losses alone, none that is finite is another
 * matter: then they were never any good. */
static bool is_broken(const struct curve *curve, const struct measures *m)
{
    return curve->diverged || m->train_broken.count > 0 || m->gradient_lost ||
           (m->some_finite && m->validation_broken.count > 0);
}

/* Validation fell by a part that counts, and not only for these examples. */
static bool fell(const struct measures *m, double by)
{
    return m->validation_fall >= by && !(m->validation_fall <= m->fall_noise);
}

/* Still falling at the end, and lowest there: a curve that comes back from a bump falls too. */
static bool still_improves(const struct measures *m)
{
    bool at_lowest = !(m->validation_end > thresholds.end) || m->validation_end <= m->rise_noise;
    return m->validation_trend <= thresholds.trend && !(-m->validation_trend <= m->trend_noise) && at_lowest;
}

static void decide(struct diagnosis *diagnosis, enum curve_class class_of_curve, enum curve_state state)
{
    diagnosis->class = class_of_curve;
    diagnosis->state = state;
}

/* The order matters: what is not finite is not measured; what swings has no trend to speak of; what is not
 * falling cannot overfit. A comparison with NaN is false, so what could not be measured decides nothing, and
 * a noise that is not known forbids nothing. */
static void judge(const struct curve *curve, const struct measures *m, struct diagnosis *diagnosis)
{
    bool train_falls = m->train_fall >= thresholds.fall, train_flat = m->train_fall < thresholds.fall;
    bool validation_falls = fell(m, thresholds.fall),
         validation_flat = !isnan(m->validation_fall) && !validation_falls;
    bool turned = m->validation_rise >= thresholds.rise &&
                  !(m->validation_rise < thresholds.noise * m->validation_swing.size) &&
                  !(m->validation_rise <= m->rise_noise);
    bool validated = m->evaluations >= LEAST_EVALUATIONS;
    unsigned swinging = find_swings(m), above = find_excess(m);
    if (is_broken(curve, m)) {
        decide(diagnosis, CURVE_OSCILLATING, CURVE_DIVERGED);
    } else if (swinging != 0) {
        decide(diagnosis, CURVE_OSCILLATING, CURVE_PLAIN);
        diagnosis->decided = swinging;
    } else if (m->train_fall >= thresholds.collapse_fall && m->train_rebound >= thresholds.rebound) {
        decide(diagnosis, CURVE_OSCILLATING, CURVE_COLLAPSED);
    } else if (train_flat &&
               (!validated || (!isnan(m->validation_fall) && !fell(m, thresholds.fall_alone)))) {
        decide(diagnosis, CURVE_STALLED, above != 0 ? CURVE_ROSE : CURVE_PLAIN);
        diagnosis->decided = above;
    } else if (!m->some_finite) {
        decide(diagnosis, CURVE_UNDETERMINED, CURVE_NO_VALIDATION);
    } else if (!validated) {
        decide(diagnosis, CURVE_UNDETERMINED, CURVE_TOO_SHORT);
    } else if (turned && train_falls) {
        decide(diagnosis, CURVE_OVERFIT,
               !isnan(m->before) && validation_flat ? CURVE_NEVER_GENERALISED : CURVE_PLAIN);
    } else if (turned || (!train_falls && !validation_falls)) {
        decide(diagnosis, CURVE_UNDETERMINED, CURVE_PLAIN);
    } else if (validation_flat) {
        decide(diagnosis, CURVE_CONVERGED, CURVE_VAL_FLAT);
    } else {
        decide(diagnosis, CURVE_CONVERGED, still_improves(m) ? CURVE_STILL_IMPROVING : CURVE_PLAIN);
    }
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
    TRY(measures_take(curve, &m, error));
    *diagnosis = (struct diagnosis){.evidence = {{"evaluations", (double)m.evaluations},
                                                 {"train_first", m.train_first},
                                                 {"train_least", m.train_least},
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
                                                 {"validation_fall_noise", m.fall_noise},
                                                 {"validation_excess", m.validation_excess},
                                                 {"validation_excess_noise", m.excess_noise},
                                                 {"validation_rise", m.validation_rise},
                                                 {"validation_rise_noise", m.rise_noise},
                                                 {"validation_end", m.validation_end},
                                                 {"validation_trend", m.validation_trend},
                                                 {"validation_trend_noise", m.trend_noise},
                                                 {"validation_surge", m.validation_surge},
                                                 {"validation_swing", m.validation_swing.size},
                                                 {"validation_flips", m.validation_swing.flips},
                                                 {"validation_path", m.validation_swing.path},
                                                 {"train_nonfinite", (double)m.train_broken.count},
                                                 {"train_nonfinite_step", m.train_broken.step},
                                                 {"validation_nonfinite", (double)m.validation_broken.count},
                                                 {"validation_nonfinite_step", m.validation_broken.step},
                                                 {"gradient_nonfinite", (double)m.gradient_broken.count},
                                                 {"gradient_nonfinite_step", m.gradient_broken.step}},
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
