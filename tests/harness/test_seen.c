#include "harness/diagnose/course.h"
#include "harness/diagnose/seen.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void assert_seen(const struct curve *curve, const char *expected)
{
    struct diagnosis diagnosis;
    struct text out = {0};
    assert_int_equal(classify_curve(curve, &diagnosis, NULL), STATUS_OK);
    seen_describe(&diagnosis, " ", &out);
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
}

/* Train 0.8 -> 0.4: 50%. Validation 0.8, 0.5 at step 20 (37.5%), 0.65 (30% above 0.5). */
static void overfit(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{10, 0.8}, {20, 0.6}, {30, 0.4}},
                                    evaluation[] = {{0, 0.8}, {10, 0.6}, {20, 0.5}, {30, 0.65}};
    const struct curve curve = {train, 3, evaluation, 4, false};
    assert_seen(
        &curve,
        "Train loss went from 0.8 to 0.4; at its lowest it was 50% below its start. Validation loss began "
        "at 0.8, was lowest at step 20 with 0.5, 38% below its start, and ended at 0.65, 30% above its "
        "lowest.");
}

static void nothing(void **state)
{
    (void)state;
    const struct curve curve = {0};
    assert_seen(&curve, "There is no finite train loss. There is no finite validation loss.");
}

static void too_short(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{10, 0.8}, {20, 0.6}}, evaluation[] = {{20, 0.5}};
    const struct curve curve = {train, 2, evaluation, 1, false};
    assert_seen(
        &curve,
        "Train loss went from 0.8 to 0.6; at its lowest it was 25% below its start. There is only 1 "
        "evaluation after training began. Validation loss began at 0.5, was lowest at step 20 with 0.5, "
        "level with its start, and ended at 0.5, level with its lowest.");
}

static void diverged(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{10, 0.8}, {20, NAN}};
    const struct curve curve = {train, 2, NULL, 0, true};
    assert_seen(
        &curve,
        "There is only one finite train loss, 0.8. There is no finite validation loss. A loss or a gradient "
        "was no longer a finite number.");
}

/* Validation surges from 0.4 to 1.2 and back: three times. Train is above its start of 0.7 by 2 / 7 in the
 * other. */
static void what_made_the_class(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{10, 0.8}, {20, 0.6}, {30, 0.4}},
                                    evaluation[] = {{0, 0.8}, {10, 0.4}, {20, 1.2}, {30, 0.4}};
    struct curve curve = {train, 3, evaluation, 4, false};
    struct diagnosis diagnosis;
    struct text out = {0};
    assert_int_equal(classify_curve(&curve, &diagnosis, NULL), STATUS_OK);
    seen_describe(&diagnosis, "\n", &out);
    assert_non_null(
        strstr(text_string(&out), "\nValidation loss surged to 3 times what it was before and after."));
    text_clear(&out);

    static const struct curve_point high[] = {{10, 0.9}, {20, 0.7}, {30, 0.7}},
                                    flat[] = {{0, 0.7}, {10, 0.7}, {20, 0.7}, {30, 0.7}};
    curve = (struct curve){high, 3, flat, 4, false};
    assert_int_equal(classify_curve(&curve, &diagnosis, NULL), STATUS_OK);
    assert_int_equal(diagnosis.state, CURVE_ROSE);
    seen_describe(&diagnosis, "\n", &out);
    assert_non_null(strstr(text_string(&out), "\nTrain loss was up to 29% above its start."));
    assert_null(strstr(text_string(&out), "nan"));
    text_free(&out);
}

static void assert_decided(const struct curve *curve, const struct metric_curve *metric, const char *expected)
{
    struct diagnosis diagnosis;
    struct text out = {0};
    assert_int_equal(classify_curve(curve, &diagnosis, NULL), STATUS_OK);
    if (metric != NULL) assert_int_equal(course_add(metric, &diagnosis, NULL), STATUS_OK);
    seen_decided(&diagnosis, &out);
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
}

