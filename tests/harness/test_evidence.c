/* What the class of a loss curve rests on: which values count, what is noise, and the evidence that is named.
 */
#include "tests/harness/support_shape.h"

#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Counts and first steps, also where nothing else is known; a gradient that stays broken is divergence, one
 * that was finite again is a step that mixed precision left out. */
static void what_is_not_finite_is_counted(void **state)
{
    (void)state;
    struct shape shape;
    struct diagnosis d;
    shape_make(&shape, 0.3, 0.4, 0);
    for (int i = 20; i < STEPS; i++)
        shape.train[i].loss = NAN;
    for (int i = 0; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = NAN;
    assert_int_equal(classify_curve(&shape.curve, &d, NULL), STATUS_OK);
    assert_int_equal(d.state, CURVE_DIVERGED);
    assert_true(diagnosis_value(&d, "train_nonfinite") == 40);
    assert_true(diagnosis_value(&d, "train_nonfinite_step") == 21);
    assert_true(diagnosis_value(&d, "validation_nonfinite") == 11);
    assert_true(diagnosis_value(&d, "validation_nonfinite_step") == 0);
    assert_true(diagnosis_value(&d, "gradient_nonfinite") == 0);
    assert_true(isnan(diagnosis_value(&d, "gradient_nonfinite_step")));
    shape_make(&shape, 0.25, 0.32, 0);
    const struct curve_point norms[] = {{10, 1}, {20, NAN}, {30, INFINITY}};
    shape.curve.gradient = norms;
    shape.curve.gradient_count = 3;
    shape_assert_class(&shape.curve, CURVE_OSCILLATING, CURVE_DIVERGED);
    assert_int_equal(classify_curve(&shape.curve, &d, NULL), STATUS_OK);
    assert_true(diagnosis_value(&d, "gradient_nonfinite") == 2);
    assert_true(diagnosis_value(&d, "gradient_nonfinite_step") == 20);
    const struct curve_point again[] = {{10, INFINITY}, {20, 1}, {30, 1}};
    shape.curve.gradient = again;
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_PLAIN);
}

/* The same rise of 15% at the end: once of a curve that moves by that much from one evaluation to the next
 * anyway, once of a smooth one. */
static void a_rise_within_the_noise_is_none(void **state)
{
    (void)state;
    static const double rough[] = {0.7, 0.4, 0.32, 0.38, 0.30, 0.37, 0.345},
                        smooth[] = {0.7, 0.4, 0.33, 0.31, 0.30, 0.32, 0.345};
    struct shape shape;
    shape_make(&shape, 0.1, 0.3, 0);
    shape.curve.evaluation_count = 7;
    for (int i = 0; i < 7; i++)
        shape.evaluation[i].loss = rough[i];
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_PLAIN);
    for (int i = 0; i < 7; i++)
        shape.evaluation[i].loss = smooth[i];
    shape_assert_class(&shape.curve, CURVE_OVERFIT, CURVE_PLAIN);
}

/* Lowest at half of the way, a bump, and back to 4% above the lowest: its last quarter falls by 9%, and yet
 * nothing is gained. */
static void a_recovery_is_no_improvement(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.25, 0.3, 0);
    static const double losses[EVALUATIONS] = {0.7, 0.5, 0.4, 0.33, 0.3, 0.3, 0.32, 0.35, 0.352, 0.33, 0.312};
    for (int i = 0; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = losses[i];
    struct diagnosis d;
    assert_int_equal(classify_curve(&shape.curve, &d, NULL), STATUS_OK);
    assert_true(diagnosis_value(&d, "validation_trend") < -0.05);
    assert_true(diagnosis_value(&d, "validation_end") > 0.02);
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_PLAIN);
}

enum { EXAMPLES = 100 };

/* The losses of EXAMPLES examples for each evaluation: the evaluation's own loss, by turns more and less, and
 * by other amounts (up to five times `by`) in each evaluation. */
struct examples {
    float losses[EVALUATIONS][EXAMPLES];
    const float *rows[EVALUATIONS];
};

static void spread_out(struct shape *shape, struct examples *examples, double by)
{
    for (int i = 0; i < EVALUATIONS; i++) {
        for (int j = 0; j < EXAMPLES; j++)
            examples->losses[i][j] =
                (float)(shape->evaluation[i].loss + by * ((i + j) % 2 == 0 ? 1 : -1) * (i * 7 % 5 + 1));
        examples->rows[i] = examples->losses[i];
    }
    shape->curve.examples = examples->rows;
    shape->curve.example_count = EXAMPLES;
}

/* The same curve, once with examples that all move as their mean does, once with ones that move so much that
 * another sample of examples might have moved the other way. */
