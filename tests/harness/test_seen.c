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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overfit),
        cmocka_unit_test(nothing),
        cmocka_unit_test(too_short),
        cmocka_unit_test(diverged),
        cmocka_unit_test(what_made_the_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
