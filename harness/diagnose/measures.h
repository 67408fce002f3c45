/* measures.h - what is measured on a run's loss curves, before anything is made of it (classify.h).
 * docs/diagnose.md describes each number. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_MEASURES_H
#define FTBENCH_HARNESS_DIAGNOSE_MEASURES_H

#include "base/status.h"
#include "harness/diagnose/curve.h"

#include <stdbool.h>
#include <stddef.h>

/* Evaluations after training began that make a curve: four with that of step 0, of which a log by others has
 * none. */
enum { LEAST_EVALUATIONS = 3 };

/* Values of one kind that are not finite numbers. */
struct broken {
    size_t count;
    double step; /* of the first; NaN when there is none */
};

/* NaN where something cannot be measured. */
struct measures {
    size_t evaluations; /* finite ones after step 0 */
    bool some_finite;   /* validation losses */
    struct broken train_broken, validation_broken, gradient_broken;
    bool gradient_lost;                          /* the last norm that was logged is not finite */
    double train_first, train_least, train_last; /* of the medians of blocks */
    double train_fall, train_rebound, train_surge, train_wave, train_excess;
    struct swing train_swing;
    double validation_first, validation_least, validation_least_step, validation_last; /* as logged */
    double before; /* validation loss at step 0, before training */
    double validation_fall, validation_rise, validation_surge, validation_trend, validation_excess;
    double validation_end; /* the last smoothed loss over the lowest, less 1 */
    struct swing validation_swing;
    /* what the change of the same name may be without meaning anything (noise.h), as a ratio like it */
    double fall_noise, rise_noise, trend_noise, excess_noise;
};

/* Fails only without memory. */
enum status measures_take(const struct curve *curve, struct measures *measures, struct error *error);

#endif
