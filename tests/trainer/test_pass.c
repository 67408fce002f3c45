/* What a pass tells the operations about dropout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "trainer/model/pass.h"

static void test_dropout(void **state)
{
    (void)state;
    const struct pass training = {.training = true, .dropout_seed = 7, .draw = 3};
    struct dropout d = pass_dropout(&training, 0.1, 5);
    assert_int_equal(d.threshold, 429496730u); /* 0.1 * 2^32 = 429496729.6 */
    assert_true(d.scale == (float)(1.0 / 0.9) && d.probability == 0.1f);
    assert_true(d.seed == 7 && d.draw == 3 && d.site == 5);
    d = pass_dropout(&training, 0.0, 5);
    assert_true(d.threshold == 0 && d.scale == 1.0f);
}

/* config.json may say so: 2^32 is one more than a word holds, and the word after the largest must not be 0.
 */
static void test_dropout_of_almost_all(void **state)
{
    (void)state;
    const struct pass training = {.training = true};
    assert_int_equal(pass_dropout(&training, 1.0 - 0x1p-40, 0).threshold, 0xffffffffu);
    assert_int_equal(pass_dropout(&training, 1.0 - 0x1p-32, 0).threshold, 0xffffffffu);
}

static void test_no_dropout_in_evaluation(void **state)
{
    (void)state;
    const struct pass evaluation = {.training = false, .dropout_seed = 7};
    struct dropout d = pass_dropout(&evaluation, 0.5, 5);
    assert_true(d.threshold == 0 && d.scale == 1.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dropout),
        cmocka_unit_test(test_dropout_of_almost_all),
        cmocka_unit_test(test_no_dropout_in_evaluation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
