/* Durations as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/duration.h"

#include <math.h>

static void durations_read_well(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {{0, "0.0 s"},           {0.004, "0.00 s"},      {0.02, "0.02 s"},     {0.44, "0.4 s"},
                 {9.96, "10 s"},         {59.4, "59 s"},         {59.6, "1 min 00 s"}, {187, "3 min 07 s"},
                 {3599.7, "1 h 00 min"}, {86400, "24 h 00 min"}, {NAN, "0 s"},         {-3, "0 s"},
                 {INFINITY, "0 s"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[DURATION_TEXT];
        duration_text(cases[i].seconds, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(durations_read_well)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
