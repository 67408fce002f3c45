/* The class of a loss curve: a curve of each kind, and what is only just of one. */
#include "tests/harness/support_shape.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void converged(void **state)
{
    (void)state;
    struct shape shape;
    for (double roughness = 0; roughness < 0.25; roughness += 0.1) {
        shape_make(&shape, 0.25, 0.32, roughness);
        shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_PLAIN);
    }
}

/* Validation falls by the same amount at each evaluation, to the end. */
static void still_improving(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.25, 0.3, 0.05);
    for (int i = 0; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = 0.7 - 0.03 * i;
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_STILL_IMPROVING);
}

static void validation_flat(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.25, 0.68, 0.05);
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_VAL_FLAT);
}

static void overfit(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.02, 0.3, 0.1);
    for (int i = 5; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = 0.33 + 0.04 * (i - 5);
    shape_assert_class(&shape.curve, CURVE_OVERFIT, CURVE_PLAIN);
}

/* A rise of 7% is the noise of a good run; of 15% it is not. */
static void the_edge_of_overfit(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.1, 0.3, 0);
    for (int i = 5; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = 0.3 * (1 + 0.07 * (i - 5) / 5);
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_PLAIN);
    for (int i = 5; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = 0.3 * (1 + 0.15 * (i - 5) / 5);
    shape_assert_class(&shape.curve, CURVE_OVERFIT, CURVE_PLAIN);
}

/* Train falls to nothing, validation rises from 0.69 by way of 0.68 to 1.18. That it never improved is only
 * known from what it was before training. */
static void never_generalised(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.02, 0.7, 0.1);
    static const double losses[EVALUATIONS] = {0.69, 0.68, 0.69, 0.72, 0.78, 0.84,
                                               0.90, 0.98, 1.06, 1.12, 1.18};
    for (int i = 0; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = losses[i];
    shape_assert_class(&shape.curve, CURVE_OVERFIT, CURVE_NEVER_GENERALISED);
    shape.curve.evaluation = shape.evaluation + 1;
    shape.curve.evaluation_count--;
    shape_assert_class(&shape.curve, CURVE_OVERFIT, CURVE_PLAIN);
}

static void stalled(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.69, 0.69, 0.04);
    shape_assert_class(&shape.curve, CURVE_STALLED, CURVE_PLAIN);
    /* worse than at the start, and not falling either */
    shape_make(&shape, 0.9, 0.9, 0.0);
    shape_assert_class(&shape.curve, CURVE_STALLED, CURVE_ROSE);
}

static void all_equal_is_stalled(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.7, 0.7, 0);
    shape_assert_class(&shape.curve, CURVE_STALLED, CURVE_PLAIN);
}

/* Validation zigzags by a third around a level. */
static void oscillating(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.3, 0.4, 0.1);
    for (int i = 1; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = i % 2 == 0 ? 0.45 : 0.6;
    shape_assert_class(&shape.curve, CURVE_OSCILLATING, CURVE_PLAIN);
}

/* One surge to double and back. */
static void a_surge_is_oscillating(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.3, 0.4, 0.05);
    shape.evaluation[6].loss = 0.8;
    shape_assert_class(&shape.curve, CURVE_OSCILLATING, CURVE_PLAIN);
}

/* Train alone goes back to where it began and down again. */
static void a_train_surge_is_oscillating(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.2, 0.4, 0.05);
    for (int i = 30; i < 36; i++)
        shape.train[i].loss = 0.75;
    shape_assert_class(&shape.curve, CURVE_OSCILLATING, CURVE_PLAIN);
}

/* Half of what train had learned is lost for a quarter of the time, and learned again; validation does not
 * show it. */
static void a_long_train_wave_is_oscillating(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.1, 0.4, 0.02);
    for (int i = 25; i < 40; i++)
        shape.train[i].loss = 0.42;
    shape_assert_class(&shape.curve, CURVE_OSCILLATING, CURVE_PLAIN);
    /* one odd block of the twenty is noise */
    shape_make(&shape, 0.1, 0.4, 0.02);
    for (int i = 30; i < 33; i++)
        shape.train[i].loss = 0.42;
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_PLAIN);
}

