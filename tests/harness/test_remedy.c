#include "harness/diagnose/remedy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* Every class in every state has a sentence: begins with a capital, ends with a full stop, one line. */
static void every_one_is_a_sentence(void **state)
{
    (void)state;
    for (int c = 0; c <= CURVE_UNDETERMINED; c++) {
        for (int s = 0; s <= CURVE_NO_VALIDATION; s++) {
            const char *sentence = remedy_sentence((enum curve_class)c, (enum curve_state)s);
            size_t length = strlen(sentence);
            assert_true(length > 20);
            assert_true(sentence[0] >= 'A' && sentence[0] <= 'Z' && sentence[length - 1] == '.');
            assert_null(strchr(sentence, '\n'));
            assert_null(strchr(sentence, '|'));
        }
    }
}

/* What the recipe says about each. */
static void the_recipes_remedies(void **state)
{
    (void)state;
    assert_non_null(strstr(remedy_sentence(CURVE_STALLED, CURVE_PLAIN), "Raise the learning rate"));
    assert_non_null(strstr(remedy_sentence(CURVE_OVERFIT, CURVE_PLAIN), "fewer epochs"));
    assert_non_null(strstr(remedy_sentence(CURVE_OSCILLATING, CURVE_PLAIN), "Lower the learning rate"));
    assert_non_null(strstr(remedy_sentence(CURVE_CONVERGED, CURVE_STILL_IMPROVING), "more epochs"));
    assert_non_null(strstr(remedy_too_few_steps(), "Train longer"));
    assert_non_null(strstr(remedy_rate_too_high(), "Lower the learning rate"));
    assert_string_not_equal(remedy_sentence(CURVE_OSCILLATING, CURVE_DIVERGED),
                            remedy_sentence(CURVE_OSCILLATING, CURVE_PLAIN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_one_is_a_sentence),
        cmocka_unit_test(the_recipes_remedies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
