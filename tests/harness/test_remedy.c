#include "harness/diagnose/remedy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* A diagnosis of which only class, state and course are known. */
static const char *remedy(enum curve_class class_of_curve, enum curve_state curve_state,
                          enum metric_course course)
{
    const struct diagnosis diagnosis = {.class = class_of_curve, .state = curve_state, .course = course};
    return remedy_sentence(&diagnosis);
}

/* Every class in every state has a sentence: begins with a capital, ends with a full stop, one line. */
static void every_one_is_a_sentence(void **state)
{
    (void)state;
    for (int c = 0; c <= CURVE_UNDETERMINED; c++) {
        for (int s = 0; s <= CURVE_NO_VALIDATION; s++) {
            for (int course = COURSE_UNKNOWN; course <= COURSE_FELL; course++) {
                const char *sentence =
                    remedy((enum curve_class)c, (enum curve_state)s, (enum metric_course)course);
                size_t length = strlen(sentence);
                assert_true(length > 20);
                assert_true(sentence[0] >= 'A' && sentence[0] <= 'Z' && sentence[length - 1] == '.');
                assert_null(strchr(sentence, '\n'));
                assert_null(strchr(sentence, '|'));
            }
        }
    }
}

/* What the recipe says about each. */
static void the_recipes_remedies(void **state)
{
    (void)state;
    assert_non_null(strstr(remedy(CURVE_STALLED, CURVE_PLAIN, COURSE_UNKNOWN), "Raise the learning rate"));
    assert_non_null(strstr(remedy(CURVE_OVERFIT, CURVE_PLAIN, COURSE_UNKNOWN), "fewer epochs"));
    assert_non_null(
        strstr(remedy(CURVE_OSCILLATING, CURVE_PLAIN, COURSE_UNKNOWN), "Lower the learning rate"));
    assert_non_null(strstr(remedy(CURVE_CONVERGED, CURVE_STILL_IMPROVING, COURSE_UNKNOWN), "more epochs"));
    assert_non_null(strstr(remedy_too_few_steps(), "Train longer"));
    assert_non_null(strstr(remedy_rate_too_high(), "Lower the learning rate"));
    assert_string_not_equal(remedy(CURVE_OSCILLATING, CURVE_DIVERGED, COURSE_UNKNOWN),
                            remedy(CURVE_OSCILLATING, CURVE_PLAIN, COURSE_UNKNOWN));
}

/* A rising loss alone is no reason to train less. */
static void overfit_by_the_metric(void **state)
{
    (void)state;
    const char *rose = remedy(CURVE_OVERFIT, CURVE_PLAIN, COURSE_ROSE),
               *fell = remedy(CURVE_OVERFIT, CURVE_PLAIN, COURSE_FELL),
               *level = remedy(CURVE_OVERFIT, CURVE_PLAIN, COURSE_LEVEL);
    assert_non_null(strstr(rose, "Judge by the metric, and keep the evaluation that is best by it"));
    assert_non_null(strstr(rose, "overconfident"));
    assert_null(strstr(rose, "Use fewer epochs"));
    assert_non_null(strstr(fell, "Use fewer epochs, or early stopping by the metric"));
    assert_non_null(strstr(level, "nor fallen"));
    /* of the other classes the metric's course does not change what helps */
    assert_ptr_equal(remedy(CURVE_STALLED, CURVE_PLAIN, COURSE_FELL),
                     remedy(CURVE_STALLED, CURVE_PLAIN, COURSE_UNKNOWN));
    /* answers that got better did generalise, whatever the loss says */
    assert_ptr_equal(remedy(CURVE_OVERFIT, CURVE_NEVER_GENERALISED, COURSE_ROSE), rose);
    assert_non_null(
        strstr(remedy(CURVE_OVERFIT, CURVE_NEVER_GENERALISED, COURSE_FELL), "Check that validation data"));
}

/* What is kept already is not advised. */
static void the_best_is_kept_already(void **state)
{
    (void)state;
    struct diagnosis d = {.class = CURVE_OVERFIT, .course = COURSE_LEVEL, .keeps_best = true};
    assert_null(strstr(remedy_sentence(&d), "or keep"));
    d.course = COURSE_ROSE;
    assert_null(strstr(remedy_sentence(&d), "load_best_model_at_end"));
    assert_non_null(strstr(remedy_sentence(&d), "kept already"));
}

/* Validation data that give no number are there, so nobody need give any. */
static void broken_validation(void **state)
{
    (void)state;
    struct diagnosis d = {.class = CURVE_UNDETERMINED, .state = CURVE_NO_VALIDATION};
    assert_non_null(strstr(remedy_sentence(&d), "Give validation data"));
    diagnosis_add(&d, "validation_nonfinite", 4);
    assert_null(strstr(remedy_sentence(&d), "Give validation data"));
    assert_non_null(strstr(remedy_sentence(&d), "every loss is NaN"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_is_kept_already), cmocka_unit_test(broken_validation),
        cmocka_unit_test(every_one_is_a_sentence),  cmocka_unit_test(the_recipes_remedies),
        cmocka_unit_test(overfit_by_the_metric),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