/* Losses of a thousandth of the first may jump by factors: that is of no consequence. */
static void tiny_losses_may_jump(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.0005, 0.0005, 0);
    for (int i = 4; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = i % 2 == 0 ? 0.0004 : 0.0012;
    struct diagnosis d;
    assert_int_equal(classify_curve(&shape.curve, &d, NULL), STATUS_OK);
    assert_int_not_equal(d.class, CURVE_OSCILLATING);
}

static void collapsed(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.3, 0.4, 0.02);
    for (int i = 35; i < STEPS; i++)
        shape.train[i].loss = 0.69;
    for (int i = 6; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = 0.69;
    shape_assert_class(&shape.curve, CURVE_OSCILLATING, CURVE_COLLAPSED);
}

static void diverged(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.3, 0.4, 0);
    shape.curve.diverged = true;
    shape_assert_class(&shape.curve, CURVE_OSCILLATING, CURVE_DIVERGED);
    shape.curve.diverged = false;
    shape.train[40].loss = NAN;
    shape_assert_class(&shape.curve, CURVE_OSCILLATING, CURVE_DIVERGED);
    shape_make(&shape, 0.3, 0.4, 0);
    shape.evaluation[9].loss = INFINITY;
    shape_assert_class(&shape.curve, CURVE_OSCILLATING, CURVE_DIVERGED);
}

/* Four evaluations with that of step 0 are enough, three are not; without one of step 0, three are. */
static void too_short(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.3, 0.35, 0);
    shape.curve.evaluation_count = 3;
    shape_assert_class(&shape.curve, CURVE_UNDETERMINED, CURVE_TOO_SHORT);
    shape.curve.evaluation_count = 4;
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_STILL_IMPROVING);
    shape.curve.evaluation = shape.evaluation + 1;
    shape.curve.evaluation_count = 3;
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_STILL_IMPROVING);
    shape.curve.evaluation_count = 2;
    shape_assert_class(&shape.curve, CURVE_UNDETERMINED, CURVE_TOO_SHORT);
}

/* Without validation a falling train loss says nothing, a flat one does. An evaluation that never gives a
 * number is none. */
static void no_validation(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.3, 0.35, 0);
    shape.curve.evaluation_count = 0;
    shape_assert_class(&shape.curve, CURVE_UNDETERMINED, CURVE_NO_VALIDATION);
    shape_make(&shape, 0.69, 0.69, 0.02);
    shape.curve.evaluation_count = 0;
    shape_assert_class(&shape.curve, CURVE_STALLED, CURVE_PLAIN);
    shape_make(&shape, 0.3, 0.35, 0);
    for (int i = 0; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = NAN;
    shape_assert_class(&shape.curve, CURVE_UNDETERMINED, CURVE_NO_VALIDATION);
}

/* Validation rises while train does not fall: no pattern of the recipe's. */
static void neither_pattern(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.69, 0.3, 0);
    for (int i = 4; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = 0.4 + 0.03 * i;
    shape_assert_class(&shape.curve, CURVE_UNDETERMINED, CURVE_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converged),
        cmocka_unit_test(still_improving),
        cmocka_unit_test(validation_flat),
        cmocka_unit_test(overfit),
        cmocka_unit_test(the_edge_of_overfit),
        cmocka_unit_test(never_generalised),
        cmocka_unit_test(stalled),
        cmocka_unit_test(all_equal_is_stalled),
        cmocka_unit_test(oscillating),
        cmocka_unit_test(a_surge_is_oscillating),
        cmocka_unit_test(a_train_surge_is_oscillating),
        cmocka_unit_test(a_long_train_wave_is_oscillating),
        cmocka_unit_test(tiny_losses_may_jump),
        cmocka_unit_test(collapsed),
        cmocka_unit_test(diverged),
        cmocka_unit_test(too_short),
        cmocka_unit_test(no_validation),
        cmocka_unit_test(neither_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
