/* support_shape.h - loss curves of a given shape, for tests of how they are classed. */
#ifndef FTBENCH_TESTS_HARNESS_SUPPORT_SHAPE_H
#define FTBENCH_TESTS_HARNESS_SUPPORT_SHAPE_H

#include "harness/diagnose/classify.h"

enum { STEPS = 60, EVALUATIONS = 11 };

/* A curve under construction: train loss at steps 1..STEPS, validation loss at 0, 6, 12... */
struct shape {
    struct curve_point train[STEPS], evaluation[EVALUATIONS];
    struct curve curve;
};

/* Train falls from 0.7 to `train_end`, validation from 0.7 to `validation_end`, both exponentially, with
 * noise. */
void shape_make(struct shape *shape, double train_end, double validation_end, double roughness);

/* Fail with the evidence unless the curve has this class and state. */
void shape_assert_class(const struct curve *curve, enum curve_class class_of_curve, enum curve_state state);

#endif
