/* Philox against the known answers that Random123 publishes (kat_vectors, philox4x32 10), and what is drawn
 * from it. */
#include "kernels/common/philox.h"

#include "kernels/common/dropout_keep.h"
#include "kernels/common/normal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void check_block(const uint32_t counter[4], const uint32_t key[2], const uint32_t expected[4])
{
    struct philox4 got = philox4x32_10(key[0], key[1], counter[0], counter[1], counter[2], counter[3]);
    for (int i = 0; i < 4; i++)
        assert_int_equal(got.word[i], expected[i]);
}

static void test_known_answers(void **state)
{
    static const uint32_t zeros[4] = {0}, ones[4] = {0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu};
    static const uint32_t pi[6] = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0};
    static const uint32_t of_zeros[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    static const uint32_t of_ones[4] = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    static const uint32_t of_pi[4] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    (void)state;
    check_block(zeros, zeros, of_zeros);
    check_block(ones, ones, of_ones);
    check_block(pi, pi + 4, of_pi);
}

static void test_below_is_even_and_in_range(void **state)
{
    int seen[7] = {0};
    uint32_t block = 0;
    (void)state;
    for (int i = 0; i < 70000; i++) {
        uint32_t value = philox_below(5, STREAM_ORDER, 1, 2, 3, &block, 7);
        assert_true(value < 7);
        seen[value]++;
    }
    assert_int_equal(block, 70000); /* one block a number: rejection happens 7 times in 2^32 at most */
    for (int i = 0; i < 7; i++)
        assert_in_range(seen[i], 9600, 10400); /* 10000, standard deviation 93 */
    block = 9;
    assert_int_equal(philox_below(5, STREAM_ORDER, 1, 2, 3, &block, 1), 0);
}

static void test_uniform(void **state)
{
    (void)state;
    assert_true(ft_uniform(0) == 0x1p-33);
    assert_true(ft_uniform(0xffffffffu) == 1.0 - 0x1p-33);
    assert_true(ft_uniform(0x80000000u) == 0.5 + 0x1p-33);
}

static void test_normal(void **state)
{
    double sums[5] = {0};
    const int count = 100000;
    (void)state;
    /* u1 = exp(-2) to 2^-33 and u2 = 1/2 (+ 2^-33): -2; the largest there is: sqrt(66 ln 2) */
    assert_float_equal(ft_normal(581260615u, 0x80000000u), -2.0, 1e-8);
    assert_float_equal(ft_normal(0, 0), 6.7637, 1e-4);
    for (int i = 0; i < count; i++) {
        struct philox4 words = philox4x32_10(3, STREAM_INIT, (uint32_t)i, 0, 0, 0);
        double z = ft_normal(words.word[0], words.word[1]), power = 1;
        double expected =
            sqrt(-2 * log(ft_uniform(words.word[0]))) * cos(2 * M_PI * ft_uniform(words.word[1]));
        assert_true(fabs(z - expected) < 1e-14);
        for (int k = 1; k <= 4; k++)
            sums[k] += power *= z;
    }
    /* moments 0, 1, 0, 3 within four standard errors (variances 1, 2, 15, 96 over the count) */
    assert_true(fabs(sums[1] / count) < 4 * sqrt(1.0 / count));
    assert_true(fabs(sums[2] / count - 1) < 4 * sqrt(2.0 / count));
    assert_true(fabs(sums[3] / count) < 4 * sqrt(15.0 / count));
    assert_true(fabs(sums[4] / count - 3) < 4 * sqrt(96.0 / count));
}

static void test_dropout_words_and_threshold(void **state)
{
    struct philox4 words = philox4x32_10(1, STREAM_DROPOUT, 2, 3, 4, 5);
    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(ft_dropout_word(1, STREAM_DROPOUT, 2, 3, 4, 20 + i), words.word[i]);
    assert_int_equal(ft_dropout_threshold(0.0), 0);
    assert_int_equal(ft_dropout_threshold(0.5), 0x80000000u);
    assert_int_equal(ft_dropout_threshold(0.1), 429496730u); /* 429496729.6 */
    assert_int_equal(ft_dropout_threshold(1.0 - 0x1p-40), 0xffffffffu);
    assert_true(ft_dropout_apply(7, 7, 2.0f, 1.5f) == 3.0f);
    assert_true(ft_dropout_apply(6, 7, 2.0f, 1.5f) == 0.0f);
    assert_true(ft_dropout_apply(6, 7, 2.0f, NAN) == 0.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_below_is_even_and_in_range),
        cmocka_unit_test(test_uniform),
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_dropout_words_and_threshold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
