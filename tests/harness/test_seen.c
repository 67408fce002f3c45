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
    const struct curve curve = {
        .train = train, .train_count = 3, .evaluation = evaluation, .evaluation_count = 4};
    assert_seen(
        &curve,
        "Train loss began at 0.8, was lowest with 0.4, 50% below its start, and ended at 0.4, level with its "
        "lowest. Validation loss began "
        "at 0.8, was lowest at step 20 with 0.5, 38% below its start, and ended at 0.65, 30% above its "
        "lowest.");
}

static void nothing(void **state)
{
    (void)state;
    const struct curve curve = {0};
    assert_seen(&curve, "There is no finite train loss. There is no validation loss.");
}

static void too_short(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{10, 0.8}, {20, 0.6}}, evaluation[] = {{20, 0.5}};
    const struct curve curve = {
        .train = train, .train_count = 2, .evaluation = evaluation, .evaluation_count = 1};
    assert_seen(
        &curve,
        "Train loss began at 0.8, was lowest with 0.6, 25% below its start, and ended at 0.6, level with its "
        "lowest. There is only 1 "
        "evaluation after training began. Validation loss began at 0.5, was lowest at step 20 with 0.5, "
        "level with its start, and ended at 0.5, level with its lowest.");
}

static void diverged(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{10, 0.8}, {20, NAN}};
    const struct curve curve = {.train = train, .train_count = 2, .diverged = true};
    assert_seen(&curve, "There is only one finite train loss, 0.8. There is no validation loss. Not finite: "
                        "1 train loss (at step 20).");
}

/* Validation surges from 0.4 to 1.2 and back: three times. Train is above its start of 0.7 by 2 / 7 in the
 * other. */
static void what_made_the_class(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{10, 0.8}, {20, 0.6}, {30, 0.4}},
                                    evaluation[] = {{0, 0.8}, {10, 0.4}, {20, 1.2}, {30, 0.4}};
    struct curve curve = {.train = train, .train_count = 3, .evaluation = evaluation, .evaluation_count = 4};
    struct diagnosis diagnosis;
    struct text out = {0};
    assert_int_equal(classify_curve(&curve, &diagnosis, NULL), STATUS_OK);
    seen_describe(&diagnosis, "\n", &out);
    assert_non_null(
        strstr(text_string(&out), "\nValidation loss surged to 3 times what it was before and after."));
    text_clear(&out);

    static const struct curve_point high[] = {{10, 0.9}, {20, 0.7}, {30, 0.7}},
                                    flat[] = {{0, 0.7}, {10, 0.7}, {20, 0.7}, {30, 0.7}};
    curve = (struct curve){.train = high, .train_count = 3, .evaluation = flat, .evaluation_count = 4};
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
    const struct metric_curve metric = {.name = "F1", .points = f1, .count = 4, .samples = 100};
    struct curve curve = {.train = falls, .train_count = 3, .evaluation = turns, .evaluation_count = 4};
    assert_decided(&curve, NULL,
                   "Train loss fell by 50%, validation loss ended 30% above its lowest (step 20).");
    assert_decided(&curve, &metric,
                   "Train loss fell by 50%, validation loss ended 30% above its lowest (step 20). From there "
                   "to the end, F1 went from 0.7 to 0.8125.");
    curve.evaluation = settles;
    assert_decided(&curve, &metric,
                   "Train loss fell by 50%, validation loss fell by 38% and ended level with its lowest.");
    curve = (struct curve){.train = flat, .train_count = 3, .evaluation = still, .evaluation_count = 4};
    assert_decided(&curve, &metric, "Train loss did not fall, validation loss fell by 1%.");
    curve = (struct curve){.train = falls, .train_count = 3, .evaluation = surges, .evaluation_count = 4};
    struct diagnosis diagnosis;
    struct text out = {0};
    assert_int_equal(classify_curve(&curve, &diagnosis, NULL), STATUS_OK);
    seen_decided(&diagnosis, &out);
    assert_int_equal(strncmp(text_string(&out), "Validation loss surged to 3 times", 33), 0);
    text_free(&out);
    curve = (struct curve){.train = broken, .train_count = 2, .diverged = true};
    assert_decided(&curve, NULL, "Not finite: 1 train loss (at step 20).");
    curve = (struct curve){.train = falls, .train_count = 3, .evaluation = turns, .evaluation_count = 2};
    assert_decided(&curve, NULL, "Only 1 evaluation after training began.");
    curve = (struct curve){.train = falls, .train_count = 3};
    assert_decided(&curve, NULL, "There is no validation loss.");
    static const struct curve_point below[] = {{10, -0.8}, {20, -0.9}, {30, -1}};
    curve = (struct curve){.train = below, .train_count = 3, .evaluation = below, .evaluation_count = 3};
    assert_decided(&curve, NULL, "No loss is above 0, so that none can be compared.");
}