static void a_change_must_be_beyond_the_noise_of_its_examples(void **state)
{
    (void)state;
    static struct examples examples;
    struct shape shape;
    struct diagnosis d;
    shape_make(&shape, 0.1, 0.3, 0);
    for (int i = 5; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = 0.3 * (1 + 0.15 * (i - 5) / 5);
    shape_assert_class(&shape.curve, CURVE_OVERFIT, CURVE_PLAIN);
    spread_out(&shape, &examples, 0.001);
    shape_assert_class(&shape.curve, CURVE_OVERFIT, CURVE_PLAIN);
    spread_out(&shape, &examples, 0.2);
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_PLAIN);
    assert_int_equal(classify_curve(&shape.curve, &d, NULL), STATUS_OK);
    assert_true(diagnosis_value(&d, "validation_rise") > 0.1);
    assert_true(diagnosis_value(&d, "validation_rise_noise") > diagnosis_value(&d, "validation_rise"));

    shape_make(&shape, 0.25, 0.3, 0);
    for (int i = 0; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = 0.7 - 0.03 * i;
    spread_out(&shape, &examples, 0.001);
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_STILL_IMPROVING);
    spread_out(&shape, &examples, 0.4);
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_PLAIN);

    shape_make(&shape, 0.69, 0.6, 0); /* train is flat, validation falls by 14% */
    spread_out(&shape, &examples, 0.001);
    shape_assert_class(&shape.curve, CURVE_CONVERGED, CURVE_PLAIN);
    spread_out(&shape, &examples, 0.5);
    shape_assert_class(&shape.curve, CURVE_STALLED, CURVE_PLAIN);

    shape_make(&shape, 0.69, 0.9, 0);               /* validation rises by 28% */
    shape.curve.evaluation_count = EVALUATIONS - 1; /* whose offset is another one than the first's */
    spread_out(&shape, &examples, 0.001);
    shape_assert_class(&shape.curve, CURVE_STALLED, CURVE_ROSE);
    spread_out(&shape, &examples, 1);
    shape_assert_class(&shape.curve, CURVE_STALLED, CURVE_PLAIN);
}

/* A short curve, nothing smoothed: lowest 0.5, last 0.6. Of four examples the last is 0.2 higher on
 * two: two standard errors are 2 sqrt(0.08) / 4, over 0.5. */
static void the_formula_of_the_noise(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{10, 0.8}, {20, 0.6}, {30, 0.4}},
                                    evaluation[] = {{0, 1}, {10, 0.6}, {15, 0.52}, {20, 0.5}, {30, 0.6}};
    static const float first[] = {1, 1, 1, 1}, second[] = {0.6f, 0.6f, 0.6f, 0.6f},
                       third[] = {0.52f, 0.52f, 0.52f, 0.52f}, lowest[] = {0.25f, 0.75f, 0.25f, 0.75f},
                       last[] = {0.45f, 0.95f, 0.25f, 0.75f};
    static const float *const examples[] = {first, second, third, lowest, last};
    struct curve curve = {.train = train,
                          .train_count = 3,
                          .evaluation = evaluation,
                          .evaluation_count = 5,
                          .examples = examples,
                          .example_count = 4};
    struct diagnosis d;
    assert_int_equal(classify_curve(&curve, &d, NULL), STATUS_OK);
    assert_true(fabs(diagnosis_value(&d, "validation_rise_noise") - 2 * sqrt(0.08) / 4 / 0.5) < 1e-6);
    assert_true(fabs(diagnosis_value(&d, "validation_fall_noise") - 2 * sqrt(4 * 0.3125) / 4) < 1e-6);
    assert_true(diagnosis_value(&d, "validation_excess_noise") == 0);
    assert_int_equal(d.class, CURVE_CONVERGED); /* 20% above its lowest, with a noise of 28% */
    /* losses of examples that are not those of the evaluation are of no use */
    static const float *const wrong[] = {first, second, third, lowest, third};
    curve.examples = wrong;
    assert_int_equal(classify_curve(&curve, &d, NULL), STATUS_OK);
    assert_true(isnan(diagnosis_value(&d, "validation_rise_noise")));
    assert_int_equal(d.class, CURVE_OVERFIT);
}

/* The first steps throw the loss up, and it comes back to where it began, never below: nothing is learned,
 * however far it fell from there. */
