/* Rounding to binary16 and bfloat16 against the formats' definition, written with binary64 numbers: every
 * value of a format, every boundary between two of them with the floats beside it, and a sample of all
 * floats. Since rounding is monotonic, the boundaries decide; ci/exhaustive goes through all 2^32 inputs. */
#include "kernels/common/half.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct format {
    int digits;   /* significant bits */
    int smallest; /* exponent of the smallest normal number */
    double end;   /* the power of two beyond the largest number */
};

static const struct format fp16 = {11, -14, 65536.0}, bf16 = {8, -126, 0x1p128};

/* The multiple of the distance between neighbours that is nearest to x; of two, the even one. */
static float rounded(const struct format *format, float x)
{
    if (isnan(x) || isinf(x) || x == 0.0f) return x;
    int exponent = ilogb((double)x);
    if (exponent < format->smallest) exponent = format->smallest;
    double unit = ldexp(1.0, exponent - (format->digits - 1));
    double count = fabs((double)x) / unit, below = floor(count), rest = count - below;
    if (rest > 0.5 || (rest == 0.5 && fmod(below, 2.0) == 1.0)) below += 1;
    double size = below * unit;
    return copysignf(size >= format->end ? INFINITY : (float)size, x);
}

static void check(const struct format *format, float (*function)(float), uint32_t bits)
{
    float x = ft_from_bits(bits), expected = rounded(format, x), got = function(x);
    if (isnan(expected) ? isnan(got) : ft_bits(expected) == ft_bits(got)) return;
    fail_msg("%a becomes %a with %d significant bits, not %a", (double)x, (double)got, format->digits,
             (double)expected);
}

/* Names for what is inlined otherwise. */
static float my_fp16(float x)
{
    return ft_round_fp16(x);
}
static float my_bf16(float x)
{
    return ft_round_bf16(x);
}

/* The value of a binary16 number without its sign: 5 bits of exponent, 10 of fraction. */
static double binary16(uint32_t bits)
{
    double fraction = (double)(bits & 0x3ffu);
    int exponent = (int)(bits >> 10);
    return exponent == 0 ? ldexp(fraction, -24) : ldexp(1024.0 + fraction, exponent - 25);
}

static void check_around(const struct format *format, float (*function)(float), double size)
{
    uint32_t bits = ft_bits((float)size);
    for (uint32_t negative = 0; negative < 2; negative++) {
        for (uint32_t step = 0; step <= 4; step++)
            check(format, function, negative << 31 | (bits + step - (bits < 2 ? 0 : 2)));
    }
}

static void test_binary16_values_and_boundaries(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 0x7c00u; bits++) {
        double here = binary16(bits), next = bits == 0x7bffu ? 65536.0 : binary16(bits + 1);
        assert_true((double)ft_round_fp16((float)here) == here);
        check_around(&fp16, my_fp16, here);
        check_around(&fp16, my_fp16, (here + next) / 2);
    }
}

static void test_bfloat16_values_and_boundaries(void **state)
{
    (void)state;
    for (uint32_t half = 0; half < 0x7f80u; half++) {
        float here = ft_from_bits(half << 16);
        assert_true(ft_round_bf16(here) == here);
        check_around(&bf16, my_bf16, (double)here);
        check_around(&bf16, my_bf16, (double)ft_from_bits(half << 16 | 0x8000u));
    }
}

static void test_a_sample_of_all_floats(void **state)
{
    (void)state;
    for (uint64_t bits = 0; bits >> 32 == 0; bits += 4093) {
        check(&fp16, my_fp16, (uint32_t)bits);
        check(&bf16, my_bf16, (uint32_t)bits);
    }
}

static void test_specials(void **state)
{
    (void)state;
    assert_true(ft_bits(ft_round_fp16(-0.0f)) == 0x80000000u && ft_bits(ft_round_bf16(-0.0f)) == 0x80000000u);
    assert_true(ft_round_fp16(65519.996f) == 65504.0f && ft_round_fp16(65520.0f) == INFINITY);
    assert_true(ft_round_fp16(-1e30f) == -INFINITY && ft_round_fp16(INFINITY) == INFINITY);
    assert_true(ft_round_fp16(0x1p-25f) == 0.0f && ft_round_fp16(0x1.000002p-25f) == 0x1p-24f);
    assert_true(ft_round_bf16(0x1.fefffep127f) == 0x1.fep127f && ft_round_bf16(0x1.ffp127f) == INFINITY);
    /* NaN whose fraction would be rounded away, or into the exponent */
    assert_true(isnan(ft_round_fp16(ft_from_bits(0x7f800001u))) &&
                isnan(ft_round_bf16(ft_from_bits(0x7f800001u))));
    assert_true(isnan(ft_round_fp16(ft_from_bits(0xffffffffu))) &&
                isnan(ft_round_bf16(ft_from_bits(0xffffffffu))));
}

/* What mixed precision counts on: a product of two binary16 numbers is a binary32 number. */
static void test_products_of_binary16_are_exact(void **state)
{
    (void)state;
    for (uint32_t a = 1; a < 0x7c00u; a += 97) {
        for (uint32_t b = 1; b < 0x7c00u; b += 89) {
            double product = binary16(a) * binary16(b);
            assert_true((double)((float)binary16(a) * (float)binary16(b)) == product);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_binary16_values_and_boundaries),
        cmocka_unit_test(test_bfloat16_values_and_boundaries),
        cmocka_unit_test(test_a_sample_of_all_floats),
        cmocka_unit_test(test_specials),
        cmocka_unit_test(test_products_of_binary16_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
