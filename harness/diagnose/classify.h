/* classify.h - what a run's loss curves look like: one of the recipe's four classes, a finer state, and the
 * numbers that decided. It abstains (undetermined) rather than guess. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_CLASSIFY_H
#define FTBENCH_HARNESS_DIAGNOSE_CLASSIFY_H

#include "base/status.h"
#include "harness/diagnose/curve.h"

#include <stddef.h>

enum curve_class {
    CURVE_CONVERGED,   /* both losses fall and level off */
    CURVE_OVERFIT,     /* train falls, validation rises from its minimum */
    CURVE_STALLED,     /* neither falls */
    CURVE_OSCILLATING, /* large fluctuation, collapse or divergence */
    CURVE_UNDETERMINED /* too little to tell; the state says what is missing */
};

enum curve_state {
    CURVE_PLAIN,             /* nothing to add */
    CURVE_STILL_IMPROVING,   /* converged: validation still falls at the end */
    CURVE_VAL_FLAT,          /* converged: train falls, validation does neither */
    CURVE_NEVER_GENERALISED, /* overfit: validation was never clearly below where it began */
    CURVE_ROSE,         /* stalled: a loss was clearly above where it began, as when the rate is too high */
    CURVE_COLLAPSED,    /* oscillating: fell, and went back to where it began */
    CURVE_DIVERGED,     /* oscillating: a loss is not finite */
    CURVE_TOO_SHORT,    /* undetermined: fewer than four evaluations, counting that of step 0 */
    CURVE_NO_VALIDATION /* undetermined: no validation loss */
};

/* What the metric did after validation loss was lowest (course.h). */
enum metric_course {
    COURSE_UNKNOWN,
    COURSE_ROSE,
    COURSE_LEVEL, /* neither of the others by more than its noise */
    COURSE_FELL
};

/* A number that a diagnosis rests on. To nine digits. Losses and metrics are as they were logged; all else
 * are ratios, described in docs/diagnose.md. */
struct evidence {
    const char *name; /* static: "validation_rise"... */
    double value;     /* NaN when it could not be taken */
};

enum {
    DIAGNOSIS_LOSSES = 33,
    DIAGNOSIS_METRICS = 7,
    DIAGNOSIS_EVIDENCE = DIAGNOSIS_LOSSES + DIAGNOSIS_METRICS
};

/* The measures that made an oscillating curve one, or a stalled one that rose: bits. */
enum {
    DECIDED_TRAIN_SURGE = 1,
    DECIDED_TRAIN_WAVE = 2,
    DECIDED_VALIDATION_SURGE = 4,
    DECIDED_TRAIN_SWING = 8,
    DECIDED_VALIDATION_SWING = 16,
    DECIDED_TRAIN_EXCESS = 32,
    DECIDED_VALIDATION_EXCESS = 64
};

struct diagnosis {
    enum curve_class class;
    enum curve_state state;
    unsigned decided; /* which of several measures did */
    struct evidence evidence[DIAGNOSIS_EVIDENCE];
    size_t evidence_count;
    enum metric_course course; /* COURSE_UNKNOWN until course_add */
    const char *metric;        /* the metric's name, static; NULL when there is none */
    bool keeps_best;           /* the run's result is its best evaluation by the metric already */
};

/* Append a number to the evidence, rounded to nine digits. There must be room. */
void diagnosis_add(struct diagnosis *diagnosis, const char *name, double value);

/* The evidence of a name; NaN when there is none. */
double diagnosis_value(const struct diagnosis *diagnosis, const char *name);

const char *curve_class_name(enum curve_class class_of_curve); /* "converged" */
const char *curve_state_name(enum curve_state state);          /* "still_improving"; "" for CURVE_PLAIN */

/* Classify a curve. Where its losses are known example by example, a rise or a fall of validation loss must
 * be beyond its noise (noise.h) as well as beyond its threshold: overfit, never_generalised, rose, stalled,
 * val_flat and still_improving rest on one. A surge needs no such test: it is of half or more, and there and
 * back on the same examples. Fails only without memory. */
enum status classify_curve(const struct curve *curve, struct diagnosis *diagnosis, struct error *error);

#endif