static void a_fall_is_measured_from_before_training(void **state)
{
    (void)state;
    struct shape shape;
    shape_make(&shape, 0.69, 0.69, 0);
    for (int i = 0; i < STEPS; i++)
        shape.train[i].loss = 0.69 + 0.3 * exp(-i / 8.0);
    static const double losses[EVALUATIONS] = {0.70,  0.97,  0.69, 0.693, 0.692, 0.69,
                                               0.693, 0.692, 0.69, 0.691, 0.69};
    for (int i = 0; i < EVALUATIONS; i++)
        shape.evaluation[i].loss = losses[i];
    shape_assert_class(&shape.curve, CURVE_STALLED, CURVE_ROSE);
    /* two evaluations that are high: their medians would hide the 0.70 before them */
    shape.evaluation[2].loss = 0.95;
    shape_assert_class(&shape.curve, CURVE_STALLED, CURVE_ROSE);
}

/* Twice the losses, or a thousand times: the same class and the same evidence. */
static void the_unit_does_not_matter(void **state)
{
    (void)state;
    struct shape shape;
    struct diagnosis before, after;
    shape_make(&shape, 0.1, 0.3, 0.1);
    assert_int_equal(classify_curve(&shape.curve, &before, NULL), STATUS_OK);
    for (int i = 0; i < STEPS; i++)
        shape.train[i].loss *= 1000;
    for (int i = 0; i < EVALUATIONS; i++)
        shape.evaluation[i].loss *= 1000;
    assert_int_equal(classify_curve(&shape.curve, &after, NULL), STATUS_OK);
    assert_int_equal(before.class, after.class);
    static const char *const losses[] = {
        "train_first",      "train_last",      "train_least", "validation_first",
        "validation_least", "validation_last", NULL};
    for (size_t i = 0; i < before.evidence_count; i++) {
        double unit = 1;
        for (size_t j = 0; losses[j] != NULL; j++)
            if (strcmp(before.evidence[i].name, losses[j]) == 0) unit = 1000;
        if (isnan(before.evidence[i].value)) {
            assert_true(isnan(after.evidence[i].value));
            continue;
        }
        assert_true(fabs(before.evidence[i].value - after.evidence[i].value / unit) <=
                    1e-8 * fabs(before.evidence[i].value));
    }
}

static void evidence_is_named(void **state)
{
    (void)state;
    struct shape shape;
    struct diagnosis d;
    shape_make(&shape, 0.3, 0.35, 0);
    assert_int_equal(classify_curve(&shape.curve, &d, NULL), STATUS_OK);
    assert_string_equal(d.evidence[0].name, "evaluations");
    assert_true(d.evidence[0].value == EVALUATIONS - 1);
    for (size_t i = 0; i < d.evidence_count; i++)
        assert_non_null(d.evidence[i].name);
    assert_true(fabs(diagnosis_value(&d, "validation_first") - shape.evaluation[0].loss) < 1e-9);
    assert_true(fabs(diagnosis_value(&d, "validation_least") - shape.evaluation[EVALUATIONS - 1].loss) <
                1e-9);
    assert_true(diagnosis_value(&d, "validation_least_step") == 60);
    assert_true(isnan(diagnosis_value(&d, "no such")));
}

static void degenerate(void **state)
{
    (void)state;
    const struct curve_point one = {1, 0.7}, zeros[] = {{0, 0}, {1, 0}, {2, 0}, {3, 0}};
    const struct curve empty = {0},
                       single = {.train = &one, .train_count = 1, .evaluation = &one, .evaluation_count = 1},
                       all_zero = {
                           .train = zeros, .train_count = 4, .evaluation = zeros, .evaluation_count = 4};
    shape_assert_class(&empty, CURVE_UNDETERMINED, CURVE_NO_VALIDATION);
    shape_assert_class(&single, CURVE_UNDETERMINED, CURVE_TOO_SHORT);
    shape_assert_class(&all_zero, CURVE_UNDETERMINED, CURVE_PLAIN);
}

static void allocation_failures(void **state)
{
    (void)state;
    struct shape shape;
    struct diagnosis d;
    shape_make(&shape, 0.3, 0.35, 0);
    long alive = memory_blocks_alive();
    for (long n = 1; n <= 2; n++) {
        memory_fail_from(n);
        enum status status = classify_curve(&shape.curve, &d, NULL);
        memory_fail_from(0);
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(classify_curve(&shape.curve, &d, NULL), STATUS_OK);
    assert_int_equal(memory_blocks_alive(), alive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_finite_is_counted),
        cmocka_unit_test(a_rise_within_the_noise_is_none),
        cmocka_unit_test(a_recovery_is_no_improvement),
        cmocka_unit_test(a_change_must_be_beyond_the_noise_of_its_examples),
        cmocka_unit_test(the_formula_of_the_noise),
        cmocka_unit_test(a_fall_is_measured_from_before_training),
        cmocka_unit_test(the_unit_does_not_matter),
        cmocka_unit_test(evidence_is_named),
        cmocka_unit_test(degenerate),
        cmocka_unit_test(allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
