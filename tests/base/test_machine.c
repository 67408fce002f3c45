/* What the machine says of its memory. */
#include "base/machine.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char meminfo[] = "MemTotal:       16313860 kB\nMemFree:          912344 kB\n"
                              "MemAvailable:    8000000 kB\nBuffers:          512 kB\n";

static void the_smaller_one_counts(void **state)
{
    (void)state;
    assert_true(machine_memory_of(meminfo, "") == 8192000000.0);
    assert_true(machine_memory_of(meminfo, "max\n") == 8192000000.0);
    assert_true(machine_memory_of(meminfo, "1073741824\n") == 1073741824.0);
    assert_true(machine_memory_of(meminfo, "18446744073709551615\n") == 8192000000.0);
}

static void what_is_not_said_is_not_known(void **state)
{
    (void)state;
    assert_true(isnan(machine_memory_of("", "1024")));
    assert_true(isnan(machine_memory_of("MemTotal: 16313860 kB\n", "")));
    assert_true(isnan(machine_memory_of("MemAvailable: much\n", "")));
}

/* On Linux it is known; it is no more than any machine of today has. */
static void this_machine_has_some(void **state)
{
    (void)state;
    double available = machine_memory();
    if (isnan(available)) skip();
    assert_true(available >= 1e6 && available < 1e15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smaller_one_counts),
        cmocka_unit_test(what_is_not_said_is_not_known),
        cmocka_unit_test(this_machine_has_some),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
