/* What a run's record says about where it was computed. */
#include "trainer/environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Levels and contraction are there; nothing that names a place on the machine that built the program. */
static void flags_are_those_of_the_arithmetic(void **state)
{
    (void)state;
    struct observed_begin begin = {0};
    environment_describe(&begin);
    assert_non_null(strstr(begin.flags, " -ffp-contract=off"));
    assert_null(strchr(begin.flags, '/'));
#ifdef __OPTIMIZE__
    assert_non_null(strstr(begin.flags, " -O"));
#endif
#ifdef __SANITIZE_ADDRESS__
    assert_non_null(strstr(begin.flags, " -fsanitize="));
#endif
}

static void the_program_has_a_name_and_a_version(void **state)
{
    (void)state;
    struct observed_begin begin = {0};
    environment_describe(&begin);
    assert_string_equal(begin.program, "ftbench-trainer " FTBENCH_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_are_those_of_the_arithmetic),
        cmocka_unit_test(the_program_has_a_name_and_a_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
