/* Amounts of memory as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"

#include <math.h>

static void amounts_read_well(void **state)
{
    (void)state;
    static const struct {
        double bytes;
        const char *text;
    } cases[] = {{0, "0 bytes"},
                 {1023, "1023 bytes"},
                 {1024, "1.0 KiB"},
                 {1536, "1.5 KiB"},
                 {1024 * 1023.94, "1023.9 KiB"},
                 {(1 << 20) - 1, "1.0 MiB"}, /* never 1024.0 KiB */
                 {27497582600, "25.6 GiB"},
                 {0x1p64, "16.0 EiB"},
                 {0x1p71, "2048.0 EiB"},
                 {NAN, "an unknown amount"},
                 {-1, "an unknown amount"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[BYTES_TEXT];
        bytes_text(cases[i].bytes, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(amounts_read_well)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
