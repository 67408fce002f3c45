/* Philox against another's: NVIDIA's cuRAND, whose generator on the host needs neither a GPU nor a driver.
 *
 * cuRAND lays CURAND_RNG_PSEUDO_PHILOX4_32_10 out as if 65536 threads took four words each in turn: element e
 * is word e % 4 of subsequence (e / 4) % 65536 at counter e / 262144; key is the seed, counter is (counter,
 * subsequence), both of 64 bits, low word first. */
#include "kernels/common/philox.h"

#include <curand.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define SUBSEQUENCES 65536
#define ELEMENTS ((size_t)4 * SUBSEQUENCES * 2 + 1001) /* three counters, the last one not whole */

/* The word that element `e` of the generator with that seed is, by our own function. */
static uint32_t word_of(uint64_t seed, size_t e)
{
    const uint32_t subsequence = (uint32_t)(e / 4 % SUBSEQUENCES);
    const uint64_t counter = e / ((size_t)4 * SUBSEQUENCES);
    return philox4x32_10((uint32_t)seed, (uint32_t)(seed >> 32), (uint32_t)counter, (uint32_t)(counter >> 32),
                         subsequence, 0)
        .word[e % 4];
}

static curandGenerator_t generator_open(uint64_t seed)
{
    curandGenerator_t generator = NULL;
    assert_int_equal(curandCreateGeneratorHost(&generator, CURAND_RNG_PSEUDO_PHILOX4_32_10),
                     CURAND_STATUS_SUCCESS);
    assert_int_equal(curandSetPseudoRandomGeneratorSeed(generator, seed), CURAND_STATUS_SUCCESS);
    return generator;
}

static const uint64_t seeds[] = {0, 1, 42, 0xffffffffull, 0x100000000ull, 0x0123456789abcdefull};

static void test_words(void **state)
{
    (void)state;
    uint32_t *words = malloc(ELEMENTS * sizeof *words);
    assert_non_null(words);
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        curandGenerator_t generator = generator_open(seeds[i]);
        assert_int_equal(curandGenerate(generator, words, ELEMENTS), CURAND_STATUS_SUCCESS);
        for (size_t e = 0; e < ELEMENTS; e++)
            if (words[e] != word_of(seeds[i], e))
                fail_msg("seed %llx, element %zu: cuRAND has %08x, ours is %08x",
                         (unsigned long long)seeds[i], e, words[e], word_of(seeds[i], e));
        assert_int_equal(curandDestroyGenerator(generator), CURAND_STATUS_SUCCESS);
    }
    free(words);
}

static void test_uniforms(void **state)
{
    (void)state;
    float *values = malloc(ELEMENTS * sizeof *values);
    assert_non_null(values);
    curandGenerator_t generator = generator_open(seeds[5]);
    assert_int_equal(curandGenerateUniform(generator, values, ELEMENTS), CURAND_STATUS_SUCCESS);
    for (size_t e = 0; e < ELEMENTS; e++) {
        const float ours = fmaf((float)word_of(seeds[5], e), 0x1p-32f, 0x1p-33f);
        if (values[e] != ours)
            fail_msg("element %zu: cuRAND has %.9g, ours is %.9g", e, (double)values[e], (double)ours);
    }
    assert_int_equal(curandDestroyGenerator(generator), CURAND_STATUS_SUCCESS);
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words), cmocka_unit_test(test_uniforms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
