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
    const struct curve curve = {
        .train = train, .train_count = 4, .evaluation = evaluation, .evaluation_count = POINTS};
    for (size_t i = 0; i < count; i++)
        points[i] = (struct curve_point){evaluation[i].step, values[i]};
    const struct metric_curve metric = {.name = "F1", .points = points, .count = count, .samples = samples};
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

/* 0.66 - 0.64 is a little more than 0.02 in binary, which is the usual move: level, as by the doc. */
static void a_tie_is_level(void **state)
{
    (void)state;
    assert_true(0.66 - 0.64 > 0.02);
    const double values[] = {0.60, 0.62, 0.64, 0.66, 0.66}, down[] = {0.60, 0.62, 0.66, 0.66, 0.64};
    assert_int_equal(diagnose(values, POINTS, 0).course, COURSE_LEVEL);
    assert_int_equal(diagnose(down, POINTS, 0).course, COURSE_LEVEL);
}

enum { SAMPLES = 100 };

/* A metric that follows from answers: at evaluation e the first wrong[e] of the samples are wrong. */
static struct diagnosis diagnose_answers(const int wrong[POINTS], enum influence_metric kind, bool honest)
{
    static int32_t answers[POINTS][SAMPLES], labels[SAMPLES];
    const int32_t *rows[POINTS];
    struct curve_point points[POINTS];
    struct diagnosis diagnosis;
    const struct curve curve = {
        .train = train, .train_count = 4, .evaluation = evaluation, .evaluation_count = POINTS};
    for (int e = 0; e < POINTS; e++) {
        int tp = 0, fp = 0, fn = 0;
        rows[e] = answers[e];
        for (int i = 0; i < SAMPLES; i++) {
            labels[i] = i % 2;
            answers[e][i] = i < wrong[e] ? 1 - labels[i] : labels[i];
            tp += answers[e][i] == 1 && labels[i] == 1;
            fp += answers[e][i] == 1 && labels[i] == 0;
            fn += answers[e][i] == 0 && labels[i] == 1;
        }
        double value =
            kind == INFLUENCE_ACCURACY ? 1 - wrong[e] / (double)SAMPLES : 2.0 * tp / (2.0 * tp + fp + fn);
        points[e] = (struct curve_point){evaluation[e].step, value + (honest ? 0 : 0.001)};
    }
    const struct metric_curve metric = {.name = "F1",
                                        .points = points,
                                        .count = POINTS,
                                        .samples = SAMPLES,
                                        .labels = labels,
                                        .predictions = rows,
                                        .classes = 2,
                                        .kind = kind};
    assert_int_equal(classify_curve(&curve, &diagnosis, NULL), STATUS_OK);
    assert_int_equal(course_add(&metric, &diagnosis, NULL), STATUS_OK);
    return diagnosis;
}

/* From 40 wrong to 32, of which none is new: 8 samples differ. The noise of the pair is
 * 2 sqrt(8) / 100. 5 of 100 that all went one way are beyond 2 sqrt(5) / 100 = 0.0447, 4 equal their noise
 * and are not. */
static void by_pairs_of_answers(void **state)
{
    (void)state;
    const int eight[] = {50, 45, 40, 36, 32}, five[] = {50, 45, 40, 36, 35}, four[] = {50, 45, 40, 37, 36},
              fell[] = {50, 45, 40, 30, 35}, stays[] = {50, 45, 40, 30, 34};
    struct diagnosis d = diagnose_answers(eight, INFLUENCE_ACCURACY, true);
    assert_value(&d, "metric_rise_noise", 2 * sqrt(8) / SAMPLES);
    assert_value(&d, "metric_fall_noise", 0);
    assert_int_equal(d.course, COURSE_ROSE);
    assert_int_equal(diagnose_answers(five, INFLUENCE_ACCURACY, true).course, COURSE_ROSE);
    assert_int_equal(diagnose_answers(four, INFLUENCE_ACCURACY, true).course, COURSE_LEVEL);
    assert_int_equal(diagnose_answers(fell, INFLUENCE_ACCURACY, true).course, COURSE_FELL);
    assert_int_equal(diagnose_answers(stays, INFLUENCE_ACCURACY, true).course, COURSE_ROSE); /* 6 of 100 */
    /* a metric that does not follow from the answers has no pairs */
    d = diagnose_answers(five, INFLUENCE_ACCURACY, false);
    assert_value(&d, "metric_rise_noise", diagnosis_value(&d, "metric_noise"));
}

/* F1 from its influence values: of 40 wrong (20 of class 1) to 30 (15 of class 1), F1 goes from 0.6 to 0.7,
 * and only the ten that differ and the change of F1 itself are in its error. */
static void by_influence(void **state)
{
    (void)state;
    const int ten[] = {50, 45, 40, 35, 30};
    const struct diagnosis d = diagnose_answers(ten, INFLUENCE_F1, true);
    double noise = diagnosis_value(&d, "metric_rise_noise");
    assert_value(&d, "metric_at_loss_minimum", 0.6);
    assert_value(&d, "metric_at_end", 0.7);
    /* u = F + (2 tp - F (2 tp + fp + fn)) / mean(2 tp + fp + fn); the mean is 1 in both */
    double squares = 0;
    for (int i = 0; i < SAMPLES; i++) {
        bool positive = i % 2 == 1;
        double left = 0.6 + (i < 40     ? -0.6
                             : positive ? 2 - 1.2
                                        : 0),
               right = 0.7 + (i < 30     ? -0.7
                              : positive ? 2 - 1.4
                                         : 0);
        squares += (left - right) * (left - right);
    }
    assert_true(fabs(noise - 2 * sqrt(squares) / SAMPLES) < 1e-8);
    assert_int_equal(d.course, COURSE_ROSE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tie_is_level), cmocka_unit_test(by_pairs_of_answers),
        cmocka_unit_test(by_influence),   cmocka_unit_test(it_rose),
        cmocka_unit_test(it_fell),        cmocka_unit_test(nothing_wrong),
        cmocka_unit_test(its_usual_move), cmocka_unit_test(what_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