/* For each class the numbers that decided it, and nothing else. */
static void what_decided(void **state)
{
    (void)state;
    static const struct curve_point falls[] = {{10, 0.8}, {20, 0.6}, {30, 0.4}},
                                    flat[] = {{10, 0.7}, {20, 0.7}, {30, 0.7}},
                                    broken[] = {{10, 0.8}, {20, NAN}},
                                    turns[] = {{0, 0.8}, {10, 0.6}, {20, 0.5}, {30, 0.65}},
                                    settles[] = {{0, 0.8}, {10, 0.5}, {20, 0.5}, {30, 0.5}},
                                    still[] = {{0, 0.7}, {10, 0.7}, {20, 0.69}, {30, 0.7}},
                                    surges[] = {{0, 0.8}, {10, 0.4}, {20, 1.2}, {30, 0.4}},
                                    f1[] = {{0, 0.4}, {10, 0.6}, {20, 0.7}, {30, 0.8125}};
    const struct metric_curve metric = {"F1", f1, 4, 100};
    struct curve curve = {falls, 3, turns, 4, false};
    assert_decided(&curve, NULL,
                   "Train loss fell by 50%, validation loss ended 30% above its lowest (step 20).");
    assert_decided(&curve, &metric,
                   "Train loss fell by 50%, validation loss ended 30% above its lowest (step 20). From there "
                   "to the end, F1 went from 0.7 to 0.8125.");
    curve.evaluation = settles;
    assert_decided(&curve, &metric,
                   "Train loss fell by 50%, validation loss fell by 38% and ended level with its lowest.");
    curve = (struct curve){flat, 3, still, 4, false};
    assert_decided(&curve, &metric, "Train loss did not fall, validation loss fell by 1%.");
    curve = (struct curve){falls, 3, surges, 4, false};
    struct diagnosis diagnosis;
    struct text out = {0};
    assert_int_equal(classify_curve(&curve, &diagnosis, NULL), STATUS_OK);
    seen_decided(&diagnosis, &out);
    assert_int_equal(strncmp(text_string(&out), "Validation loss surged to 3 times", 33), 0);
    text_free(&out);
    curve = (struct curve){broken, 2, NULL, 0, true};
    assert_decided(&curve, NULL, "A loss or a gradient was no longer a finite number.");
    curve = (struct curve){falls, 3, turns, 2, false};
    assert_decided(&curve, NULL, "Only 1 evaluation after training began.");
    curve = (struct curve){falls, 3, NULL, 0, false};
    assert_decided(&curve, NULL, "There is no finite validation loss.");
    static const struct curve_point below[] = {{10, -0.8}, {20, -0.9}, {30, -1}};
    curve = (struct curve){below, 3, below, 3, false};
    assert_decided(&curve, NULL, "No loss is above 0, so that none can be compared.");
}

static void the_metric(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{10, 0.8}, {20, 0.6}, {30, 0.4}},
                                    evaluation[] = {{0, 0.8}, {10, 0.6}, {20, 0.5}, {30, 0.65}};
    struct curve_point f1[] = {{0, 0.4}, {10, 0.6}, {20, 0.7}, {30, 0.8125}};
    const struct curve curve = {train, 3, evaluation, 4, false};
    const struct metric_curve metric = {"F1", f1, 4, 0};
    struct diagnosis diagnosis;
    struct text out = {0};
    assert_int_equal(classify_curve(&curve, &diagnosis, NULL), STATUS_OK);
    assert_int_equal(course_add(&metric, &diagnosis, NULL), STATUS_OK);
    seen_describe(&diagnosis, "\n", &out);
    assert_non_null(strstr(text_string(&out),
                           "\nIts F1 was 0.7 where validation loss was lowest, 0.8125 at its "
                           "best (step 30) and 0.8125 at the end."));
    text_clear(&out);
    f1[3].loss = f1[2].loss = NAN;
    assert_int_equal(classify_curve(&curve, &diagnosis, NULL), STATUS_OK);
    assert_int_equal(course_add(&metric, &diagnosis, NULL), STATUS_OK);
    seen_describe(&diagnosis, "\n", &out);
    assert_non_null(
        strstr(text_string(&out), "\nIts F1 was 0.6 at its best (step 10) and undefined at the end."));
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overfit),
        cmocka_unit_test(nothing),
        cmocka_unit_test(too_short),
        cmocka_unit_test(diverged),
        cmocka_unit_test(what_made_the_class),
        cmocka_unit_test(what_decided),
        cmocka_unit_test(the_metric),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
