/* Both 16-bit formats over all their values, against the formats' definitions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trainer/weights/half.h"

#include <math.h>
#include <string.h>

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* (-1)^sign * 2^(exponent - bias) * 1.fraction, or 0.fraction with the least exponent; binary64 holds each.
 */
static double defined(uint32_t bits, int exponent_bits, int fraction_bits)
{
    int most = (1 << exponent_bits) - 1, bias = most / 2;
    int exponent = (int)(bits >> fraction_bits) & most;
    double fraction = ldexp((double)(bits & ((1u << fraction_bits) - 1)), -fraction_bits);
    double sign = bits >> (exponent_bits + fraction_bits) ? -1.0 : 1.0;
    if (exponent == most) return fraction == 0.0 ? sign * (double)INFINITY : (double)NAN;
    return sign * (exponent == 0 ? ldexp(fraction, 1 - bias) : ldexp(1.0 + fraction, exponent - bias));
}

static void check(uint32_t bits, float value, double expected)
{
    if (isnan(expected)) {
        if (!isnan(value)) fail_msg("%04x is no NaN", bits);
    } else if ((double)value != expected || !signbit(value) != !signbit(expected)) {
        fail_msg("%04x is %g, not %g", bits, (double)value, expected);
    }
}

static void test_all(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 0x10000; bits++) {
        check(bits, half_from_float16((uint16_t)bits), defined(bits, 5, 10));
        check(bits, half_from_bfloat16((uint16_t)bits), defined(bits, 8, 7));
    }
}

/* Values of IEEE 754-2019's tables, and what becomes of a NaN's sign and payload. */
static void test_some(void **state)
{
    (void)state;
    assert_int_equal(bits_of(half_from_float16(0x3c00)), bits_of(1.0f));
    assert_int_equal(bits_of(half_from_float16(0xc000)), bits_of(-2.0f));
    assert_int_equal(bits_of(half_from_float16(0x7bff)), bits_of(65504.0f));
    assert_int_equal(bits_of(half_from_float16(0x0001)), bits_of(0x1p-24f));
    assert_int_equal(bits_of(half_from_float16(0x03ff)), bits_of(0x3ffp-24f));
    assert_int_equal(bits_of(half_from_float16(0x0400)), bits_of(0x1p-14f));
    assert_int_equal(bits_of(half_from_float16(0x8000)), 0x80000000u);
    assert_int_equal(bits_of(half_from_float16(0xfe01)), 0xffc02000u);
    assert_int_equal(bits_of(half_from_bfloat16(0x3f80)), bits_of(1.0f));
    assert_int_equal(bits_of(half_from_bfloat16(0x0001)), 0x00010000u);
    assert_int_equal(bits_of(half_from_bfloat16(0x7fc1)), 0x7fc10000u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all), cmocka_unit_test(test_some)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
