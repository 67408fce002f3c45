#include "harness/diagnose/course.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* Train falls by half; validation is lowest at step 20 and ends 30% above that: overfit. */
static const struct curve_point train[] = {{10, 0.8}, {20, 0.6}, {30, 0.5}, {40, 0.4}},
                                evaluation[] = {{0, 0.8}, {10, 0.6}, {20, 0.5}, {30, 0.6}, {40, 0.65}};
enum { POINTS = 5 };

static struct diagnosis diagnose(const double values[POINTS], size_t count, long samples)
{
    struct curve_point points[POINTS];
    struct diagnosis diagnosis;
    const struct curve curve = {train, 4, evaluation, POINTS, false};
    for (size_t i = 0; i < count; i++)
        points[i] = (struct curve_point){evaluation[i].step, values[i]};
    const struct metric_curve metric = {"F1", points, count, samples};
    assert_int_equal(classify_curve(&curve, &diagnosis, NULL), STATUS_OK);
    assert_int_equal(course_add(&metric, &diagnosis, NULL), STATUS_OK);
    assert_int_equal(diagnosis.class, CURVE_OVERFIT);
    assert_int_equal(diagnosis.evidence_count, DIAGNOSIS_EVIDENCE);
    return diagnosis;
}

static void assert_value(const struct diagnosis *diagnosis, const char *name, double expected)
{
    double value = diagnosis_value(diagnosis, name);
    if (isnan(expected) ? !isnan(value) : !(fabs(value - expected) < 1e-8))
        fail_msg("%s is %.9g, not %.9g", name, value, expected);
}

/* 100 samples, best 0.83: p = 84 / 102, sqrt(84 * 18 / 102^2 / 100) = 0.03812. 0.83 - 0.70 is more. */
static void it_rose(void **state)
{
    (void)state;
    const double values[] = {0.4, 0.6, 0.7, 0.83, 0.82};
    const struct diagnosis d = diagnose(values, POINTS, 100);
    assert_int_equal(d.course, COURSE_ROSE);
    assert_string_equal(d.metric, "F1");
    assert_value(&d, "metric_at_loss_minimum", 0.7);
    assert_value(&d, "metric_best", 0.83);
    assert_value(&d, "metric_best_step", 30);
    assert_value(&d, "metric_at_end", 0.82);
    assert_value(&d, "metric_noise", sqrt(84.0 * 18) / 1020);
}

/* The same noise: 0.83 to 0.79 is more, 0.83 to 0.80 is not. A fall counts even where it ended above where
 * the loss was lowest. */
static void it_fell(void **state)
{
    (void)state;
    const double fell[] = {0.4, 0.6, 0.83, 0.82, 0.79}, level[] = {0.4, 0.6, 0.83, 0.82, 0.80},
                 both[] = {0.4, 0.6, 0.7, 0.83, 0.75};
    assert_int_equal(diagnose(fell, POINTS, 100).course, COURSE_FELL);
    assert_int_equal(diagnose(level, POINTS, 100).course, COURSE_LEVEL);
    assert_int_equal(diagnose(both, POINTS, 100).course, COURSE_FELL);
}

/* Everything right has a noise all the same, and of equal values the first is the best. */
static void nothing_wrong(void **state)
{
    (void)state;
    const double values[] = {0.4, 1, 1, 1, 0.9};
    const struct diagnosis d = diagnose(values, POINTS, 10);
    assert_value(&d, "metric_best_step", 10);
    assert_value(&d, "metric_noise", sqrt(11.0 / 12 / 12 / 10));
    assert_int_equal(d.course, COURSE_FELL);
}

/* Without the number of samples: moves 0.02, 0.04, 0.1, 0.03, of which the median is 0.035. Any unit will do.
 */
static void its_usual_move(void **state)
{
    (void)state;
    const double values[] = {0.6, 0.62, 0.66, 0.76, 0.73};
    const struct diagnosis d = diagnose(values, POINTS, 0);
    assert_value(&d, "metric_noise", 0.035);
    assert_int_equal(d.course, COURSE_ROSE);
    const double percent[] = {60, 62, 66, 76, 70};
    assert_int_equal(diagnose(percent, POINTS, 0).course, COURSE_FELL);
}

static void what_is_not_known(void **state)
{
    (void)state;
    const double no_end[] = {0.6, 0.62, 0.66, 0.76, NAN}, no_minimum[] = {0.6, 0.62, NAN, 0.76, 0.76},
                 nothing[] = {NAN, NAN, NAN, NAN, NAN}, two[] = {NAN, NAN, 0.5, 0.9, NAN};
    struct diagnosis d = diagnose(no_end, POINTS, 100);
    assert_int_equal(d.course, COURSE_UNKNOWN);
    assert_value(&d, "metric_at_end", NAN);
    assert_value(&d, "metric_best", 0.76);
    assert_int_equal(diagnose(no_minimum, POINTS, 100).course, COURSE_UNKNOWN);
    d = diagnose(nothing, POINTS, 100);
    assert_int_equal(d.course, COURSE_UNKNOWN);
    assert_value(&d, "metric_best_step", NAN);
    d = diagnose(two, POINTS, 0);
    assert_value(&d, "metric_noise", NAN);
    assert_int_equal(d.course, COURSE_UNKNOWN);
    d = diagnose(nothing, 0, 0);
    assert_int_equal(d.course, COURSE_UNKNOWN);
    assert_value(&d, "metric_at_end", NAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_rose),           cmocka_unit_test(it_fell),
        cmocka_unit_test(nothing_wrong),     cmocka_unit_test(its_usual_move),
        cmocka_unit_test(what_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
