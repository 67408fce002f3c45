#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Words that programs read are all different within their kind. */
static void names(void **state)
{
    (void)state;
    assert_string_equal(report_outcome_name(REPORT_TIMED_OUT), "timed_out");
    assert_string_equal(report_verdict_name(REPORT_UNSTABLE), "unstable");
    assert_string_equal(report_class_name(REPORT_UNDETERMINED), "undetermined");
    assert_string_equal(report_state_name(REPORT_STATE_DIVERGED), "diverged");
    assert_string_equal(report_state_name(REPORT_PLAIN), "");
    for (int i = 1; i < REPORT_STATES; i++) {
        for (int j = 0; j < i; j++)
            assert_string_not_equal(report_state_name((enum report_state)i),
                                    report_state_name((enum report_state)j));
    }
    for (int i = 1; i <= REPORT_STEADY; i++) {
        for (int j = 0; j < i; j++)
            assert_string_not_equal(report_advice_name((enum report_advice_kind)i),
                                    report_advice_name((enum report_advice_kind)j));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