static void the_metric(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{10, 0.8}, {20, 0.6}, {30, 0.4}},
                                    evaluation[] = {{0, 0.8}, {10, 0.6}, {20, 0.5}, {30, 0.65}};
    struct curve_point f1[] = {{0, 0.4}, {10, 0.6}, {20, 0.7}, {30, 0.8125}};
    const struct curve curve = {
        .train = train, .train_count = 3, .evaluation = evaluation, .evaluation_count = 4};
    const struct metric_curve metric = {.name = "F1", .points = f1, .count = 4, .samples = 0};
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

/* Smoothed and as logged are two kinds of numbers: one sentence has one of them. 0.7, 0.2 once, 0.5 at the
 * end: at its lowest 71% below its start, and 150% above that at the end; smoothed it would be 57%. */
static void one_kind_of_number_in_a_sentence(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{1, 0.7}, {2, 0.6}, {3, 0.2}, {4, 0.3}, {5, 0.5}};
    const struct curve curve = {.train = train, .train_count = 5};
    assert_seen(&curve,
                "Train loss began at 0.7, was lowest with 0.2, 71% below its start, and ended at 0.5, "
                "150% above its lowest. There is no validation loss.");
}

static void what_is_not_finite(void **state)
{
    (void)state;
    const struct curve_point train[] = {{10, NAN}, {20, INFINITY}}, evaluation[] = {{5, NAN}, {20, NAN}};
    const struct curve_point norms[] = {{10, 1}, {20, NAN}}, skipped[] = {{10, NAN}, {20, 1}};
    struct curve curve = {.train = train,
                          .train_count = 2,
                          .evaluation = evaluation,
                          .evaluation_count = 2,
                          .gradient = norms,
                          .gradient_count = 2};
    assert_decided(&curve, NULL,
                   "Not finite: 2 train losses (the first at step 10), 2 validation losses (the first at "
                   "step 5), 1 gradient norm (at step 20).");
    static const struct curve_point falls[] = {{10, 0.8}, {20, 0.6}, {30, 0.4}};
    curve.train = falls;
    curve.train_count = 3;
    curve.gradient = skipped;
    assert_decided(&curve, NULL, "Of 2 validation losses none is a finite number.");
    assert_seen(&curve,
                "Train loss began at 0.8, was lowest with 0.4, 50% below its start, and ended at 0.4, level "
                "with its lowest. Of 2 validation losses none is a finite number. 1 gradient norm (at step "
                "10) not finite, and finite ones after that: steps that mixed precision leaves out.");
}

/* Train moves by less than the limits of a surge: only validation's decided. */
static void what_decided_nothing_is_not_listed(void **state)
{
    (void)state;
    static const struct curve_point train[] = {{1, 0.8}, {2, 0.7}, {3, 0.9}, {4, 0.75}, {5, 0.85},
                                               {6, 0.7}, {7, 0.8}, {8, 0.6}, {9, 0.5}},
                                    evaluation[] = {{0, 0.8}, {2, 0.6},  {4, 0.4},
                                                    {6, 1.2}, {8, 0.39}, {9, 0.2}};
    const struct curve curve = {
        .train = train, .train_count = 9, .evaluation = evaluation, .evaluation_count = 6};
    assert_decided(&curve, NULL, "Validation loss surged to 3 times what it was before and after.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_kind_of_number_in_a_sentence),
        cmocka_unit_test(what_is_not_finite),
        cmocka_unit_test(what_decided_nothing_is_not_listed),
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
